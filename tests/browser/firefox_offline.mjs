// Exports in Firefox, from a disk: FIREFOX PAGE CASES LISTENER → a line of JSON with what was seen.
import { readFileSync } from "node:fs";
import puppeteer from "puppeteer-core";

const [executablePath, url, cases, listener] = process.argv.slice(2);
const browser = await puppeteer.launch({ browser: "firefox", executablePath, defaultViewport: { width: 1280, height: 800 } });
try {
  const page = await browser.newPage();
  const troubles = [];
  page.on("console", (message) => ["error", "warn"].includes(message.type()) && troubles.push(message.text()));
  page.on("pageerror", (error) => troubles.push(String(error)));
  await page.goto(url);
  const said = {};
  for (const one of JSON.parse(readFileSync(cases, "utf8"))) said[one.name] = await seen(page, one);
  const read = await firstText(page, JSON.parse(readFileSync(cases, "utf8"))[0]);
  const before = troubles.splice(0);
  console.log(JSON.stringify({ said, read, troubles: before, forbidden: await page.evaluate(network, listener) }));
} finally {
  await browser.close();
}

async function chosen(page, { archive }) {
  await page.evaluate(() => {
    for (const name of ["status", "problems-before"]) document.querySelector(`[data-part=${name}]`).textContent = "";
  });
  await (await page.$("[data-part=files]")).uploadFile(archive);
  await until(page, `document.querySelector("[data-part=problems-before]").textContent
    || !document.querySelector("[data-part=unlock]").hidden && document.querySelector("[data-part=status]").textContent.startsWith("Found")`);
}

async function unlocked(page, { secret }) {
  await page.evaluate((text) => {
    document.querySelector("#secret").value = text;
    document.querySelector("[data-part=open]").click();
  }, secret);
  await until(page, `!document.querySelector("[data-view=library]").hidden || document.querySelector("[data-part=wrong]").textContent`);
}

async function seen(page, one) {
  await chosen(page, one);
  let said = await texts(page, "[data-part=problems-before] li");
  if (one.secret) {
    await unlocked(page, one);
    said = [...said, ...(await texts(page, "[data-part=wrong]")), ...(await texts(page, "[data-part=problems-list] li"))];
  }
  const titles = await texts(page, ".row-title");
  await page.evaluate(() => document.querySelector("[data-part=lock]:not([hidden])")?.click());
  return { said: said.join(""), titles };
}

async function firstText(page, one) {
  await chosen(page, one);
  await unlocked(page, one);
  await page.click(".row");
  await until(page, `document.querySelector(".said")`);
  return texts(page, ".said-text");
}

/** What it may not do; `listener` hears of what it could. */
async function network(address) {
  const forbidden = new Set();
  document.addEventListener("securitypolicyviolation", ({ effectiveDirective }) => forbidden.add(effectiveDirective));
  await fetch(`${address}fetched`).catch(() => {});
  navigator.sendBeacon(`${address}beacon`, "x");
  await new Promise((done) => {
    const image = new Image();
    image.onload = image.onerror = done;
    image.src = `${address}image`;
  });
  try {
    document.body.innerHTML = "<b>x</b>";
  } catch { /* forbidden */ }
  await new Promise((done) => setTimeout(done, 50));
  return [...forbidden].sort();
}

function texts(page, selector) {
  return page.evaluate((where) => [...document.querySelectorAll(where)].map((one) => one.textContent.trim()), selector);
}

async function until(page, expression, seconds = 30) {
  const deadline = Date.now() + seconds * 1000;
  while (!(await page.evaluate(`Boolean(${expression})`).catch(() => false))) {
    if (Date.now() > deadline) throw new Error(`never true: ${expression}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
