"""How far a transcript is from the truth: word and diarisation errors."""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import jiwer

from gpu.contract import Span
from gpu.engines._spoken import spoken_words

NORMALISER = "sotto-spoken-en"
"""Lower case, no punctuation, numbers and abbreviations as they are said (``spoken_words``),
apostrophes dropped. Spelling is left alone: colour is not color."""

FRAMES_PER_SECOND = 100


def normalised(text: str) -> str:
    words = (spoken for written in text.split() for spoken in spoken_words(written))
    return " ".join(word.replace("'", "") for word in words)


@dataclass(frozen=True)
class WordErrors:
    errors: int
    words: int

    @property
    def percent(self) -> float:
        return 100 * self.errors / max(1, self.words)


def word_errors(pairs: Iterable[tuple[str, str]]) -> WordErrors:
    """Over all (reference, heard) together."""
    errors = words = 0
    for reference, heard in pairs:
        found = jiwer.process_words(normalised(reference), normalised(heard))
        errors += found.substitutions + found.deletions + found.insertions
        words += found.hits + found.substitutions + found.deletions
    return WordErrors(errors, words)


@dataclass(frozen=True)
class SpeakerErrors:
    """Seconds, without collar; overlapping speech counts once for each speaker."""

    missed: float
    false_alarm: float
    confused: float
    reference: float

    @property
    def percent(self) -> float:
        return 100 * (self.missed + self.false_alarm + self.confused) / max(self.reference, 1e-9)

    def __add__(self, other: "SpeakerErrors") -> "SpeakerErrors":
        return SpeakerErrors(
            self.missed + other.missed,
            self.false_alarm + other.false_alarm,
            self.confused + other.confused,
            self.reference + other.reference,
        )


Turns = Sequence[tuple[Span, str]]


def speaker_errors(reference: Turns, heard: Turns) -> SpeakerErrors:
    """Under the best one-to-one naming of the heard speakers."""
    true, found = _frames(reference), _frames(heard)
    together: dict[tuple[str, str], int] = {}
    missed = false_alarm = both = 0
    for frame in true.keys() | found.keys():
        here, there = true.get(frame, set()), found.get(frame, set())
        missed += max(0, len(here) - len(there))
        false_alarm += max(0, len(there) - len(here))
        both += min(len(here), len(there))
        for pair in itertools.product(here, there):
            together[pair] = together.get(pair, 0) + 1
    right = _best_naming(together)
    total = sum(map(len, true.values()))
    return SpeakerErrors(
        *(n / FRAMES_PER_SECOND for n in (missed, false_alarm, both - right, total))
    )


def _frames(turns: Turns) -> dict[int, set[str]]:
    frames: dict[int, set[str]] = {}
    for span, speaker in turns:
        for frame in range(
            round(span.start * FRAMES_PER_SECOND), round(span.end * FRAMES_PER_SECOND)
        ):
            frames.setdefault(frame, set()).add(speaker)
    return frames


def _best_naming(together: dict[tuple[str, str], int]) -> int:
    """Frames in common under the best matching; exact, by dynamic programming over subsets."""
    names = sorted({here for here, _ in together})
    best = {0: 0}
    for there in sorted({there for _, there in together}):
        for taken, frames in list(best.items()):
            for i, here in enumerate(names):
                if not taken & 1 << i:
                    key = taken | 1 << i
                    gain = frames + together.get((here, there), 0)
                    best[key] = max(best.get(key, 0), gain)
    return max(best.values())
