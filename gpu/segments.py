"""From timed words to a transcript that reads well: speakers, sentences, what went unheard."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from gpu.contract import Segment, Span, Word
from gpu.engines import UNSPACED_LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gpu.diarise import Turn

# Sentences shorter than this are joined with the next, as long as nobody pauses.
SHORT_SECONDS = 3.0
BREATH_SECONDS = 0.6
PAUSE_SECONDS = 1.5
LONG_SECONDS = 30.0
# Turns are heard to about half a second: a change this near to the end of a sentence is meant
# to be there.
MAX_MOVED_SECONDS = 0.7
# Clicks and breaths; voice activity calls them speech, but nobody misses them.
MIN_UNHEARD_SECONDS = 0.5
SENTENCE_ENDS = (".", "?", "!", "…", "。", "？", "！")  # noqa: RUF001 - Chinese and Japanese
_ABBREVIATIONS = frozenset("mr. mrs. ms. dr. st. vs. etc. prof. jr. sr. no. e.g. i.e.".split())


def assign_speakers(words: Sequence[Word], turns: Sequence[Turn]) -> list[str]:
    """Name the speaker of each word, in place; the names in order of appearance.

    ``turns`` are in order and don't overlap. A word outside of all goes to the nearest.
    """
    if not turns:
        return []
    names: dict[int, str] = {}
    for word, speaker in zip(words, _settled(words, _nearest(words, turns)), strict=True):
        word.speaker = names.setdefault(speaker, f"Speaker {len(names) + 1}")
    return list(names.values())


def _nearest(words: Iterable[Word], turns: Sequence[Turn]) -> list[int]:
    """The speaker of the turn in which the middle of each word lies, or of the nearest turn."""
    speakers = []
    at = 0
    for word in words:
        middle = (word.start + word.end) / 2
        while at + 1 < len(turns) and _distance(turns[at + 1], middle) <= _distance(
            turns[at], middle
        ):
            at += 1
        speakers.append(turns[at].speaker)
    return speakers


def _settled(words: Sequence[Word], speakers: list[int]) -> list[int]:
    """Move each change of speaker to an end of sentence, where one is near."""
    settled = list(speakers)
    for at in range(1, len(words)):
        if speakers[at] == speakers[at - 1] or ends_sentence(words[at - 1].text):
            continue
        target = _sentence_near(words, at)
        if target < at:
            settled[target:at] = [speakers[at]] * (at - target)
        else:
            settled[at:target] = [settled[at - 1]] * (target - at)
    return settled


def _sentence_near(words: Sequence[Word], at: int) -> int:
    """The index nearest in time to ``at`` where a sentence begins; ``at`` where none is near."""
    moment = words[at].start
    candidates = [
        i
        for i in range(max(1, at - 4), min(len(words), at + 5))
        if ends_sentence(words[i - 1].text) and abs(words[i].start - moment) <= MAX_MOVED_SECONDS
    ]
    return min(candidates, key=lambda i: abs(words[i].start - moment), default=at)


def _distance(turn: Turn, moment: float) -> float:
    return max(turn.start - moment, moment - turn.end, 0.0)


def segments_of(words: Sequence[Word], language: str) -> list[Segment]:
    """Sentences, more or less: a segment has one speaker and no long pause."""
    segments: list[Segment] = []
    current: list[Word] = []
    for word in words:
        if current and _ends_segment(current, word):
            segments.append(_segment(current, language))
            current = []
        current.append(word)
    if current:
        segments.append(_segment(current, language))
    return segments


def _ends_segment(current: Sequence[Word], following: Word) -> bool:
    last = current[-1]
    pause = following.start - last.end
    length = last.end - current[0].start
    if following.speaker != last.speaker or pause >= PAUSE_SECONDS or length >= LONG_SECONDS:
        return True
    return ends_sentence(last.text) and (length >= SHORT_SECONDS or pause >= BREATH_SECONDS)


def ends_sentence(text: str) -> bool:
    """Whether a word closes a sentence: "end." and 'end."', but neither "Mr." nor "J."."""
    bare = text.rstrip("\"')]”’»")  # noqa: RUF001 - the quotes people use
    is_initial = len(bare) == 2 and bare[0].isalpha()
    return bare.endswith(SENTENCE_ENDS) and not is_initial and bare.lower() not in _ABBREVIATIONS


def _segment(words: list[Word], language: str) -> Segment:
    known = [word.confidence for word in words if word.confidence is not None]
    joiner = "" if language in UNSPACED_LANGUAGES else " "
    return Segment(
        start=words[0].start,
        end=words[-1].end,
        text=joiner.join(word.text for word in words),
        speaker=words[0].speaker,
        confidence=sum(known) / len(known) if known else None,
        words=words,
    )


def in_order(words: Iterable[Word]) -> list[Word]:
    """Mend times, in place, so that no word begins before the one before it ends."""
    mended = list(words)
    for before, word in pairwise(mended):
        word.start = max(word.start, before.end)
        word.end = max(word.end, word.start)
    return mended


def unheard_spans(spans: Iterable[Span], words: Sequence[Word]) -> list[Span]:
    """The spans, in order, during which not one of ``words`` was said."""
    silent = []
    at = 0
    for span in spans:
        while at < len(words) and words[at].end <= span.start:
            at += 1
        is_heard = at < len(words) and words[at].start < span.end
        if not is_heard and span.end - span.start >= MIN_UNHEARD_SECONDS:
            silent.append(span)
    return silent
