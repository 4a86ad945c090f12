// What a reader does with keys: sets them up, unlocks them, opens and saves. Knows no server and no page.
import { CONTENT_TYPE, KEY_BYTES, SALT_BYTES, bound, fromBase64url, open, orRefuse, padded, parsed, random, seal, toBase64url, utf8, wiped } from "./format.js";
import { CODE_BYTES, ITERATIONS, dekOf, masterFrom, masterOf, newDek, newPair, newSlot, openFrom, privateKeyOf, shareKeys, subkey } from "./keys.js";

const MOST_SLOTS = 8;

/** What a server offers is not what its owner left there: `what` is "state", "slots", "key", "epoch", "iterations" or "manifest". */
export class Tampered extends Error {
  constructor(what) {
    super(`The server offers other ${what} than were left with it.`);
    this.what = what;
  }
}
const sameOrTampered = (isSame, what) => {
  if (!isSame) throw new Tampered(what);
};

async function stated(uid, master, ring) {
  const { epoch, pk, slots } = ring;
  const said = { epoch, pk, slots: slots.map(({ id }) => id), min_iter: Math.min(...slots.flatMap(({ iter }) => iter ?? [])), min_version: 1 };
  return { ...ring, state: await seal(await subkey(uid, master, "state"), utf8(JSON.stringify(said)), bound("state", uid, epoch)) };
}

/** `{ring, code}`: what the server keeps, and the recovery code in bytes, which it never sees. */
export async function create(uid, passphrase, iter = ITERATIONS.usual, epoch = 1) {
  const [bytes, code] = [random(KEY_BYTES), random(CODE_BYTES)];
  const slots = [await newSlot(uid, { id: `p${epoch}`, type: "pass", iter }, passphrase, bytes), await newSlot(uid, { id: `c${epoch}`, type: "code" }, code, bytes)];
  const master = await masterFrom(bytes);
  bytes.fill(0);
  const pair = await newPair(uid, await subkey(uid, master, "wrap"));
  return { ring: await stated(uid, master, { epoch, pk: pair.pk, pairs: [pair], slots }), code };
}

const typeOf = (secret) => (typeof secret === "string" ? "pass" : "code");

/** The master key, by any slot for a passphrase (text) or a code (bytes). */
function masterBy(uid, { slots }, secret, asBytes) {
  sameOrTampered(slots.length <= MOST_SLOTS, "slots");
  const type = typeOf(secret);
  return orRefuse(() => Promise.any(slots.filter((slot) => slot.type === type).map((slot) => masterOf(uid, slot, secret, asBytes))));
}

/** What the server offers, held against what its owner left there, before anything of it is used. */
async function checked(uid, ring, master, pinned) {
  const [wrap, state] = [await subkey(uid, master, "wrap"), await subkey(uid, master, "state")];
  const said = await open(state, ring.state, bound("state", uid, ring.epoch)).then(parsed).catch(() => sameOrTampered(false, "state"));
  sameOrTampered(said.epoch === ring.epoch && ring.epoch >= pinned, "epoch");
  sameOrTampered(said.pk === ring.pk, "key");
  sameOrTampered(said.slots.join() === ring.slots.map(({ id }) => id).join(), "slots");
  sameOrTampered(ring.slots.every(({ iter = Infinity }) => iter >= said.min_iter), "iterations");
  return new Vault(uid, ring, wrap, state);
}

/** By a passphrase (text) or a code (bytes). Rejects with Refused or Tampered. `pinned` is the highest epoch this device has seen. */
export const unlock = async (uid, ring, secret, pinned = 0) => checked(uid, ring, await masterBy(uid, ring, secret), pinned);

