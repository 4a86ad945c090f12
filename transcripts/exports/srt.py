"""SubRip: numbered cues, comma before the milliseconds. It has no way to escape anything, so that
what players take for an arrow, a tag or a command is written with a letter that looks like it.
"""

import re

from transcripts.document import Document
from transcripts.exports import ExportOptions
from transcripts.exports._cues import Cue, cues

_TAG = re.compile("<(?=[A-Za-z/!?])")


def write(document: Document, options: ExportOptions) -> str:
    timeline = cues(document, options, label_in_text=True)
    return "\n".join(_block(number, cue) for number, cue in enumerate(timeline, start=1))


def _block(number: int, cue: Cue) -> str:
    lines = "\n".join(_defused(line) for line in cue.lines)
    return f"{number}\n{_time(cue.start_ms)} --> {_time(cue.end_ms)}\n{lines}\n"


def _defused(line: str) -> str:
    return _TAG.sub("\u2039", line.replace("-->", "→").replace("{\\", "{/"))


def _time(milliseconds: int) -> str:
    seconds, milliseconds = divmod(milliseconds, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02},{milliseconds:03}"
