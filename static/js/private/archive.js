// A ZIP that grows file by file. What is in it lies with the browser, which may put it on the disk, and not in the page's memory.
import { Zip, ZipDeflate } from "../../vendor/fflate/browser.js";

const QUICKLY = 1; // what is locked looks random: more effort finds nothing more

export class Archive {
  #pieces = [];
  #zip = new Zip((failed, chunk) => {
    if (failed) throw failed;
    this.#pieces.push(new Blob([chunk]));
  });

  add(name, bytes) {
    const file = new ZipDeflate(name, { level: QUICKLY });
    this.#zip.add(file);
    file.push(bytes, true);
  }

  /** A Blob; nothing can be added afterwards. */
  end() {
    this.#zip.end();
    return new Blob(this.#pieces, { type: "application/zip" });
  }
}
