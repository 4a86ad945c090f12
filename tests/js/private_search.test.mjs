import assert from "node:assert/strict";
import test from "node:test";
import { create, unlock } from "../../static/js/crypto/vault.js";
import { counted, isNarrowed, ORDERS, sifted } from "../../static/js/private/search/sifted.js";
import { Words } from "../../static/js/private/search/words.js";

const WORDS = "nine horses cross the ford";
const { ring } = await create("u1", WORDS, 600_000);
const vault = await unlock("u1", ring, WORDS);

const document = (...texts) => ({
  speakers: [{ id: "s1", name: "Ada" }, { id: "s2", name: "Bob" }, { id: "s3", name: "Silent" }],
  segments: texts.map((text, number) => ({ id: `g${number}`, start: number, end: number + 1, text, speaker: number % 2 ? "s2" : "s1" })),
});

/** Of three, with a shelf that counts what is fetched. */
async function library() {
  const said = { a: document("The fox\nruns.", "It jumps."), b: document("A badger digs.", "The fox digs too."), c: document("Nothing.") };
  const about = {
    a: { title: "Zoo", folder: "Work", tags: ["x", "y"], speakers: ["Ada", "Bob"], created_at: "2026-01-01T10:00:00Z", updated_at: "2026-03-03T00:00:00Z", duration: 30, language: "en", favourite: true },
    b: { title: "ändern", folder: "", tags: ["x"], speakers: ["Ada", "Bob"], created_at: "2026-02-02T10:00:00Z", updated_at: "2026-02-02T10:00:00Z", duration: 20, language: "de", favourite: false },
    c: { title: "Fox", folder: "", tags: [], speakers: ["Ada"], created_at: "2025-03-03T10:00:00Z", updated_at: "2026-04-04T00:00:00Z", duration: 10, language: "en", favourite: false },
  };
  const rows = await Promise.all(Object.entries(about).map(async ([id, known]) => ({ id, version: 1, ...known, dek: { version: 1, env: (await vault.newDek(id, 1)).env } })));
  const shelf = {
    rows, fetched: [],
    row: (id) => rows.find((row) => row.id === id),
    async text(id) {
      this.fetched.push(id);
      const { dek, version } = this.row(id);
      return { dek: await vault.dek(id, dek.version, dek.env), version, content: { document: said[id] } };
    },
  };
  return { shelf, said };
}

class Disk {
  kept = new Map();
  all = async () => [...this.kept.values()];
  keep = async (entry) => this.kept.set(entry.id, structuredClone(entry));
  drop = async (ids) => ids.forEach((id) => this.kept.delete(id));
}

const ids = ({ found }) => found.map(({ row }) => row.id);

async function filled() {
  const [{ shelf, said }, disk] = [await library(), new Disk()];
  const words = new Words({ vault, shelf, cache: disk });
  await words.fill();
  return { shelf, said, disk, words };
}

test("each text is fetched once, and from then on comes from the ciphertext on the disk", async () => {
  const { shelf, disk, words } = await filled();
  assert.deepEqual([shelf.fetched.sort(), words.count], [["a", "b", "c"], 3]);
  assert.equal(JSON.stringify([...disk.kept.values()]).includes("badger"), false);
  const [again, told] = [new Words({ vault, shelf, cache: disk }), []];
  await again.fill(() => told.push(again.count));
  assert.deepEqual([shelf.fetched.length, told.at(-1), ids(sifted(shelf.rows, again, { words: "fox" }))], [3, 3, ["c", "b", "a"]]);
  await again.fill(() => told.push("again"));
  assert.equal(told.includes("again"), false);
});

test("what is newer is fetched, what is gone is forgotten, and a disk that lies is not believed", async () => {
  const { shelf, said, disk, words } = await filled();
  said.a = document("An otter.");
  shelf.row("a").version = 2;
  shelf.rows.splice(2, 1);
  await words.fill();
  assert.deepEqual([shelf.fetched.slice(3), [...disk.kept.keys()].sort(), disk.kept.get("a").version], [["a"], ["a", "b"], 2]);
  assert.deepEqual([ids(sifted(shelf.rows, words, { words: "otter" })), words.said("c")], [["a"], undefined]);
  const { dek } = shelf.row("a");
  const asText = await vault.sealText(await vault.dek("a", 1, dek.env), "a", 2, { speakers: [], starts: [0], places: [-1], words: "A lie." });
  for (const env of [disk.kept.get("b").env, asText]) {
    disk.kept.set("a", { id: "a", version: 2, env });
    const again = new Words({ vault, shelf, cache: disk });
    await again.fill();
    assert.deepEqual([shelf.fetched.splice(4), ids(sifted(shelf.rows, again, { words: "otter" }))], [["a"], ["a"]]);
  }
});

test("one that does not come is left out, the others are found, and it is asked for again", async () => {
  const { shelf } = await library();
  const { text } = shelf;
  shelf.text = (id) => (id === "a" ? Promise.reject(new Error("away")) : text.call(shelf, id));
  const words = new Words({ vault, shelf, cache: new Disk() });
  await assert.rejects(words.fill(), /away/);
  assert.deepEqual([words.count, ids(sifted(shelf.rows, words, { words: "fox" }))], [2, ["c", "b"]]);
  shelf.text = text;
  await words.fill();
  assert.equal(words.count, 3);
});

test("rows are sifted and put in order, titles first where words are asked for", async () => {
  const { shelf, words } = await filled();
  const found = (asked) => ids(sifted(shelf.rows, words, asked));
  const asked = [
    [{}, ["b", "a", "c"]], [{ order: "oldest" }, ["c", "a", "b"]], [{ order: "title" }, ["b", "c", "a"]], [{ order: "changed" }, ["c", "a", "b"]],
    [{ order: "longest" }, ["a", "b", "c"]], [{ order: "shortest" }, ["c", "b", "a"]], [{ order: "nonsense" }, ["b", "a", "c"]],
    [{ tag: "x" }, ["b", "a"]], [{ folder: "Work" }, ["a"]], [{ language: "en" }, ["a", "c"]], [{ favourite: true }, ["a"]], [{ speaker: "Bob" }, ["b", "a"]],
    [{ since: "2026-01-01", until: "2026-01-31" }, ["a"]], [{ words: "fox" }, ["c", "b", "a"]], [{ words: "fox", order: "shortest" }, ["c", "b", "a"]],
    [{ words: "fox -badger" }, ["c", "a"]], [{ words: "fox", speaker: "Bob" }, ["b"]], [{ words: '"fox runs"' }, ["a"]], [{ words: '"runs it"' }, []],
    [{ words: "dig" }, []], [{ words: "dig", unfinished: true }, ["b"]], [{ words: "ANDERN" }, ["b"]], [{ words: "?!" }, []],
  ];
  for (const [question, expected] of asked) assert.deepEqual(found(question), expected, JSON.stringify(question));
  assert.deepEqual(Object.keys(ORDERS), ["newest", "oldest", "changed", "title", "longest", "shortest"]);
  assert.deepEqual([isNarrowed({ words: " " }), isNarrowed({ tag: "x" }), isNarrowed({ order: "title" })], [false, true, false]);
  assert.deepEqual(counted(shelf.rows, ({ tags }) => tags), [["x", 2], ["y", 1]]);
});

test("when it is closed no word is left", async () => {
  const { words } = await filled();
  words.close();
  assert.deepEqual([words.count, words.said("a")], [0, undefined]);
});
