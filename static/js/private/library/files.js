// Files made of several transcripts, in this page: one as it is, more in an archive.
import { zipSync } from "../../../vendor/fflate/browser.js";
import { renderGently } from "../../exports/index.js";
import { fileName } from "../../exports/name.js";
import { save } from "../../exports/save.js";

const ARCHIVE = { type: "application/zip", extension: "zip" };

export class Bundle {
  #field; #shelf; #signal; #files = {};

  /** `field` is where the format is chosen. */
  constructor(field, shelf, signal) {
    [this.#field, this.#shelf, this.#signal] = [field, shelf, signal];
  }

  async add(id) {
    const { content, about } = await this.#shelf.text(id);
    const head = { title: about.title, madeOn: this.#shelf.row(id).created_at.slice(0, 10) };
    const bytes = await renderGently(this.#field.value, content.document, JSON.parse(this.#field.dataset.options), head, this.#signal);
    if (bytes) this.#files[this.#free(about.title)] = bytes;
  }

  save() {
    const files = Object.entries(this.#files);
    const { type } = this.#field.selectedOptions[0].dataset;
    if (files.length === 1) save(files[0][1], type, files[0][0], this.#signal);
    else if (files.length) save(zipSync(this.#files), ARCHIVE.type, fileName(this.#field.dataset.archive, ARCHIVE.extension), this.#signal);
  }

  /** Two may have the same title. */
  #free(title) {
    const { extension } = this.#field.selectedOptions[0].dataset;
    let name = fileName(title, extension);
    for (let number = 2; name in this.#files; number += 1) name = fileName(`${number} ${title}`, extension);
    return name;
  }
}
