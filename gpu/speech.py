"""Cut a stream of sound into chunks of speech. Pure Python; holds about a minute at a time."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING

from gpu.contract import BYTES_PER_SAMPLE, SAMPLE_RATE_HZ, Span
from gpu.engines import WINDOW_SECONDS, Chunk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

BYTES_PER_SECOND = SAMPLE_RATE_HZ * BYTES_PER_SAMPLE
# Windows begin on this grid, which the diariser shares.
GRID_SECONDS = 0.2
# Speech that runs to the end of a window is left to the next one, which hears all of it.
UNFINISHED_SECONDS = 1.0
# Measured best on long recordings: gaps of less than this stay inside a chunk, with this
# much sound around the speech.
MAX_GAP_SECONDS = 2.0
PAD_SECONDS = 0.3


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of the recording and the speech in it, in seconds from the recording's start."""

    start: float
    pcm: bytes
    spans: list[Span]

    @property
    def end(self) -> float:
        return self.start + len(self.pcm) / BYTES_PER_SECOND


class _Tape:
    """The part of the recording that is still needed."""

    def __init__(self) -> None:
        self._pcm = bytearray()
        self.start = 0.0

    @property
    def end(self) -> float:
        return self.start + len(self._pcm) / BYTES_PER_SECOND

    def append(self, pcm: bytes) -> None:
        self._pcm += pcm

    def read(self, start: float, end: float) -> bytes:
        return bytes(self._pcm[self._at(start) : self._at(end)])

    def forget_before(self, seconds: float) -> None:
        dropped = min(self._at(seconds), len(self._pcm))
        del self._pcm[:dropped]
        self.start += dropped / BYTES_PER_SECOND

    def _at(self, seconds: float) -> int:
        return max(0, round((seconds - self.start) * SAMPLE_RATE_HZ)) * BYTES_PER_SAMPLE


def windows(
    blocks: Iterable[bytes], find_speech: Callable[[bytes], list[Span]]
) -> Iterator[Window]:
    """Blocks of PCM of any size as windows that together are the whole recording.

    No window cuts through a span of speech, except where one is longer than a window.
    """
    tape = _Tape()
    heard_until = 0.0
    for block in blocks:
        tape.append(block)
        while tape.end - tape.start >= WINDOW_SECONDS:
            yield (window := _window(tape, find_speech, heard_until, is_last=False))
            heard_until = window.spans[-1].end if window.spans else window.start
    if tape.end > tape.start:
        yield _window(tape, find_speech, heard_until, is_last=True)


def _window(
    tape: _Tape,
    find_speech: Callable[[bytes], list[Span]],
    heard_until: float,
    *,
    is_last: bool,
) -> Window:
    start, end = tape.start, min(tape.end, tape.start + WINDOW_SECONDS)
    found = find_speech(tape.read(start, end))
    spans = _apart((Span(start + span.start, start + span.end) for span in found), heard_until, end)
    if not is_last and len(spans) > 1 and spans[-1].end > end - UNFINISHED_SECONDS:
        unfinished = spans.pop()
        pause = (spans[-1].end + unfinished.start) / 2
        end = start + max(1, int((pause - start) / GRID_SECONDS)) * GRID_SECONDS
    pcm = tape.read(start, end)
    tape.forget_before(end)
    return Window(start, pcm, spans)


def _apart(spans: Iterable[Span], earliest: float, latest: float) -> list[Span]:
    """Voice detectors look back from where they are sure, sometimes into the span before."""
    apart = []
    for span in spans:
        start, end = max(span.start, earliest), min(span.end, latest)
        if end > start:
            apart.append(Span(start, end))
            earliest = end
    return apart


def chunks(windows: Iterable[Window], max_seconds: float) -> Iterator[Chunk]:
    """Speech in stretches of at most ``max_seconds``, pads not counted."""
    packer = _Packer()
    for window in windows:
        packer.tape.append(window.pcm)
        for span in window.spans:
            if packer.is_full(span, max_seconds):
                yield packer.take(span.start)
            packer.spans.append(span)
        if packer.spans and window.end - packer.spans[-1].end >= MAX_GAP_SECONDS:
            yield packer.take(window.end)
        packer.forget()
    if packer.spans:
        yield packer.take(inf)


class _Packer:
    """The chunk that is being filled."""

    def __init__(self) -> None:
        self.tape = _Tape()
        self.spans: list[Span] = []
        self._taken_until = 0.0

    def is_full(self, span: Span, max_seconds: float) -> bool:
        return bool(self.spans) and (
            span.start - self.spans[-1].end >= MAX_GAP_SECONDS
            or span.end - self.spans[0].start > max_seconds
        )

    def take(self, next_start: float) -> Chunk:
        first, last = self.spans[0], self.spans[-1]
        start = max(first.start - PAD_SECONDS, (self._taken_until + first.start) / 2)
        end = min(last.end + PAD_SECONDS, max(last.end, (last.end + next_start) / 2))
        # On whole samples, so that a chunk's times and its sound agree.
        start = self.tape.start + round((start - self.tape.start) * SAMPLE_RATE_HZ) / SAMPLE_RATE_HZ
        chunk = Chunk(start, self.tape.read(start, end), tuple(self.spans))
        self.spans = []
        self._taken_until = last.end
        return chunk

    def forget(self) -> None:
        needed = self.spans[0].start if self.spans else self.tape.end
        self.tape.forget_before(needed - 2 * PAD_SECONDS)
