"""Tell speech from a recogniser that has lost the thread."""

from __future__ import annotations

import zlib

# Conversation runs at up to 25 characters a second. A decoder that invents a sentence over
# half a second of noise is far beyond it.
MAX_CHARS_PER_SECOND = 35.0
# As a loop we count a phrase of n words said over and over for at least this many words.
MIN_LOOPED_WORDS = 12
MIN_LOOPS = 4
MAX_PHRASE_WORDS = 10
# Catches loops without spaces ("2020-2020-2020-"). "It was the best of times, it was the worst
# of times…" reaches 2.7; loops begin at about 5.
MAX_COMPRESSION = 4.0
MIN_COMPRESSIBLE_CHARS = 60


def is_gibberish(text: str, seconds: float) -> bool:
    """Whether ``text`` cannot be what was said in ``seconds`` of sound.

    True for text without a letter or digit, for more characters than anybody speaks in the
    time, and for loops.
    """
    if not any(character.isalnum() for character in text):
        return True
    if len(text) > MAX_CHARS_PER_SECOND * max(seconds, 0.5):
        return True
    return _compresses_too_well(text) or _loops(text.lower().split())


def _compresses_too_well(text: str) -> bool:
    raw = text.encode()
    return (
        len(raw) >= MIN_COMPRESSIBLE_CHARS and len(raw) > len(zlib.compress(raw)) * MAX_COMPRESSION
    )


def _loops(words: list[str]) -> bool:
    return any(_longest_loop(words, size) for size in range(1, MAX_PHRASE_WORDS + 1))


def _longest_loop(words: list[str], size: int) -> bool:
    """Whether a phrase of ``size`` words follows itself often enough to be a loop."""
    enough = max(MIN_LOOPED_WORDS, MIN_LOOPS * size) - size
    run = 0
    for i in range(size, len(words)):
        run = run + 1 if words[i] == words[i - size] else 0
        if run >= enough:
            return True
    return False
