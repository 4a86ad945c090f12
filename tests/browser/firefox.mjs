// The main job in Firefox: FIREFOX URL RECORDING → a line of JSON with what was seen.
import puppeteer from "puppeteer-core";

const [executablePath, url, recording] = process.argv.slice(2);
const browser = await puppeteer.launch({ browser: "firefox", executablePath, defaultViewport: { width: 1280, height: 800 } });
try {
  const page = await browser.newPage();
  const troubles = [];
  page.on("console", (message) => ["error", "warn"].includes(message.type()) && troubles.push(message.text()));
  page.on("pageerror", (error) => troubles.push(String(error)));
  console.log(JSON.stringify({ ...(await mainJob(page)), troubles }));
} finally {
  await browser.close();
}

async function mainJob(page) {
  await page.goto(url);
  await until(page, "document.querySelector('[data-options-now]').textContent !== ''");
  await (await page.$("[data-files]")).uploadFile(recording);
  await until(page, "document.querySelectorAll('[data-segment]').length === 1", 60);
  const heard = await texts(page);
  await page.evaluate(caretBehind, "fellow Americans");
  await page.keyboard.press("Enter");
  await until(page, "document.querySelectorAll('[data-segment]').length === 2");
  await page.keyboard.type("He said: ");
  await until(page, "document.querySelector('[data-status]').dataset.state === 'saved'");
  await until(page, "document.querySelector('[data-audio]').duration > 10");
  await page.click("[data-play]");
  await until(page, "document.querySelector('[data-audio]').currentTime > 0.5");
  await page.reload();
  await until(page, "document.querySelectorAll('[data-segment]').length === 2");
  const kept = await texts(page);
  return { heard, kept };
}

function texts(page) {
  return page.evaluate("[...document.querySelectorAll('[data-text]')].map((field) => field.textContent)");
}

function caretBehind(words) {
  const field = document.querySelector("[data-text]");
  field.setAttribute("contenteditable", "plaintext-only");
  field.focus();
  getSelection().collapse(field.firstChild, field.textContent.indexOf(words) + words.length);
}

async function until(page, expression, seconds = 30) {
  const deadline = Date.now() + seconds * 1000;
  while (!(await page.evaluate(`Boolean(${expression})`).catch(() => false))) {
    if (Date.now() > deadline) throw new Error(`never true: ${expression}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
