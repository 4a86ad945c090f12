"""A row for each segment (RFC 4180), for spreadsheets: nothing in it is taken for a formula.

It begins with a byte order mark: without one Excel reads UTF-8 as the machine's old code page,
and every accent and ideograph is garbage. LibreOffice, Numbers, pandas and R take it as it is.
"""

import csv
import io

from transcripts.document import Document
from transcripts.exports import ExportOptions
from transcripts.exports._turns import notes
from transcripts.prose import clean

BYTE_ORDER_MARK = "\ufeff"
# What spreadsheets read as the beginning of a formula, in full width too (OWASP, CSV injection).
_FORMULA_STARTS = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def write(document: Document, options: ExportOptions) -> str:
    """Seconds with three decimals, speaker, text; notes where they are asked for."""
    named = options.speakers is not False
    names = {row.id: row.name for row in document.speakers} if named else {}
    noted = notes(document) if options.notes else {}
    out = io.StringIO(newline="")
    out.write(BYTE_ORDER_MARK)
    rows = csv.writer(out)
    rows.writerow(["start", "end", "speaker", "text", *(["note"] if options.notes else [])])
    for segment in document.segments:
        words = [names.get(segment.speaker or "", ""), segment.text]
        words += [" | ".join(noted.get(segment.id, []))] if options.notes else []
        times = [f"{segment.start:.3f}", f"{segment.end:.3f}"]
        rows.writerow([*times, *(_defused(text) for text in words)])
    return out.getvalue()


def _defused(text: str) -> str:
    """On one line, and with an apostrophe in front where a spreadsheet would begin to reckon."""
    plain = clean(text)
    return f"'{plain}" if plain.startswith(_FORMULA_STARTS) else plain
