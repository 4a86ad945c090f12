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
RunJob = tuple[int, str, bool]


def typeset(document: Document, options: ExportOptions) -> tuple[list[CueJob], Faces]:
    """Raises Refusal ``letters_unshaped`` where the letters would stand side by side, unjoined."""
    shown = [
        (cue, [_plain(line) for line in cue.lines])
        for cue in cues_of(document, options, label_in_text=True)
    ]
    text = {char for _, lines in shown for line in lines for char in line}
    faces, missing = faces_for(text | set("[]abcdefghijklmnopqrstuvwxyz +"), document.language)
    if any(needs_shaping(line) for _, lines in shown for line in lines) and not can_shape():
        raise Refusal("letters_unshaped")
    spellings = {ord(char): spelled(char) for char in missing}
    drawn = [
        (cue, [runs for line in lines if (runs := _runs(line.translate(spellings), faces))])
        for cue, lines in shown
    ]
    # Of a cue of joiners and marks of direction alone, nothing is left to draw.
    jobs = [
        CueJob(start=cue.start_ms, end=cue.end_ms, lines=lines) for cue, lines in drawn if lines
    ]
    return jobs, [(str(face.path), face.number) for face in faces]


def _plain(line: str) -> str:
    return without_variants(unicodedata.normalize("NFC", without_turns(line)))


def _runs(line: str, faces: list[Face]) -> list[RunJob]:
    """From left to right, as a reader sees them."""
    runs: list[RunJob] = []
    for text, is_rtl in _in_visual_order(line):
        pieces = [(face, piece, is_rtl) for face, piece in _by_face(text, faces)]
        runs += pieces[::-1] if is_rtl else pieces
    return runs


def _in_visual_order(line: str) -> list[tuple[str, bool]]:
    """Pieces of one direction (Unicode's bidirectional algorithm, rule L2)."""
    if not any(unicodedata.bidirectional(char) in {"R", "AL", "AN"} for char in line):
        return [(line, False)]
    from fpdf.bidi import BidiParagraph
    from fpdf.enums import TextDirection

    base = TextDirection.RTL if is_right_to_left(line) else TextDirection.LTR
    paragraph = BidiParagraph(line, base_direction=base, preserve_bn_chars=True)
    chars = paragraph.get_characters_with_embedding_level()
    levelled = groupby(chars, key=lambda char: char.embedding_level)
    runs = [(level, "".join(char.character for char in group)) for level, group in levelled]
    for level in range(max(level for level, _ in runs), 0, -1):
        runs = _reversed_from(level, runs)
    return [(text, level % 2 == 1) for level, text in runs]


def _reversed_from(level: int, runs: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """Every stretch of that level and above, back to front."""
    turned: list[tuple[int, str]] = []
    for is_deep, stretch in groupby(runs, key=lambda run: run[0] >= level):
        found = list(stretch)
        turned += found[::-1] if is_deep else found
    return turned


def _by_face(text: str, faces: list[Face]) -> list[tuple[int, str]]:
    """Letters stay in the face that most of them are in, where it has them; so do joiners."""
    order = sorted(range(len(faces)), key=lambda n: -sum(ord(c) in faces[n].letters for c in text))
    chosen: list[int] = []
    for char in text:
        here = chosen[-1] if chosen else order[0]
        clings = char.isspace() or unicodedata.category(char) in {"Mn", "Mc", "Me", "Cf"}
        if not clings:
            having = (n for n in order if ord(char) in faces[n].letters)
            here = next(having, here)
        chosen.append(here)
    pieces = groupby(zip(chosen, text, strict=True), key=lambda pair: pair[0])
    return [(face, "".join(char for _, char in pairs)) for face, pairs in pieces]


@cache
def can_shape() -> bool:
    """Whether letters that join or turn can be drawn: Pillow takes FriBidi from the system."""
    from PIL import features

    return bool(features.check("raqm")) and bool(features.check("fribidi"))
