// How loud it is, in steps of five milliseconds: a byte each, so that ten hours are seven megabytes.
export const PEAKS_A_SECOND = 200;
const COARSER = 8;
const LOUDEST = 255;
const A_LITTLE = 1e-6; // of a step: what counting in fractions loses

/** What decoded sound becomes. Bytes are roots of amplitudes: quiet speech is told apart as well. */
export class Reducer {
  constructor(seconds) {
    this.bytes = new Uint8Array(Math.ceil(seconds * PEAKS_A_SECOND) + 2);
  }

  /** `samples` of one channel from `start` on; both in the recording's seconds and rate. */
  add(samples, start, rate) {
    const { bytes } = this;
    const step = PEAKS_A_SECOND / rate;
    const first = start * PEAKS_A_SECOND + A_LITTLE;
    for (let index = 0; index < samples.length; index += 1) {
      const byte = Math.min(LOUDEST, Math.sqrt(Math.abs(samples[index])) * LOUDEST);
      const place = Math.floor(first + index * step);
      if (byte > bytes[place]) bytes[place] = byte;
    }
  }
}

/** The same to be drawn at any width: each level is the loudest of eight of the one before. */
export class Peaks {
  constructor(seconds) {
    this.levels = [];
    for (let length = Math.ceil(seconds * PEAKS_A_SECOND) + 2; length > 1; length = Math.ceil(length / COARSER)) {
      this.levels.push(new Uint8Array(length));
    }
    this.loudest = 0;
  }

  put(bytes, at = 0) {
    this.levels[0].set(bytes.subarray(0, Math.max(0, this.levels[0].length - at)), at);
    for (const byte of bytes) if (byte > this.loudest) this.loudest = byte;
    let [from, to] = [at, at + bytes.length];
    for (let level = 1; level < this.levels.length; level += 1) {
      [from, to] = [Math.floor(from / COARSER), Math.ceil(to / COARSER)];
      for (let place = from; place < to; place += 1) {
        this.levels[level][place] = loudestOf(this.levels[level - 1], place * COARSER, (place + 1) * COARSER);
      }
    }
  }

  /** The loudest between two times, from 0 to 1 of the loudest of all. */
  between(start, end) {
    let [from, to] = [start * PEAKS_A_SECOND, end * PEAKS_A_SECOND];
    let level = 0;
    while (to - from > 2 * COARSER && level < this.levels.length - 1) {
      [from, to, level] = [from / COARSER, to / COARSER, level + 1];
    }
    const byte = loudestOf(this.levels[level], Math.floor(from), Math.max(Math.ceil(to), Math.floor(from) + 1));
    return this.loudest ? (byte / this.loudest) ** 1.8 : 0;
  }
}

function loudestOf(bytes, from, to) {
  let loudest = 0;
  for (let place = Math.max(0, from); place < to && place < bytes.length; place += 1) {
    if (bytes[place] > loudest) loudest = bytes[place];
  }
  return loudest;
}
