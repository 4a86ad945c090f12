"""moonshine-voice without its waste and its memory of earlier recordings.

Leans on private attributes and exported symbols of the library: its version is pinned.
"""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING

from moonshine_voice.errors import MoonshineError
from moonshine_voice.moonshine_api import ModelArch, TranscriptC
from moonshine_voice.transcriber import Transcriber
from moonshine_voice.utils import get_model_path

from gpu.contract import SAMPLE_RATE_HZ, Span

if TYPE_CHECKING:
    from gpu.engines._pcm import Samples

_VOICE_DETECTOR = "_ZN21VoiceActivityDetector10silero_vadE"
_VOICE_DETECTOR_DESTRUCTOR = "_ZN9SileroVadD1Ev"


class Ear(Transcriber):  # type: ignore[misc]  # the library is untyped
    """A transcriber that reads a numpy buffer where it lies. Not thread-safe.

    The library's own call boxes each sample twice, 40 MB for twenty seconds.
    """

    def __init__(self, options: dict[str, str]) -> None:
        super().__init__(
            get_model_path("tiny-en"),
            ModelArch.TINY,
            options=options | {"return_audio_data": "false"},
        )

    @property
    def library(self) -> ctypes.CDLL:
        library: ctypes.CDLL = self._lib
        return library

    def lines(self, samples: Samples) -> list[tuple[Span, str]]:
        """Spans in seconds from the start of ``samples``, and their text."""
        transcript = ctypes.POINTER(TranscriptC)()
        status = self._lib.moonshine_transcribe_without_streaming(
            self._handle,
            samples.ctypes.data_as(ctypes.POINTER(ctypes.c_float)),
            samples.size,
            SAMPLE_RATE_HZ,
            0,
            ctypes.byref(transcript),
        )
        if status:
            raise MoonshineError(f"transcription ended with status {status}")
        return [
            (Span(line.start_time, line.start_time + line.duration), line.text.strip())
            for line in self._parse_transcript(transcript).lines
        ]


def fresh_voice_detector() -> Ear:
    """An ear that only finds lines of speech, and remembers none of what was heard before.

    All transcribers of a process share one recurrent voice detector, which the library never
    resets: without this, the recording before decides where speech begins in this one. Call it
    only while nobody is looking for speech.
    """
    ear = Ear({"skip_transcription": "true"})
    try:
        shared = ctypes.c_void_p.in_dll(ear.library, _VOICE_DETECTOR)
        destroy = ear.library[_VOICE_DETECTOR_DESTRUCTOR]
    except (ValueError, AttributeError):  # a build for another system, which names them otherwise
        return ear
    if shared.value:
        destroy.argtypes, destroy.restype = [ctypes.c_void_p], None
        destroy(shared.value)
        shared.value = None  # the next transcriber makes a new one
    ear.close()
    return Ear({"skip_transcription": "true"})
