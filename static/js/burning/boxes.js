// Follows an MP4 in fragments as it comes (ISO/IEC 14496-12), without keeping any of it.

const LOOKED_AT = { moof: 512, free: 64 };
const TICKS = 90_000; // a second of the picture, which is the first track

/** Feed it every piece; `onSeconds(at)` tells how far the picture is. */
export class Boxes {
  failure = "";
  isWhole = false;
  #head = [];
  #left = 0;
  #type = "";
  #content = [];
  #wanted = 0;

  constructor(onSeconds) {
    this.onSeconds = onSeconds;
  }

  take(piece) {
    for (let at = 0; at < piece.length; ) at = this.#left ? this.#inside(piece, at) : this.#begin(piece, at);
  }

  #begin(piece, at) {
    this.#head.push(piece[at]);
    if (this.#head.length === 8) {
      this.#type = String.fromCharCode(...this.#head.slice(4));
      this.#left = number(this.#head.slice(0, 4)) - 8;
      this.#wanted = Math.min(this.#left, LOOKED_AT[this.#type] ?? 0);
      this.#content = [];
      this.#head = [];
      if (!this.#left) this.#end();
    }
    return at + 1;
  }

  #inside(piece, at) {
    const taken = Math.min(this.#left, piece.length - at);
    const missing = Math.min(this.#wanted - this.#content.length, taken);
    if (missing > 0) this.#content.push(...piece.subarray(at, at + missing));
    this.#left -= taken;
    if (!this.#left) this.#end();
    return at + taken;
  }

  #end() {
    if (this.#type === "mfra") this.isWhole = true;
    const text = String.fromCharCode(...this.#content);
    if (this.#type === "free") this.failure = /^sotto:(\w+)$/.exec(text)?.[1] ?? "";
    const clock = text.indexOf("tfdt");
    if (this.#type === "moof" && clock > 0) this.onSeconds(time(this.#content.slice(clock + 4)) / TICKS);
  }
}

/** `version` and `flags`, then 32 or 64 bits. */
function time(content) {
  return content[0] ? number(content.slice(4, 8)) * 2 ** 32 + number(content.slice(8, 12)) : number(content.slice(4, 8));
}

function number(bytes) {
  return bytes.reduce((value, byte) => value * 256 + byte, 0);
}
