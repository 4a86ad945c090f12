// What belongs to somebody whose keys are open in this page, from the unlocking to the lock.
import { Cache } from "./cache.js";
import { Remote } from "./remote.js";
import { Words } from "./search/words.js";
import { Shelf } from "./shelf.js";

export class Opened {
  #ready = null;

  /** `onTrouble` is told "tampered" or "overtaken", at any time. */
  constructor({ vault, pins }, onTrouble) {
    this.remote = new Remote();
    this.shelf = new Shelf({ vault, remote: this.remote, pins });
    this.cache = new Cache(vault.uid);
    this.words = new Words({ vault, shelf: this.shelf, cache: this.cache });
    for (const what of ["tampered", "overtaken"]) this.shelf.addEventListener(what, () => onTrouble(what));
  }

  /** Once all is checked. Where it was not reached it is tried when it is asked for again. */
  ready() {
    if (this.shelf.stopped) return Promise.reject(this.shelf.stopped);
    this.#ready ??= this.shelf.load().catch((failed) => {
      this.#ready = null;
      throw failed;
    });
    return this.#ready;
  }

  close() {
    for (const one of [this.words, this.shelf, this.cache]) one.close();
  }
}
