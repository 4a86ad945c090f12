// Ciphertext that need not be fetched again, in this browser's IndexedDB: `{id, version, env}`, of one person.
// Without it, or where it may not be used, everything works, slowly.
const [NAME, STORE, PERSON] = ["sotto-private", "words", "person"];
export const MOST_BYTES = 256 * 1024 * 1024;

const done = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

function opened() {
  const request = indexedDB.open(NAME, 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore(STORE, { keyPath: "id" });
    request.result.createObjectStore(PERSON);
  };
  return done(request);
}

export class Cache {
  #uid; #ready = null; #bytes = 0;

  constructor(uid) {
    this.#uid = uid;
  }

  all = () => this.#try(async (store) => {
    const entries = await done(store.getAll());
    this.#bytes = entries.reduce((sum, { env }) => sum + env.ct.length, 0);
    return entries;
  }, []);

  /** Not what there is no more room for. */
  keep({ id, version, env }) {
    if (this.#bytes + env.ct.length > MOST_BYTES) return null;
    this.#bytes += env.ct.length;
    return this.#try((store) => done(store.put({ id, version, env })), null);
  }

  drop = (ids) => this.#try((store) => Promise.all(ids.map((id) => done(store.delete(id)))), null);

  close() {
    this.#ready?.then((database) => database.close(), () => {});
    this.#ready = Promise.reject(new Error("closed"));
    this.#ready.catch(() => {});
  }

  /** What another person left behind goes first. */
  async #begin() {
    const database = await opened();
    database.onversionchange = () => database.close();
    const act = database.transaction([STORE, PERSON], "readwrite");
    const person = act.objectStore(PERSON);
    if ((await done(person.get(0))) !== this.#uid) {
      await done(act.objectStore(STORE).clear());
      await done(person.put(this.#uid, 0));
    }
    return database;
  }

  async #try(work, otherwise) {
    try {
      this.#ready ??= this.#begin();
      return await work((await this.#ready).transaction(STORE, "readwrite").objectStore(STORE));
    } catch {
      return otherwise;
    }
  }
}
