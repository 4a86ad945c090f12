/** How long each speaker speaks, in seconds: a map from ids; null is nobody named. */
export function talkTimes(segments) {
  const times = new Map();
  for (const { speaker, start, end } of segments) times.set(speaker, (times.get(speaker) ?? 0) + end - start);
  return times;
}

/** What is wrong with a name for one of `speakers`: "empty", "taken", or null. */
export function problemWithName(name, speakers, own = null) {
  const plain = (text) => text.trim().normalize("NFC").toLowerCase();
  if (!plain(name)) return "empty";
  return speakers.some((one) => one.id !== own && plain(one.name) === plain(name)) ? "taken" : null;
}
