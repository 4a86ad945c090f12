// The files in a ZIP, one at a time: what is not asked for is not read. Checksums are left alone, for what counts is sealed.
const [ENTRY, END] = [0x02014b50, 0x06054b50];
const [ENTRY_BYTES, END_BYTES, HEAD_BYTES] = [46, 22, 30];
const MOST_COMMENT_BYTES = 0xffff;
const MOST_FILE_BYTES = 256 * 2 ** 20; // ten hours of speech are 6 MiB
const STORED = 0;
const DEFLATED = 8;

/** `broken`, or `unknown`: made in a way that is not read here. */
export class Unreadable extends Error {
  constructor(why) {
    super(why);
    this.why = why;
  }
}

const viewOf = async (blob, from, length) => {
  if (from < 0 || from + length > blob.size) throw new Unreadable("broken");
  return new DataView(await blob.slice(from, from + length).arrayBuffer());
};

/** `[{name, bytes()}]` of what is no folder. Rejects with Unreadable. */
export async function unzipped(blob) {
  const tail = Math.min(blob.size, END_BYTES + MOST_COMMENT_BYTES);
  const end = endIn(await viewOf(blob, blob.size - tail, tail));
  if (end.start === 0xffffffff) throw new Unreadable("unknown"); // of more than 4 GiB
  const view = await viewOf(blob, end.start, end.length);
  const found = [];
  for (let at = 0; found.length < end.count; ) {
    if (at + ENTRY_BYTES > view.byteLength || view.getUint32(at, true) !== ENTRY) throw new Unreadable("broken");
    const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map((field) => view.getUint16(at + field, true));
    found.push(entryAt(blob, view, at, nameBytes));
    at += ENTRY_BYTES + nameBytes + extraBytes + commentBytes;
  }
  return found.filter(({ name }) => !name.endsWith("/"));
}

function endIn(tail) {
  for (let at = tail.byteLength - END_BYTES; at >= 0; at -= 1) {
    if (tail.getUint32(at, true) !== END) continue;
    return { count: tail.getUint16(at + 10, true), length: tail.getUint32(at + 12, true), start: tail.getUint32(at + 16, true) };
  }
  throw new Unreadable("broken");
}

function entryAt(blob, view, at, nameBytes) {
  if (at + ENTRY_BYTES + nameBytes > view.byteLength) throw new Unreadable("broken");
  const name = new TextDecoder().decode(new Uint8Array(view.buffer, at + ENTRY_BYTES, nameBytes));
  const [packed, size, start] = [20, 24, 42].map((field) => view.getUint32(at + field, true));
  const [flags, way] = [view.getUint16(at + 8, true), view.getUint16(at + 10, true)];
  return { name, bytes: () => bytesOf(blob, { isLocked: flags & 1, way, packed, size, start }) };
}

async function bytesOf(blob, { isLocked, way, packed, size, start }) {
  if (isLocked || ![STORED, DEFLATED].includes(way) || size > MOST_FILE_BYTES) throw new Unreadable("unknown");
  const head = await viewOf(blob, start, HEAD_BYTES);
  const from = start + HEAD_BYTES + head.getUint16(26, true) + head.getUint16(28, true);
  const piece = blob.slice(from, from + packed);
  const bytes = way === STORED ? new Uint8Array(await piece.arrayBuffer()) : await inflated(piece, size);
  if (bytes.length !== size) throw new Unreadable("broken");
  return bytes;
}

/** No more than was promised: some files unfold without end. */
async function inflated(piece, size) {
  const bytes = new Uint8Array(size);
  const reader = piece.stream().pipeThrough(new DecompressionStream("deflate-raw")).getReader();
  let at = 0;
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      bytes.set(part.value, at); // throws where there is more
      at += part.value.length;
    }
  } catch {
    throw new Unreadable("broken");
  }
  return bytes.subarray(0, at);
}
