// One browser for the whole run: reads a line of JSON for each thing to do, answers with a line.
// {"id", "do": "open", "args": [contextOptions]} → a page's number
// {"id", "page": number, "do": "page.click", "args": [...]} → what playwright answers, as JSON
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const require = createRequire(import.meta.url);
const { chromium } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

const installed = {
  executablePath: process.argv[2],
  args: [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
    "--autoplay-policy=no-user-gesture-required",
  ],
};
const browser = await chromium.launch(installed);
const pages = new Map();

/** With a `profile`, a folder, it is a browser of its own, which can be killed and started again. */
async function open({ profile, ...options } = {}) {
  const wanted = { viewport: { width: 1440, height: 900 }, ...options };
  const context = profile
    ? await chromium.launchPersistentContext(profile, { ...installed, ...wanted })
    : await browser.newContext(wanted);
  return openIn(context);
}

async function openIn(context) {
  const page = await context.newPage();
  const troubles = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) troubles.push(message.text());
  });
  page.on("pageerror", (error) => troubles.push(String(error)));
  const spoken = []; // over sockets, whose bytes a proxy sees only masked
  page.on("websocket", (socket) => socket.on("framesent", ({ payload }) => spoken.push(payload.toString("latin1"))));
  const number = pages.size + 1;
  pages.set(number, { page, context, keyboard: page.keyboard, mouse: page.mouse, troubles, spoken });
  return number;
}

/** Colours are read where they come to rest, not half-way through a transition. */
async function checkAccessibility(page) {
  await page.emulateMedia({ reducedMotion: "reduce" });
  await page.evaluate(endTransitions);
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
  await page.emulateMedia({ reducedMotion: null });
  return violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map((node) => node.html).join(" | ").slice(0, 600)}`);
}

/** Those that began before; with reduced motion none begins. */
function endTransitions() {
  for (const animation of document.getAnimations()) {
    if (Number.isFinite(animation.effect.getComputedTiming().endTime)) animation.finish();
  }
}

/** A security key that says yes: the person is there and has been recognised. */
async function giveKey({ page, context }) {
  const devtools = await context.newCDPSession(page);
  await devtools.send("WebAuthn.enable");
  await devtools.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2", transport: "internal", hasResidentKey: true,
      hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true,
    },
  });
}

/** What Chromium tells a screen reader of an element and what is in it: `[{role, name, value}]`. */
async function readOut({ page, context }, selector) {
  const devtools = await context.newCDPSession(page);
  const { root } = await devtools.send("DOM.getDocument");
  const { nodeId } = await devtools.send("DOM.querySelector", { nodeId: root.nodeId, selector });
  const { nodes } = await devtools.send("Accessibility.queryAXTree", { nodeId });
  const told = nodes.filter((node) => !node.ignored);
  return told.map(({ role, name, value }) => ({ role: role.value, name: name?.value ?? "", value: value?.value ?? "" }));
}

async function perform({ page: number, do: name, args = [] }) {
  if (name === "open") return open(...args);
  const held = pages.get(number);
  if (name === "beside") return openIn(held.context);
  if (name === "readOut") return readOut(held, ...args);
  if (name === "axe") return checkAccessibility(held.page);
  if (name === "key") return giveKey(held);
  if (name === "spoken") return held.spoken;
  if (name === "troubles") return held.troubles.splice(0);
  if (name === "download") return download(held.page, ...args);
  if (name === "chosen") return chosen(held, ...args);
  if (name === "drop") return drop(held.page, ...args);
  if (name === "evaluate") return held.page.evaluate((0, eval)(args[0]), args[1]);
  if (name === "waitUntil") return waitUntil(held.page, ...args);
  const [owner, method] = name.split(".");
  return held[owner][method](...args);
}

/** Playwright's own waiting for a function needs `eval`, which the pages forbid. */
async function waitUntil(page, expression, milliseconds) {
  const deadline = Date.now() + milliseconds;
  while (!(await page.evaluate((0, eval)(`() => Boolean(${expression})`)))) {
    if (Date.now() > deadline) throw new Error(`never true: ${expression}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Click, or press Enter where nothing is named, and keep the file that comes of it. */
async function download(page, selector, path) {
  const act = selector ? page.click(selector) : page.keyboard.press("Enter");
  const [made] = await Promise.all([page.waitForEvent("download"), act]);
  await made.saveAs(path);
  return made.suggestedFilename();
}

/** Press Enter on what opens the file chooser, and choose these there. */
async function chosen({ page }, files) {
  const coming = page.waitForEvent("filechooser");
  await page.evaluate(() => document.hasFocus()); // by then Chromium knows that it shall show none of its own
  const [chooser] = await Promise.all([coming, page.keyboard.press("Enter")]);
  await chooser.setFiles(files);
}

/** Let files fall on the page, as from the desktop. */
async function drop(page, selector, files) {
  const payload = files.map(({ name, path }) => ({ name, base64: readFileSync(path).toString("base64") }));
  await page.evaluate(
    ([where, items]) => {
      const transfer = new DataTransfer();
      for (const { name, base64 } of items) {
        const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
        transfer.items.add(new File([bytes], name));
      }
      for (const type of ["dragenter", "dragover", "drop"]) {
        const event = new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer: transfer });
        document.querySelector(where).dispatchEvent(event);
      }
    },
    [selector, payload],
  );
}

for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line);
  perform(request).then(
    (result) => answer({ id: request.id, result: asJson(result) }),
    (error) => answer({ id: request.id, error: String(error.message ?? error) }),
  );
}
await browser.close();

function answer(reply) {
  process.stdout.write(`${JSON.stringify(reply)}\n`);
}

function asJson(result) {
  const isPlain = result === null || typeof result !== "object" || Array.isArray(result);
  return isPlain || Object.getPrototypeOf(result) === Object.prototype ? result : null;
}
