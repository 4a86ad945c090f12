"""WebVTT (W3C): speakers as voice spans, text escaped as its section 4.2.2 wants."""

from transcripts.document import Document
from transcripts.exports import ExportOptions
from transcripts.exports._cues import Cue, cues


def write(document: Document, options: ExportOptions) -> str:
    return "\n".join(["WEBVTT\n", *(_block(cue) for cue in cues(document, options))])


def _block(cue: Cue) -> str:
    voice = f"<v {_escaped(cue.speaker)}>" if cue.speaker else ""
    lines = "\n".join(_escaped(line) for line in cue.lines)
    return f"{_time(cue.start_ms)} --> {_time(cue.end_ms)}\n{voice}{lines}\n"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _time(milliseconds: int) -> str:
    seconds, milliseconds = divmod(milliseconds, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}.{milliseconds:03}"
