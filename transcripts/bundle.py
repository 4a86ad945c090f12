"""Several transcripts as files of one ZIP, each made when its turn comes."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator

from django.http import StreamingHttpResponse
from django.utils.translation import gettext as _

from accounts.archive import File, sent, zipped
from accounts.callers import Caller
from transcripts import entries
from transcripts.access import transcripts_of
from transcripts.api.schemas import MOST_EXPORTED_AT_ONCE
from transcripts.document import Document
from transcripts.downloads import export_of, file_name
from transcripts.exports import EXPORTS_BY_ID, ExportOptions
from transcripts.failures import Refusal

FILE_NAME = "transcripts.zip"


def bundle(
    caller: Caller, ids: list[str], format_id: str, options: ExportOptions, *, to: str
) -> StreamingHttpResponse:
    """``to`` is what the receipts call the taker.

    Raises Refusal ``validation_failed`` or, if one of them is not this caller's, ``not_found``.
    """
    wanted = _wanted(caller, ids)
    return StreamingHttpResponse(
        sent(zipped(_files(caller, wanted, format_id, options, to))),
        content_type="application/zip",
        headers={
            "Content-Disposition": f'attachment; filename="{FILE_NAME}"',
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
        },
    )


def _wanted(caller: Caller, ids: list[str]) -> list[str]:
    """Each once, all of them there: nothing is sent of a request that asks for too much."""
    unique = list(dict.fromkeys(ids))
    if not 1 <= len(unique) <= MOST_EXPORTED_AT_ONCE:
        problem = _("Choose 1 to %(most)d transcripts.") % {"most": MOST_EXPORTED_AT_ONCE}
        raise Refusal("validation_failed", errors={"transcripts": problem})
    plain = [each for each in unique if each.isalnum()]
    theirs = transcripts_of(caller).filter(pk__in=plain).values_list("is_private", flat=True)
    found = list(theirs)
    if len(found) != len(unique):
        raise Refusal("not_found")
    if any(found):
        raise Refusal("private_transcript")
    return unique


def _files(
    caller: Caller, ids: Iterable[str], format_id: str, options: ExportOptions, to: str
) -> Iterator[File]:
    names = Names()
    for each in ids:
        row = transcripts_of(caller).filter(pk=each).first()
        if row is None or not row.content_key:
            continue  # deleted meanwhile
        _type, content = export_of(row, Document.from_json(row.document), format_id, options)
        entries.exported(row, format_id, to)
        yield names.fresh(file_name(row.title, EXPORTS_BY_ID[format_id].extension)), content


class Names:
    """Gives no two files of a folder names that any file system takes for the same."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def fresh(self, name: str) -> str:
        stem, _dot, extension = name.rpartition(".")
        number, candidate = 1, name
        while self._same(candidate) in self._taken:
            number += 1
            candidate = f"{stem} ({number}).{extension}"
        self._taken.add(self._same(candidate))
        return candidate

    @staticmethod
    def _same(name: str) -> str:
        return unicodedata.normalize("NFKC", name).casefold()
