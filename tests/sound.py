"""Decoded speech for tests of what comes after decoding."""

import os
import random
from array import array
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from gpu.contract import BYTES_PER_SAMPLE, SAMPLE_RATE_HZ, Span
from gpu.decode import Decoder
from tests.speech import SPEECH, clips

BYTES_PER_SECOND = SAMPLE_RATE_HZ * BYTES_PER_SAMPLE
CONVERSATION_PEAK = 12_000
MOST_READERS = 5


@cache
def pcm_of(path: Path) -> bytes:
    media_fd = os.open(path, os.O_RDONLY)
    try:
        with Decoder(media_fd, path.stat().st_size) as decoder:
            return b"".join(decoder.blocks(60.0))
    finally:
        os.close(media_fd)


def seconds_of(pcm: bytes) -> float:
    return len(pcm) / BYTES_PER_SECOND


def silence(seconds: float) -> bytes:
    return bytes(int(seconds * SAMPLE_RATE_HZ) * BYTES_PER_SAMPLE)


def blocks_of(pcm: bytes, seconds: float = 60.0) -> Iterator[bytes]:
    size = int(seconds * SAMPLE_RATE_HZ) * BYTES_PER_SAMPLE
    for start in range(0, len(pcm), size):
        yield pcm[start : start + size]


def conversation(speakers: int, turns: int, seed: int) -> tuple[bytes, list[tuple[Span, str]]]:
    """LibriSpeech readers made to take turns, at one level: sound, and who reads when.

    Speakers are told apart by the second part of the clips' names. Spans are whole clips.
    """
    chance = random.Random(seed)
    voices = _readers()
    if speakers > len(voices):
        pytest.skip("not enough readers in the folder of speech (set SPEECH)")
    chosen = chance.sample(sorted(voices), speakers)
    pcm = bytearray()
    truth = []
    for turn in range(turns):
        voice = chosen[turn % speakers]
        said = _levelled(pcm_of(chance.choice(voices[voice])))
        start = seconds_of(pcm)
        truth.append((Span(start, start + seconds_of(said)), voice))
        pcm += said + silence(chance.uniform(0.1, 0.8))
    return bytes(pcm), truth


def can_make_conversations() -> bool:
    return len(_readers()) >= MOST_READERS


def _readers() -> dict[str, list[Path]]:
    readers: dict[str, list[Path]] = {}
    for clip in clips("en"):
        if clip.path.name.startswith("ls_"):
            readers.setdefault(clip.path.name.split("_")[1].split("-")[0], []).append(clip.path)
    return readers


def _levelled(pcm: bytes) -> bytes:
    samples = array("h", pcm)
    gain = CONVERSATION_PEAK / max(1, *map(abs, samples))
    return array("h", (int(sample * gain) for sample in samples)).tobytes()


def reference_turns(path: Path) -> list[tuple[Span, str]]:
    """Who spoke when, from an RTTM file."""
    rows = (line.split() for line in path.read_text(encoding="utf-8").splitlines())
    return [
        (Span(float(row[3]), float(row[3]) + float(row[4])), row[7])
        for row in rows
        if row and row[0] == "SPEAKER"
    ]


def recordings_with_turns() -> list[tuple[Path, list[tuple[Span, str]]]]:
    return [
        (path.with_suffix(".wav"), reference_turns(path))
        for path in sorted((SPEECH / "multi").glob("*.rttm"))
    ]
