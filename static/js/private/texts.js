// What is in the ciphertext of a private transcript, and what of it is sent. Knows no server and no page.
//   text     {version, dek, dekVersion, dekEnv, content, about}: one that is open
//   content  {schema: 1, document, history, dek_epoch}: the document of the API, and how it came to be so (history.js)
//   about    {title, folder, tags, speakers, sha256, file_name}
// Everything that opens rejects with Refused.
import { fromBase64url, refuseUnless } from "../crypto/format.js";

const SCHEMA = 1;
const TITLE_CHARACTERS = 60;
const NOTHING_KNOWN = Object.freeze({ title: "", folder: "", tags: [], speakers: [], sha256: "", file_name: "" });

const dekOf = (vault, tid, { version, env }) => vault.dek(tid, version, env);
const keyed = async (vault, tid, dek) => ({ dek: await dekOf(vault, tid, dek), dekVersion: dek.version, dekEnv: dek.env });

async function openedContent(vault, tid, dek, { version, document: envelope }) {
  const content = await vault.openText(dek, tid, version, envelope);
  refuseUnless(content.schema === SCHEMA);
  return content;
}

const openedWith = async (vault, tid, dek, { version, about }) =>
  ({ ...NOTHING_KNOWN, ...(about && (await vault.openAbout(dek, tid, version, about))) });

/** `got` is what the server answers to `…/document`: `{version, dek, document, about}`. */
export async function openedText(vault, tid, got) {
  const keys = await keyed(vault, tid, got.dek);
  const [content, about] = await Promise.all([openedContent(vault, tid, keys.dek, got), openedWith(vault, tid, keys.dek, got)]);
  return { ...keys, version: got.version, content, about };
}

/** Title and the like alone. `row` has `{version, dek, about}`. */
export const openedAbout = async (vault, tid, row) => openedWith(vault, tid, await dekOf(vault, tid, row.dek), row);

/** The content of version 1: what the machine heard. `got` is the answer to `…/document?version=1`. */
export const openedMachine = async (vault, tid, got) => openedContent(vault, tid, await dekOf(vault, tid, got.dek), got);

/**
 * `{body, text}`: what a worker sealed (`{sealed, public_key, job}`) as version 1, to be sent with If-None-Match,
 * and the same opened. `named` is what this browser knows of the file: `{file_name, sha256}`, or null.
 */
export async function firstSave(vault, tid, { sealed, public_key: pk, job }, named = null) {
  const document = await vault.openResult(tid, job, pk, fromBase64url(sealed));
  const { file_name = "", sha256 = "" } = named ?? {};
  return firstOf(vault, tid, document, { title: withoutEnding(file_name) || firstWords(document), sha256, file_name });
}

/** The same of a document that was plain until now. `known` is what is known of its about. */
export async function firstOf(vault, tid, document, known, dekVersion = 1) {
  const content = { schema: SCHEMA, document, history: [], dek_epoch: vault.ring.epoch };
  const { key: dek, env: dekEnv } = await vault.newDek(tid, dekVersion);
  const text = { version: 1, dek, dekVersion, dekEnv, content, about: withSpeakers({ ...NOTHING_KNOWN, ...known }, document) };
  return { body: await sealedText(vault, tid, text), text };
}

/** Keys were rotated since this one was made: whoever had the old ones may have it too. */
export const isOfOldKeys = (vault, { content }) => content.dek_epoch < vault.ring.epoch;

/** The same under a key of its own age; the machine's content has to be sealed with it, too. */
export async function rekeyed(vault, tid, text) {
  const dekVersion = text.dekVersion + 1;
  const { key: dek, env: dekEnv } = await vault.newDek(tid, dekVersion);
  return { ...text, dek, dekVersion, dekEnv, content: { ...text.content, dek_epoch: vault.ring.epoch } };
}

/** What is sent to be kept as `text.version`. `machine`: the content of version 1, where the key is a new one. */
export async function sealedText(vault, tid, text, machine = null) {
  const { version, dek, dekVersion, dekEnv, content } = text;
  const about = withSpeakers(text.about, content.document);
  const [document, sealedAbout, sealedMachine] = await Promise.all([
    vault.sealText(dek, tid, version, content),
    vault.sealAbout(dek, tid, version, about),
    machine && vault.sealText(dek, tid, 1, machine),
  ]);
  const body = { version, dek: { version: dekVersion, env: dekEnv }, document, about: sealedAbout, ring_epoch: vault.ring.epoch };
  return sealedMachine ? { ...body, machine: sealedMachine } : body;
}

const withSpeakers = (about, { speakers }) => ({ ...about, speakers: speakers.map(({ name }) => name) });

const withoutEnding = (name) => name.replace(/(?<=.)\.[^.\s]{1,5}$/u, "");

/** For a title, where no file's name is known: whole words, as far as they are told apart by spaces. */
export function firstWords({ segments }) {
  let text = "";
  for (const row of segments) {
    text = `${text} ${row.text}`.trim().replaceAll(/\s+/gu, " ");
    if (text.length > TITLE_CHARACTERS) break;
  }
  const signs = [...text];
  if (signs.length <= TITLE_CHARACTERS) return text;
  const cut = signs.slice(0, TITLE_CHARACTERS).join("");
  return `${cut.replace(/\s+\S*$/u, "")}…`;
}
