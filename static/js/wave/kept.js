// How loud recordings are, kept by the browser so that a waveform is there at once the next time.
const DATABASE = "sotto-waves";
const WAVES = "waves"; // {sha256, bytes, keptAt}
const MOST_KEPT = 20;

function promised(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** Undefined where the browser keeps nothing. */
async function within(mode, act) {
  try {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(WAVES, { keyPath: "sha256" }).createIndex("by-age", "keptAt");
    const database = await promised(request);
    const answer = await act(database.transaction(WAVES, mode).objectStore(WAVES));
    database.close();
    return answer;
  } catch {
    return undefined;
  }
}

export async function keptPeaks(sha256) {
  return (await within("readonly", (waves) => promised(waves.get(sha256))))?.bytes;
}

export async function keepPeaks(sha256, bytes) {
  await within("readwrite", async (waves) => {
    await promised(waves.put({ sha256, bytes, keptAt: Date.now() }));
    const oldest = await promised(waves.index("by-age").getAllKeys());
    for (const key of oldest.slice(0, -MOST_KEPT)) waves.delete(key);
  });
}

export const forgetPeaks = (sha256) => within("readwrite", (waves) => promised(waves.delete(sha256)));
