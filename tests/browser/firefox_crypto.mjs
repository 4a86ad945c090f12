// The vectors of the encryption in Firefox: FIREFOX URL → a line of JSON with those that failed.
import puppeteer from "puppeteer-core";

const [executablePath, url] = process.argv.slice(2);
const browser = await puppeteer.launch({ browser: "firefox", executablePath });
try {
  const page = await browser.newPage();
  await page.goto(url);
  console.log(JSON.stringify(await page.evaluate(failures)));
} finally {
  await browser.close();
}

async function failures() {
  const { failuresIn } = await import("/static/js/crypto/check.js");
  return failuresIn(await (await fetch("/static/js/crypto/vectors.json")).json());
}