/** The ring with another passphrase (text) or code (bytes), by either of those before: no text is touched. Rejects as `unlock` does. */
export async function withSecret(uid, ring, secret, fresh, { iter = ITERATIONS.usual, pinned = 0 } = {}) {
  const bytes = await masterBy(uid, ring, secret, true);
  const master = await masterFrom(bytes);
  await checked(uid, ring, master, pinned);
  const [epoch, type] = [ring.epoch + 1, typeOf(fresh)];
  const made = await newSlot(uid, { id: `${type[0]}${epoch}`, type, iter: type === "pass" ? iter : 0 }, fresh, bytes);
  const slots = [made, ...ring.slots.filter((slot) => slot.type !== type)];
  bytes.fill(0);
  return stated(uid, master, { ...ring, epoch, slots });
}

/** An unlocked keyring. Everything it opens rejects with Refused. */
class Vault {
  #wrap; #state;

  constructor(uid, ring, wrap, state) {
    Object.assign(this, { uid, ring });
    [this.#wrap, this.#state] = [wrap, state];
  }

  newDek = (tid, version) => newDek(this.uid, tid, version, this.#wrap);
  dek = (tid, version, env) => dekOf(this.uid, tid, version, this.#wrap, env);
  sealText = (dek, tid, version, value) => seal(dek, padded(value), bound("doc", this.uid, tid, version, CONTENT_TYPE));
  openText = async (dek, tid, version, env) => parsed(await open(dek, env, bound("doc", this.uid, tid, version, CONTENT_TYPE)));
  sealAbout = (dek, tid, version, value) => seal(dek, padded(value), bound("meta", this.uid, tid, version));
  openAbout = async (dek, tid, version, env) => parsed(await open(dek, env, bound("meta", this.uid, tid, version)));
  sealManifest = (epoch, value) => seal(this.#state, utf8(JSON.stringify(value)), bound("manifest", this.uid, epoch));
  openManifest = async (epoch, env) => parsed(await open(this.#state, env, bound("manifest", this.uid, epoch)));

  /** What a worker sealed to `pk`, which may be the key before a rotation. */
  async openResult(tid, job, pk, sealed) {
    const pair = await orRefuse(() => this.ring.pairs.find((one) => one.pk === pk).env);
    const point = fromBase64url(pk);
    return parsed(await openFrom(await privateKeyOf(this.uid, pk, this.#wrap, pair), point, sealed, bound("sealed", this.uid, tid, job, point)));
  }

  /** New keys for whoever fears for the old: `{ring, code, deks}`, with `deks` (`[{tid, version, env}]`, all there are) wrapped anew. No text is touched. */
  async rotated(passphrase, deks, iter) {
    const { uid } = this;
    const { ring, code } = await create(uid, passphrase, iter, this.ring.epoch + 1);
    const next = await unlock(uid, ring, code);
    const anew = async (env, aad) => wiped(await open(this.#wrap, env, aad), (bytes) => seal(next.#wrap, bytes, aad));
    const ours = deks.map(async ({ tid, version, env }) => ({ tid, version, env: await anew(env, bound("dek", uid, tid, version)) }));
    const before = this.ring.pairs.map(async ({ pk, env }) => ({ pk, env: await anew(env, bound("priv", uid, fromBase64url(pk))) }));
    return { ring: { ...ring, pairs: [...ring.pairs, ...(await Promise.all(before))] }, code, deks: await Promise.all(ours) };
  }
}

/** A copy that a link opens: `{secret, token, kdf, env}`; `kdf` is null without a password. `secret` is for the link; the server gets `kdf`, `env` and `token`'s hash. */
export async function share(shareId, value, password = "", iter = ITERATIONS.usual) {
  const [secret, kdf] = [random(KEY_BYTES), password ? { salt: toBase64url(random(SALT_BYTES)), iter } : null];
  const { key, token } = await shareKeys(shareId, secret, kdf, password);
  return { secret, token, kdf, env: await seal(key, padded(value), bound("share", shareId, CONTENT_TYPE)) };
}

/** `key` is that of `shareKeys`. Rejects with Refused. */
export const openShare = async (shareId, key, env) => parsed(await open(key, env, bound("share", shareId, CONTENT_TYPE)));
