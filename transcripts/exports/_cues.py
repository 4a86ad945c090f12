"""Subtitle cues from words: line length, lines, reading speed, and a timeline that only grows.

The twin of ``static/js/subtitles/cues.js``, which shows them while somebody works on them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from transcripts.document import Document, Segment
from transcripts.exports import ExportOptions
from transcripts.prose import clean, unbreakable_parts

LONGEST_PAUSE_SECONDS = 1.5
# Two people at once: the first keeps the screen for this long before the second takes it.
KEPT_WHEN_INTERRUPTED_MS = 1000
# Latin and full-width ends, behind which a quotation or bracket may still close.
SENTENCE_ENDS = (".", "?", "!", "…", "。", "\uff1f", "\uff01")
CLAUSE_ENDS = (",", ";", ":", "\uff0c", "、", "\uff1b", "\uff1a", "\u060c")
BREATH_SECONDS = 0.3
CLOSERS = "\"'\u2019\u201d)]\uff09」』"


@dataclass(slots=True)
class Cue:
    start_ms: int
    end_ms: int
    lines: list[str]
    speaker: str


@dataclass(slots=True)
class _Unit:
    """What a line break never parts."""

    text: str
    spaced: bool
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class _Label:
    text: str
    on_every_cue: bool = False


class _Block:
    """The units of one cue, and how they fall into lines."""

    def __init__(self, first: _Unit, label: str, max_chars: int) -> None:
        self.units = (
            [_Unit(label, spaced=False, start=first.start, end=first.start)] if label else []
        )
        self.lines = [label]
        self.add(replace(first, spaced=bool(label)), max_chars)

    def add(self, unit: _Unit, max_chars: int) -> None:
        self.units.append(unit)
        _wrap(self.lines, unit, max_chars)

    def is_full(self, unit: _Unit, options: ExportOptions) -> bool:
        """Whether ``unit`` belongs to the next cue."""
        last = self.units[-1]
        is_last_line = len(self.lines) == options.max_lines
        sentence_is_over = last.text.rstrip(CLOSERS).endswith(SENTENCE_ENDS)
        return (
            (is_last_line and len(_longer(self.lines[-1], unit)) > options.max_chars)
            or unit.start - last.end > LONGEST_PAUSE_SECONDS
            or unit.end - self.units[0].start > options.max_seconds
            or (sentence_is_over and sum(map(len, self.lines)) >= options.max_chars)
        )


def cues(document: Document, options: ExportOptions, *, label_in_text: bool = False) -> list[Cue]:
    """Cues in order, none empty, none overlapping, each at least a millisecond long.

    With ``label_in_text`` a cue where another speaker begins starts with "Name: ", which counts
    as text; while two speak at once, every cue says whose it is.
    """
    named = options.names_speakers(document)
    result: list[Cue] = []
    last_speaker = ""
    for segment, is_interrupted in _in_order(document.segments):
        speaker = clean(document.speaker_name(segment.speaker)) if named else ""
        label = _Label("")
        if label_in_text and speaker and (is_interrupted or speaker != last_speaker):
            label = _Label(_shortened(speaker, options.max_chars // 2) + ":", is_interrupted)
        made = _cues_of(segment, speaker, label, options)
        result += made
        last_speaker = speaker if made else last_speaker
    result.sort(key=lambda cue: cue.start_ms)
    _part(result, round(options.gap_seconds * 1000))
    _slow_down(result, options, round(document.duration * 1000))
    return result


def _in_order(segments: list[Segment]) -> Iterator[tuple[Segment, bool]]:
    """Segments by time, each with whether it shares its time with a neighbour."""
    ordered = sorted(segments, key=lambda segment: (segment.start, segment.end))
    said_until = 0.0
    for index, segment in enumerate(ordered):
        next_start = ordered[index + 1].start if index + 1 < len(ordered) else segment.end
        yield segment, segment.start < said_until or next_start < segment.end
        said_until = max(said_until, segment.end)


def _shortened(name: str, max_chars: int) -> str:
    return name if len(name) <= max_chars else name[: max_chars - 1] + "…"


def _cues_of(segment: Segment, speaker: str, label: _Label, options: ExportOptions) -> list[Cue]:
    room = options.max_chars
    if options.max_lines == 1 and label.text:
        room -= len(label.text) + 1
    made = [
        Cue(
            start_ms=round(block.units[0].start * 1000),
            end_ms=round(max(unit.end for unit in block.units) * 1000),
            lines=_balanced(block),
            speaker=speaker,
        )
        for block in _blocks(list(_units(segment, room)), label, options)
    ]
    _reach_out(made, segment, round(options.max_seconds * 1000))
    return made


def _reach_out(made: list[Cue], segment: Segment, longest_ms: int) -> None:
    """To the edges of the segment, which somebody may have set beyond its words."""
    if made:
        first, last = made[0], made[-1]
        earliest_ms = max(round(segment.start * 1000), first.end_ms - longest_ms)
        first.start_ms = min(first.start_ms, earliest_ms)
        latest_ms = min(round(segment.end * 1000), last.start_ms + longest_ms)
        last.end_ms = max(last.end_ms, latest_ms)


def _units(segment: Segment, max_chars: int) -> Iterator[_Unit]:
    text = clean(segment.text)
    times = _character_times(segment, text)
    position = 0
    for word in text.split():
        for part, spaced in _parts(word, max_chars):
            first, last = times[position], times[position + len(part) - 1]
            yield _Unit(part, spaced, first[0], last[1])
            position += len(part)


def _parts(word: str, max_chars: int) -> list[tuple[str, bool]]:
    """Each part with whether a space stands before it."""
    parts = unbreakable_parts(word, max_chars)
    return [(part, index == 0) for index, part in enumerate(parts)]


def _character_times(segment: Segment, text: str) -> list[tuple[float, float]]:
    """(start, end) of each visible character: its share of its word, or of an edited segment.

    Words that no longer spell the text, because somebody edited it, cannot time it.
    """
    spelled = [("".join(clean(word.text).split()), word) for word in segment.words]
    visible = "".join(text.split())
    if "".join(letters for letters, _ in spelled) != visible:
        return _shares(len(visible), segment.start, segment.end)
    return [
        times for letters, word in spelled for times in _shares(len(letters), word.start, word.end)
    ]


def _shares(count: int, start: float, end: float) -> list[tuple[float, float]]:
    edges = [start + (end - start) * index / (count or 1) for index in range(count + 1)]
    return list(pairwise(edges))


def _blocks(units: list[_Unit], label: _Label, options: ExportOptions) -> Iterator[_Block]:
    begin = 0
    while begin < len(units):
        text = label.text if begin == 0 or label.on_every_cue else ""
        end = _filled(units, begin, text, options)[1]
        if end < len(units):
            end = _gentlest_cut(units, begin, end)
        yield _filled(units[:end], begin, text, options)[0]
        begin = end


def _filled(
    units: list[_Unit], begin: int, label: str, options: ExportOptions
) -> tuple[_Block, int]:
    """A block with all that fits from ``begin``, and where it ends."""
    block, end = _Block(units[begin], label, options.max_chars), begin + 1
    while end < len(units) and not block.is_full(units[end], options):
        block.add(units[end], options.max_chars)
        end += 1
    return block, end


def _gentlest_cut(units: list[_Unit], begin: int, end: int) -> int:
    """Where a full cue reads best when it ends early: at a sentence, a clause, or a breath."""
    earliest = begin + (end - begin + 1) // 2
    return max(range(earliest, end + 1), key=lambda cut: (_ease(units[cut - 1], units[cut]), cut))


def _ease(last: _Unit, following: _Unit) -> int:
    text = last.text.rstrip(CLOSERS)
    if text.endswith(SENTENCE_ENDS):
        return 3
    if text.endswith(CLAUSE_ENDS):
        return 2
    return int(following.start - last.end >= BREATH_SECONDS)


def _wrap(lines: list[str], unit: _Unit, max_chars: int) -> None:
    longer = _longer(lines[-1], unit)
    if not lines[-1] or len(longer) <= max_chars:  # a letter with its accents may be over long
        lines[-1] = longer
    else:
        lines.append(unit.text)


def _longer(line: str, unit: _Unit) -> str:
    return line + (" " if unit.spaced else "") + unit.text


def _balanced(block: _Block) -> list[str]:
    """The same number of lines, as even as they can be: no last line of a single word."""
    if len(block.lines) == 1:
        return block.lines
    shortest = sum(map(len, block.lines)) // len(block.lines)
    for width in range(shortest, max(map(len, block.lines))):
        lines = [block.units[0].text]
        for unit in block.units[1:]:
            _wrap(lines, unit, width)
        if len(lines) <= len(block.lines) and max(map(len, lines)) <= width:
            return lines
    return block.lines


def _part(timeline: list[Cue], gap_ms: int) -> None:
    """Cut overlaps: players show one cue at a time, and some refuse a file that asks for two."""
    for cue, following in pairwise(timeline):
        cue.end_ms = max(cue.end_ms, cue.start_ms + 1)
        kept_until = min(cue.end_ms, cue.start_ms + KEPT_WHEN_INTERRUPTED_MS)
        following.start_ms = max(following.start_ms, kept_until)
        cue.end_ms = max(cue.start_ms + 1, min(cue.end_ms, following.start_ms - gap_ms))
    if timeline:
        timeline[-1].end_ms = max(timeline[-1].end_ms, timeline[-1].start_ms + 1)


def _slow_down(timeline: list[Cue], options: ExportOptions, duration_ms: int) -> None:
    """Let cues stand until they can be read, as far as the next one leaves the time."""
    gap_ms = round(options.gap_seconds * 1000)
    limits = [cue.start_ms - gap_ms for cue in timeline[1:]] + [duration_ms]
    shortest_ms, longest_ms = round(options.min_seconds * 1000), round(options.max_seconds * 1000)
    for cue, limit_ms in zip(timeline, limits, strict=False):
        chars = sum(len(line) for line in cue.lines)
        read_ms = min(-int(-chars * 1000 // options.max_cps), longest_ms)
        wanted_ms = max(shortest_ms, read_ms)
        cue.end_ms = max(cue.end_ms, min(cue.start_ms + wanted_ms, limit_ms))
