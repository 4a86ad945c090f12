// Which view an address of the private pages means.
const ROUTES = [
  ["library", /^\/private\/$/],
  ["transcript", /^\/private\/t\/(?<id>[A-Za-z0-9]+)\/$/],
  ["subtitles", /^\/private\/t\/(?<id>[A-Za-z0-9]+)\/subtitles\/$/],
  ["lock", /^\/private\/lock\/(?<id>[A-Za-z0-9]+)\/$/],
  ["keys", /^\/private\/keys\/$/],
  ["startover", /^\/private\/start-over\/$/],
  ["setup", /^\/private\/setup\/$/],
  ["everything", /^\/private\/everything\/$/],
  ["honest", /^\/private\/honest\/$/],
];
const FOR_ALL = ["honest", "nowhere"];

/** `{name, params}`. */
export function routeOf(path) {
  const [name, way] = ROUTES.find(([, way]) => way.test(path)) ?? ["nowhere", /^/];
  return { name, params: { ...way.exec(path).groups } };
}

/** For whoever has keys and may have lost what opens them. */
export const isForLocked = ({ name }) => name === "startover";

/** Needs no keys, and is the same for everybody. */
export const isForAll = ({ name }) => FOR_ALL.includes(name);
