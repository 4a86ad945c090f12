"""Recordings of any length, made of real speech that repeats, in memory."""

import os
import wave
from contextlib import contextmanager
from functools import cache
from io import BytesIO

from tests.speech import clip

PIECES = ("en/austen_0870.wav", "en/austen_0880.wav", "en/austen_0890.wav", "en/austen_0920.wav")
RATE_HZ = 16_000


@cache
def _speech() -> bytes:
    """PCM of all pieces, each followed by half a second of silence."""
    sound = bytearray()
    for name in PIECES:
        with wave.open(str(clip(name))) as piece:
            assert (piece.getframerate(), piece.getnchannels()) == (RATE_HZ, 1)
            sound += piece.readframes(piece.getnframes()) + bytes(RATE_HZ)
    return bytes(sound)


def wav(seconds: float) -> bytes:
    speech, size = _speech(), round(seconds * RATE_HZ) * 2
    buffer = BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes((speech * (size // len(speech) + 1))[:size])
    return buffer.getvalue()


def marked_sound(canary: bytes, seconds: float = 5) -> bytes:
    """Speech, and then the canary as sound: in the file and again in what is decoded of it."""
    speech = bytearray(wav(seconds + 2))
    noise = canary * 400
    speech[-len(noise) :] = noise
    return bytes(speech)


def write_wav(descriptor: int, seconds: float) -> int:
    """The same as ``wav``, piece by piece into a descriptor. Returns its size in bytes."""
    speech, left = _speech(), round(seconds * RATE_HZ) * 2
    with open(descriptor, "w+b", closefd=False) as target, wave.open(target, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.setnframes(left // 2)
        while left:
            piece = speech[:left]
            file.writeframesraw(piece)
            left -= len(piece)
    return os.fstat(descriptor).st_size


@contextmanager
def in_memory(data: bytes):
    """A descriptor as the vault hands it out."""
    descriptor = os.memfd_create("test")
    try:
        with open(descriptor, "wb", closefd=False) as file:
            file.write(data)
        yield descriptor
    finally:
        os.close(descriptor)
