// Everything that the editor's keys and buttons do: one row an act. Its words for people stand in
// templates/transcripts/_keys_editor.html under the same id; a button with `data-act` does the same.
//   keys  what it is bound to at first: chords with spaces between; `mac` where a Mac needs others
//   run   is given the desk, which behaviours/editor.js puts together; where it answers `false`
//         nothing was to do, and the key keeps its own meaning
//   isOn  of an act that switches something: whether that is on
//   isIdle  of one that has nothing to do at times: whether it has not now; pressed then, it says so
import { listeningActs } from "./listenacts.js";
import { keepCopy } from "./plain.js";

const after = (act) => (desk) => (desk.typing.commit(), act(desk));

export const ACTS = [
  { id: "undo", keys: "Mod+Z", run: after(({ editing }) => void editing.undo()) },
  { id: "redo", keys: "Mod+Shift+Z Mod+Y", run: after(({ editing }) => void editing.redo()) },
  { id: "save", keys: "Mod+S", run: after(({ outbox }) => void outbox.resume()) },
  { id: "keep-copy", keys: "", run: after((desk) => void keepCopy(desk)) },
  { id: "split", keys: "", run: ({ typing }) => typing.split() },
  { id: "merge-next", keys: "Mod+J", run: ({ typing }) => typing.merge(1) },
  ...listeningActs,
  { id: "choose-speaker", keys: "Alt+0", mac: "Ctrl+0", run: ({ chooseSpeaker }) => chooseSpeaker() },
  ...[1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => (
    { id: `speaker-${n}`, keys: `Alt+${n}`, mac: `Ctrl+${n}`, run: ({ speakers }) => speakers.assignNumber(n) }
  )),
  { id: "find", keys: "Mod+F", run: ({ findBar }) => findBar.open() },
  { id: "replace", keys: "Mod+H", mac: "Mod+Alt+F", run: ({ findBar }) => findBar.open("replacement") },
  { id: "find-next", keys: "F3 Mod+G", run: ({ findBar }) => void findBar.go(1) },
  { id: "find-previous", keys: "Shift+F3 Mod+Shift+G", run: ({ findBar }) => void findBar.go(-1) },
  { id: "doubt-next", keys: "Alt+N", mac: "Ctrl+Alt+N", run: ({ doubtBar }) => doubtBar.go(1) },
  { id: "doubt-previous", keys: "Alt+P", mac: "Ctrl+Alt+P", run: ({ doubtBar }) => doubtBar.go(-1) },
  { id: "doubt-accept", keys: "Alt+A", mac: "Ctrl+Alt+A", run: ({ doubtBar }) => doubtBar.accept() },
  { id: "doubt-accept-all", keys: "Alt+Shift+A", mac: "Ctrl+Alt+Shift+A", run: ({ doubtBar }) => doubtBar.accept(true) },
  { id: "doubt-take", keys: "Alt+O", mac: "Ctrl+Alt+O", run: ({ doubtBar }) => doubtBar.take() },
  { id: "doubt-correct", keys: "Alt+R", mac: "Ctrl+Alt+R", run: ({ doubtBar }) => doubtBar.correct() },
  { id: "times", keys: "Alt+T", mac: "Ctrl+Alt+T", run: ({ segmentDialog }) => segmentDialog.open("start") },
  { id: "note", keys: "Alt+M", mac: "Ctrl+Alt+M", run: ({ segmentDialog }) => segmentDialog.open("note") },
  { id: "bookmark", keys: "Alt+B", mac: "Ctrl+Alt+B", run: ({ marks }) => marks.add() },
  { id: "delete-segments", keys: "Alt+Delete", mac: "Ctrl+Delete", run: ({ segmentDialog }) => segmentDialog.delete() },
  { id: "versions", keys: "Alt+V", mac: "Ctrl+Alt+V", run: ({ versions }) => void versions.open() },
  { id: "again", keys: "", run: ({ again }) => again?.open() },
  { id: "keys", keys: "? F1", run: ({ keys }) => keys.show() },
];
