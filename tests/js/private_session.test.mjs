import assert from "node:assert/strict";
import test from "node:test";
import { create, withSecret } from "../../static/js/crypto/vault.js";
import { IDLE_MS, Session } from "../../static/js/private/session.js";

const [WORDS, FEW, UID] = ["nine horses cross the ford", 600_000, "u1"];
const first = await create(UID, WORDS, FEW);
const { ring, code } = await create(UID, WORDS, FEW, 3);

/** A browser in which time passes when it is told to. */
function around() {
  const kept = new Map();
  let [now, timer] = [1_000_000, null];
  const page = new EventTarget();
  const clock = { now: () => now, later: (work, ms) => (timer = { work, at: now + ms }), never: (one) => { if (timer === one) timer = null; } };
  return {
    page, clock, kept, said: [],
    storage: { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value), removeItem: (key) => kept.delete(key) },
    line: { postMessage(data) { this.sent = data; } },
    does: (event) => page.dispatchEvent(new Event(event)),
    sleeps: (ms) => { now += ms; }, // no timer runs
    passes(ms) {
      const until = now + ms;
      while (timer && timer.at <= until) {
        const { work, at } = timer;
        [timer, now] = [null, at];
        work();
      }
      now = until;
    },
    isWaiting: () => timer !== null,
  };
}

function begun(world = around()) {
  const session = new Session(UID, world);
  for (const event of ["unlocked", "locked"]) session.addEventListener(event, ({ detail }) => world.said.push(detail ?? event));
  return [session, world];
}

async function unlocked() {
  const [session, world] = begun();
  assert.equal(await session.unlock(ring, WORDS), null);
  return [session, world];
}

test("it opens with the passphrase and with the code, and says how far it is", async () => {
  for (const secret of [WORDS, code]) {
    const [session, world] = begun();
    const steps = [];
    assert.equal(session.vault, null);
    assert.equal(await session.unlock(ring, secret, (step) => steps.push(step)), null);
    assert.deepEqual([steps, world.said, session.vault.ring.epoch], [["deriving", "unlocked"], ["unlocked"], 3]);
  }
});

test("fifteen minutes without anybody lock it, and every sign of somebody puts that off", async () => {
  const [session, world] = await unlocked();
  assert.equal(IDLE_MS, 900_000);
  for (const sign of ["pointerdown", "pointermove", "keydown", "wheel"]) {
    world.passes(IDLE_MS - 1);
    assert.notEqual(session.vault, null);
    world.does(sign);
  }
  world.passes(IDLE_MS - 1);
  assert.notEqual(session.vault, null);
  world.passes(1);
  assert.equal(session.vault, null);
  assert.deepEqual([world.said, world.isWaiting()], [["unlocked", "idle"], false]);
});

test("whoever wakes the machine too late finds it locked, not awake again", async () => {
  for (const sign of ["keydown", "pointermove", "visibilitychange"]) {
    const [session, world] = await unlocked();
    world.sleeps(IDLE_MS);
    world.does(sign);
    assert.equal(session.vault, null, sign);
    assert.deepEqual(world.said, ["unlocked", "idle"]);
  }
});

test("what is seen of a page is no sign of life", async () => {
  const [session, world] = await unlocked();
  world.passes(IDLE_MS - 1);
  world.does("visibilitychange");
  world.does("scroll");
  world.passes(1);
  assert.equal(session.vault, null);
});

test("leaving, logging out, asking and another tab lock it, once", async () => {
  const ways = { left: (_, { does }) => does("pagehide"), logout: (session) => session.lock("logout"), asked: (session) => session.lock(), elsewhere: (_, { line }) => line.onmessage({ data: UID }) };
  for (const [why, lock] of Object.entries(ways)) {
    const [session, world] = await unlocked();
    lock(session, world);
    session.lock(why);
    assert.equal(session.vault, null);
    assert.deepEqual([world.said, world.isWaiting()], [["unlocked", why], false]);
  }
});

test("the other tabs are told of what was meant for all, and nothing but whose keys they are", async () => {
  const [session, world] = await unlocked();
  world.line.onmessage({ data: "u2" });
  assert.notEqual(session.vault, null);
  world.does("pagehide");
  assert.equal(world.line.sent, undefined);
  session.lock("logout");
  assert.equal(world.line.sent, UID);
});

test("a page that was made for nobody says that nobody is logged in", async () => {
  const [session, world] = await unlocked();
  world.line.onmessage({ data: "nobody" });
  assert.deepEqual([session.vault, world.said], [null, ["unlocked", "logout"]]);
});

