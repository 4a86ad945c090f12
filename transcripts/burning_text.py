"""Cues as a picture needs them: each line in runs of one face, from left to right."""

from __future__ import annotations

import unicodedata
from functools import cache
from itertools import groupby

from gpu.burn import CueJob
from transcripts.document import Document
from transcripts.exports import ExportOptions
from transcripts.exports._cues import cues as cues_of
from transcripts.exports._fonts import Face, faces_for, spelled, without_variants
from transcripts.exports._lines import is_right_to_left, needs_shaping, without_turns
from transcripts.failures import Refusal

Faces = list[tuple[str, int]]


def typeset(document: Document, options: ExportOptions) -> tuple[list[CueJob], Faces]:
    """Raises Refusal ``letters_unshaped`` where the letters would stand side by side, unjoined."""
    shown = [
        (cue, [_plain(line) for line in cue.lines])
        for cue in cues_of(document, options, label_in_text=True)
    ]
    text = {char for _, lines in shown for line in lines for char in line}
    faces, missing = faces_for(text | set("[]abcdefghijklmnopqrstuvwxyz +"), document.language)
    if any(needs_shaping(line) for _, lines in shown for line in lines) and not _can_shape():
        raise Refusal("letters_unshaped")
    spellings = {ord(char): spelled(char) for char in missing}
    jobs = [
        CueJob(
            start=cue.start_ms,
            end=cue.end_ms,
            lines=[_runs(line.translate(spellings), faces) for line in lines],
        )
        for cue, lines in shown
    ]
    return jobs, [(str(face.path), face.number) for face in faces]


def _plain(line: str) -> str:
    return without_variants(unicodedata.normalize("NFC", without_turns(line)))


def _runs(line: str, faces: list[Face]) -> list[tuple[int, str]]:
    """Letters stay in the face that most of the line is in, where it has them; so do joiners.

    What runs against the line's direction is another script, so in another face, or within one
    run, where the shaper turns it.
    """
    order = sorted(range(len(faces)), key=lambda n: -sum(ord(c) in faces[n].letters for c in line))
    chosen: list[int] = []
    for char in line:
        here = chosen[-1] if chosen else order[0]
        clings = char.isspace() or unicodedata.category(char) in {"Mn", "Mc", "Me", "Cf"}
        if not (clings or ord(char) in faces[here].letters) or (
            not clings and here != order[0] and ord(char) in faces[order[0]].letters
        ):
            here = next((n for n in order if ord(char) in faces[n].letters), here)
        chosen.append(here)
    pieces = groupby(zip(chosen, line, strict=True), key=lambda pair: pair[0])
    runs = [(face, "".join(char for _, char in pairs)) for face, pairs in pieces]
    return runs[::-1] if is_right_to_left(line) else runs


@cache
def _can_shape() -> bool:
    from PIL import features

    return bool(features.check("raqm")) and bool(features.check("fribidi"))
