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

/** `{taken, skipped}` of a drop; folders are opened, and of what they hold only recordings are taken. */
export async function filesOf(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.some((entry) => entry.isDirectory)) return { taken: [...transfer.files], skipped: [] };
  const loose = await Promise.all(entries.filter((entry) => entry.isFile).map(fileOf));
  const inside = (await Promise.all(entries.filter((entry) => !entry.isFile).map(filesIn))).flat();
  const { taken, skipped } = recordingsOf(inside);
  return { taken: [...loose, ...taken], skipped };
}

const { compare } = new Intl.Collator(undefined, { numeric: true });
const placeOf = ({ webkitRelativePath, name }) => webkitRelativePath || name;

/** `{taken, skipped}` of what a folder holds, in order; what the system hides is not worth a word. */
export function recordingsOf(files) {
  const seen = files.filter((file) => !file.name.startsWith("."));
  seen.sort((one, other) => compare(placeOf(one), placeOf(other)));
  return { taken: seen.filter(isRecording), skipped: seen.filter((file) => !isRecording(file)) };
}

const fileOf = (entry) => new Promise((resolve, reject) => entry.file(resolve, reject));

async function filesIn(entry) {
  if (entry.isFile) return [await fileOf(entry)];
  const inside = await entriesIn(entry.createReader());
  return (await Promise.all(inside.map(filesIn))).flat();
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
