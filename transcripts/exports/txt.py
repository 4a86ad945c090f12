"""Running text, paragraphs parted by an empty line. Notes follow theirs in square brackets."""

from transcripts.document import Document
from transcripts.exports import ExportOptions
from transcripts.exports._turns import Turn, clock, turns


def write(document: Document, options: ExportOptions) -> str:
    paragraphs = [_lines(turn, options) for turn in turns(document, options)]
    return "\n\n".join(paragraphs) + "\n" if paragraphs else ""


def _lines(turn: Turn, options: ExportOptions) -> str:
    time = f"[{clock(turn.start)}] " if options.timestamps else ""
    label = f"{turn.name}: " if turn.name else ""
    notes = [f"[Note: {note}]" for note in turn.notes]
    return "\n".join([f"{time}{label}{turn.text}", *notes])
