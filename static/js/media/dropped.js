const EXTENSIONS = new Set(
  ("mp3 wav m4a flac ogg oga opus aac wma amr aiff aif aifc 3gp 3g2 mp4 m4v mkv mka mov webm avi wmv flv " +
    "mpg mpeg mp2 m2ts mts ts caf au spx").split(" "),
);

/** Whether a file found in a folder is likely meant: folders hold other things too. */
export function isRecording(file) {
  if (file.name.startsWith(".")) return false;
  if (/^(audio|video)\//.test(file.type)) return true;
  return EXTENSIONS.has(file.name.split(".").pop().toLowerCase());
}

/** The files of a drop; folders are opened, and of what they hold only recordings are taken. */
export async function filesOf(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.some((entry) => entry.isDirectory)) return [...transfer.files];
  const found = await Promise.all(entries.map((entry) => filesIn(entry, entry.isFile)));
  return found.flat();
}

async function filesIn(entry, isWanted) {
  if (entry.isFile) {
    const file = await new Promise((resolve, reject) => entry.file(resolve, reject));
    return isWanted || isRecording(file) ? [file] : [];
  }
  const inside = await entriesIn(entry.createReader());
  return (await Promise.all(inside.map((child) => filesIn(child, false)))).flat();
}

/** A reader gives some entries at a time, and none when it is through. */
async function entriesIn(reader) {
  const entries = [];
  for (;;) {
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (!some.length) return entries;
    entries.push(...some);
  }
}
