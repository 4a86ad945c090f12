"""SubRip: numbered cues, comma before the milliseconds. It has no way to escape anything."""

from transcripts.document import Document
from transcripts.exports import ExportOptions
from transcripts.exports._cues import Cue, cues


def write(document: Document, options: ExportOptions) -> str:
    timeline = cues(document, options, label_in_text=True)
    return "\n".join(_block(number, cue) for number, cue in enumerate(timeline, start=1))


def _block(number: int, cue: Cue) -> str:
    lines = "\n".join(line.replace("-->", "→") for line in cue.lines)
    return f"{number}\n{_time(cue.start_ms)} --> {_time(cue.end_ms)}\n{lines}\n"


def _time(milliseconds: int) -> str:
    seconds, milliseconds = divmod(milliseconds, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02},{milliseconds:03}"