test("a lock that comes while keys are derived wins; keys pressed meanwhile change nothing", async () => {
  const [session, world] = begun();
  const late = session.unlock(ring, WORDS);
  world.does("pagehide");
  assert.equal(await late, "overtaken");
  assert.deepEqual([session.vault, world.said, world.kept.size, world.isWaiting()], [null, [], 0, false]);
  world.does("keydown");
  const busy = session.unlock(ring, WORDS);
  world.sleeps(IDLE_MS);
  world.does("keydown");
  assert.equal(await busy, null);
});

test("where browsers have no cryptography it says so", async (t) => {
  globalThis.isSecureContext = false;
  t.after(() => delete globalThis.isSecureContext);
  assert.equal(await begun()[0].unlock(ring, WORDS), "insecure_context");
});

test("of two tries the later counts", async () => {
  const [session, world] = begun();
  assert.deepEqual(await Promise.all([session.unlock(ring, WORDS), session.unlock(ring, code)]), ["overtaken", null]);
  assert.deepEqual(world.said, ["unlocked"]);
});

test("a ring that is older than one seen here is refused, and a newer one is remembered", async () => {
  const [session, world] = await unlocked();
  assert.deepEqual([...world.kept], [["sotto-epoch-u1", "3"], ["sotto-public-u1", ring.pk]]);
  assert.equal(await session.unlock(first.ring, WORDS), "tampered_epoch");
  const next = await withSecret(UID, ring, WORDS, "another horse altogether", FEW);
  assert.equal(await session.unlock(next, code), null);
  assert.deepEqual([...world.kept], [["sotto-epoch-u1", "4"], ["sotto-public-u1", ring.pk]]);
  assert.equal(await session.unlock(ring, WORDS), "tampered_epoch");
  session.pins.see(2);
  assert.deepEqual([session.pins.after(), session.pins.after(9)], [5, 10]);
});

test("only an integer is kept, nothing is pinned that was not unlocked, and rubbish pins nothing", async () => {
  const [session, world] = begun();
  assert.equal(await session.unlock({ ...ring, epoch: 900_000 }, code), "tampered_state");
  assert.equal(world.kept.size, 0);
  for (const rubbish of ["", "-1", "0", "1e9", "3.5", "9999999999", "NaN", " 7", "0x10"]) {
    world.kept.set("sotto-epoch-u1", rubbish);
    assert.equal(session.pins.highest, 0, rubbish);
  }
  world.kept.set("sotto-epoch-u1", "999999999");
  assert.equal(await session.unlock(ring, code), "tampered_epoch");
});

test("the public key is that of the newest ring unlocked here, and goes when the ring does", async () => {
  const [{ pins }, world] = await unlocked();
  assert.equal(pins.publicKey, ring.pk);
  pins.see(2, first.ring.pk);
  assert.equal(pins.publicKey, ring.pk);
  pins.see(4, first.ring.pk);
  assert.equal(pins.publicKey, first.ring.pk);
  for (const rubbish of ["", "BAD", `${ring.pk}A`, `<${ring.pk.slice(1)}`]) {
    world.kept.set("sotto-public-u1", rubbish);
    assert.equal(pins.publicKey, null, rubbish);
  }
  pins.see(5, ring.pk);
  pins.forgetKey();
  assert.deepEqual([pins.publicKey, pins.highest], [null, 5]);
});

test("each way of not opening has a sentence of its own, and leaves nothing behind", async () => {
  const [pass, paper] = ring.slots;
  const other = await create(UID, "other words", FEW);
  const tries = {
    passphrase_wrong: [ring, "nine horses cross the Ford"],
    code_wrong: [ring, code.map((byte) => byte ^ 1)],
    tampered_iterations: [{ ...ring, slots: [{ ...pass, iter: 100_000 }, paper] }, WORDS],
    tampered_slots: [{ ...ring, slots: [paper, pass] }, code],
    tampered_key: [{ ...ring, pk: other.ring.pk }, code],
    tampered_state: [{ ...ring, state: other.ring.state }, code],
    ring_unreadable: [{}, WORDS],
  };
  for (const [sentence, [offered, secret]] of Object.entries(tries)) {
    const [session, world] = begun();
    assert.equal(await session.unlock(offered, secret), sentence);
    assert.deepEqual([session.vault, world.said, world.kept.size], [null, [], 0], sentence);
  }
  const [session] = begun();
  assert.equal(await session.unlock({ ...ring, slots: [{ ...pass, iter: 4e9 }, paper] }, WORDS), "tampered_iterations");
  assert.equal(await session.unlock({ ...ring, slots: Array(500).fill(pass) }, WORDS), "tampered_slots");
});
