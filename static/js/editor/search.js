// Asks the worker, and ends it when it takes too long: a pattern can be made to run for years.
import { trusted } from "../trusted.js";

const LIMIT_MS = 2000;

export class Search {
  #worker = null;
  #giveUp = null;

  /**
   * `{count, hit(number)}`, where a hit is `{index, start, end, replacement}`; or `{mistake}` of the
   * pattern; or `{isSlow}`. null where something else was asked for meanwhile.
   */
  find(texts, spec, replacement = null) {
    this.stop();
    const worker = (this.#worker ??= new Worker(trusted(import.meta.resolve("./finding.js")), { type: "module" }));
    return new Promise((resolve, reject) => {
      const end = (result) => {
        clearTimeout(timer);
        this.#giveUp = null;
        resolve(result);
      };
      const kill = (result) => {
        worker.terminate();
        this.#worker = null;
        end(result);
      };
      let timer = 0;
      this.#giveUp = () => kill(null);
      worker.onerror = (event) => (kill(null), reject(new Error(event.message)));
      worker.onmessage = ({ data }) => end(data.mistake ? data : hitsOf(data));
      worker.postMessage({ texts, spec, replacement });
      timer = setTimeout(() => kill({ isSlow: true }), LIMIT_MS);
    });
  }

  stop() {
    this.#giveUp?.();
  }

  end() {
    this.stop();
    this.#worker?.terminate();
    this.#worker = null;
  }
}

function hitsOf({ at, replacements }) {
  const hit = (number) => {
    const [index, start, end] = at.subarray(3 * number, 3 * number + 3);
    return { index, start, end, replacement: replacements[number] };
  };
  return { count: at.length / 3, hit };
}
