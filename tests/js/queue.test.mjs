import assert from "node:assert/strict";
import test from "node:test";
import { Queue } from "../../static/js/upload/queue.js";

/** A queue whose sending ends when the test says so. */
function held() {
  const sending = [];
  const queue = new Queue(
    (item) =>
      new Promise((resolve, reject) => {
        sending.push({ item, arrive: () => resolve(`job-${item.file.name}`), fail: reject });
        item.abort.signal.addEventListener("abort", () => reject(item.abort.signal.reason));
      }),
  );
  return { queue, sending };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));
const states = (queue) => queue.items.map((item) => item.state);
const files = (...names) => names.map((name) => ({ name, size: 3 }));
const lost = { status: "failed", failure: "audio_lost", transcriptId: "" };

test("two are sent at a time, the others wait for their turn", async () => {
  const { queue, sending } = held();
  queue.add(files("a", "b", "c", "d"), {});
  assert.deepEqual(states(queue), ["sending", "sending", "waiting", "waiting"]);
  sending[0].arrive();
  await settle();
  assert.deepEqual(states(queue), ["working", "sending", "sending", "waiting"]);
  assert.equal(queue.items[0].jobId, "job-a");
  assert.equal(queue.isSending, true);
});

test("one that was cancelled makes room and never comes back by itself", async () => {
  const { queue } = held();
  const [first] = queue.add(files("a", "b", "c"), {});
  queue.cancel(first);
  await settle();
  assert.deepEqual(states(queue), ["cancelled", "sending", "sending"]);
});

test("a refusal is kept with its row, and trying again begins anew", async () => {
  const { queue, sending } = held();
  const [item] = queue.add(files("a"), {});
  sending[0].fail(Object.assign(new Error(), { code: "file_too_large" }));
  await settle();
  assert.deepEqual([item.state, item.problem.code], ["failed", "file_too_large"]);
  queue.retry(item);
  assert.deepEqual([item.state, item.problem, sending.length], ["sending", null, 2]);
});

test("a recording that the server lost is sent again twice, not for ever", async () => {
  const { queue, sending } = held();
  const [item] = queue.add(files("a"), {});
  for (let turn = 0; turn < 3; turn += 1) {
    sending[turn].arrive();
    await settle();
    queue.ended("job-a", lost);
  }
  assert.deepEqual([sending.length, item.state, item.resends, item.note], [3, "failed", 2, "resent"]);
});

test("another failure is the end, and a stranger's job is nobody's", async () => {
  const { queue, sending } = held();
  const [item] = queue.add(files("a"), {});
  sending[0].arrive();
  await settle();
  queue.ended("job-of-another-page", { status: "done", failure: "", transcriptId: "t" });
  assert.equal(item.state, "working");
  queue.ended("job-a", { status: "failed", failure: "no_speech", transcriptId: "" });
  assert.deepEqual([item.state, item.resends, queue.isSending], ["failed", 0, false]);
});
