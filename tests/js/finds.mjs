// Answers for pytest, which asks the server's index the same: lines of JSON in, one of JSON out.
import { readFileSync } from "node:fs";
import { folded, tokens } from "../../static/js/private/search/folding.js";
import { isEmpty, parsed } from "../../static/js/private/search/query.js";
import { Said, extract, fits } from "../../static/js/private/search/said.js";

const HITS = 3;
const written = ({ start, pieces }) => [start, pieces.map(({ text, isFound }) => (isFound ? `[${text}]` : text)).join("")];

/** `{texts: [{title, document}], asked: [{words, speaker, unfinished}]}` → for each the titles found, and the hits. */
function found({ texts, asked }) {
  const held = texts.map(({ title, document }) => ({ title, said: new Said(extract(document)) }));
  return asked.map(({ words, speaker = "", unfinished = false }) => {
    const query = parsed(words, unfinished);
    const fitting = isEmpty(query) ? [] : held.filter(({ title, said }) => fits(query, { title }, said, speaker));
    const hits = fitting.map(({ said }) => said.hits(query, HITS, speaker).hits.map(written));
    return { titles: fitting.map(({ title }) => title).sort(), hits };
  });
}

const answers = { folded: (texts) => texts.map(folded), tokens: (texts) => texts.map(tokens), found };
const [name, given] = JSON.parse(readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(answers[name](given)));
