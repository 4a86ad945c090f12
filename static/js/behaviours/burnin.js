// The form that sends a video and brings it back with subtitles in its picture.
import { burn } from "../burning/burn.js";
import { fillWithKept } from "../subtitles/rules.js";
import { fill } from "../upload/words.js";

export default function burnin(form) {
  const parts = Object.fromEntries([...form.querySelectorAll("[data-part]")].map((part) => [part.dataset.part, part]));
  let work = null;
  let made = "";

  function preview() {
    for (const output of form.querySelectorAll("output")) output.value = `${form.elements[output.dataset.of].value} %`;
    const { size, margin, position, text_color: text, outline_color: outline, box_color: box } = fields();
    const { style } = parts.sample;
    style.setProperty("--letters", `${size}cqh`);
    style.setProperty("--margin", `${margin}cqh`);
    style.setProperty("--ink", text);
    style.setProperty("--edge", outline === "none" ? "transparent" : outline);
    style.setProperty("--box", box === "none" ? "transparent" : box);
    parts.sample.dataset.position = position;
  }

  function fields() {
    const given = Object.fromEntries([...new FormData(form)].filter(([name, value]) => typeof value === "string" && value));
    for (const name of ["outline_color", "box_color"]) {
      if (!form.elements[`has_${name}`].checked) given[name] = "none";
      delete given[`has_${name}`];
    }
    delete given.csrfmiddlewaretoken;
    return given;
  }

  /** The focus goes to what can be done next: what it was on is hidden, or can no longer be pressed. */
  function show(state) {
    form.dataset.state = state;
    parts.work.hidden = state !== "working";
    parts.done.hidden = state !== "done";
    parts.start.disabled = state === "working";
    const next = { working: parts.cancel, done: parts.download }[state] ?? parts.start;
    next.focus();
  }

  function say(name, values) {
    const words = name ? fill(form, name, values) : "";
    if (parts.words.textContent !== words) parts.words.textContent = words;
  }

  function tell(stage, share) {
    say(stage);
    if (share === undefined) parts.bar.removeAttribute("value");
    else parts.bar.value = share;
    parts.share.textContent = share === undefined ? "" : `${Math.floor(share * 100)} %`;
  }

  function fail(problem) {
    const known = fill(form, problem.code);
    parts.trouble.textContent = known || [problem.title, problem.detail].filter(Boolean).join(" ");
    parts.trouble.hidden = false;
    show("failed");
    say("");
  }

  const pause = (seconds, why) => {
    say(why, { seconds });
    return new Promise((resolve, reject) => {
      const timer = setTimeout(resolve, seconds * 1000);
      work.signal.addEventListener("abort", () => (clearTimeout(timer), reject(work.signal.reason)), { once: true });
    });
  };

  async function start(event) {
    event.preventDefault();
    forget();
    parts.trouble.hidden = true;
    work = new AbortController();
    const { signal } = work;
    show("working");
    try {
      const { uploads, action } = form.dataset;
      const video = await burn(form.elements.file.files[0], fields(), { uploads, action, tell, pause, signal });
      made = URL.createObjectURL(video);
      parts.download.href = made;
      say("ready");
      show("done");
    } catch (problem) {
      if (!signal.aborted) return fail(problem);
      say("cancelled");
      show("idle");
    } finally {
      work = null;
    }
  }

  function forget() {
    if (made) URL.revokeObjectURL(made);
    made = "";
  }

  const leave = (event) => work && event.preventDefault();
  form.addEventListener("input", preview);
  form.addEventListener("submit", start);
  parts.cancel.addEventListener("click", () => work?.abort());
  addEventListener("beforeunload", leave);
  fillWithKept(form);
  preview();
  parts.start.disabled = false;
  return () => {
    removeEventListener("beforeunload", leave);
    work?.abort();
    forget();
  };
}
