"""Subtitles burned into a video that its owner brings. Nothing of it is kept.

The video lies in the vault as a recording does, a confined child draws into it (``gpu.burn``), and
what it makes goes straight to whoever asked: the server never holds the result.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Iterator
from contextlib import ExitStack

from django.conf import settings

from billing.plans import Plan
from gpu.burn import Burner, BurnFailed, BurnFailure, BurnJob, StyleJob, VideoInfo
from transcripts import entries
from transcripts.burning_text import typeset
from transcripts.document import Document
from transcripts.exports import ExportOptions
from transcripts.failures import Refusal
from transcripts.jobs import Recording
from transcripts.models import Transcript
from transcripts.vault import AudioLost, vault

logger = logging.getLogger(__name__)

TURN_SECONDS = 30.0
"""How long a video waits for the one before it."""
TIMES_ITS_LENGTH = 2
"""Whoever takes a video more slowly than at half the speed of watching it holds up all others."""
SLOWEST_BYTES_A_SECOND = 32 * 1024
"""No line that brought the video is slower; a reader that trickles on purpose is."""
MOST_PIXELS = 4096 * 2304
"""What the child's memory is made for."""

_turns = threading.BoundedSemaphore(settings.BURN_INS_AT_ONCE)
_in_work: set[str] = set()


def is_at_work(audio_id: str) -> bool:
    """Whether this process is drawing into that video, which stands in no row."""
    return audio_id in _in_work


def is_busy() -> bool:
    """Whether a video that came now would have to wait."""
    free = _turns.acquire(blocking=False)
    if free:
        _turns.release()
    return not free


def minutes_allowed(plan: Plan) -> float:
    """How long a video may be."""
    recorded = plan.max_recording_seconds
    longest: float = settings.BURN_IN_MAX_MINUTES
    return longest if recorded is None else min(longest, recorded // 60)


def job_of(transcript: Transcript, options: ExportOptions, style: StyleJob, plan: Plan) -> BurnJob:
    """Raises Refusal ``nothing_to_burn`` or ``letters_unshaped``."""
    document = Document.from_json(transcript.document)
    cues, faces = typeset(document, options)
    if not cues:
        raise Refusal("nothing_to_burn")
    pixels = [MOST_PIXELS, plan.max_video_pixels]
    return BurnJob(
        cues,
        faces,
        style,
        max_seconds=60 * minutes_allowed(plan),
        max_pixels=min(limit for limit in pixels if limit is not None),
    )


class Rendering:
    """One video in work, which it owns: ``hold``, ``take_turn``, ``begin``, ``read`` to the end.

    ``close`` always comes last. Methods block. ``stop`` may come from any thread, at any time.
    """

    info: VideoInfo

    def __init__(self, transcript: Transcript, video: Recording, job: BurnJob, to: str) -> None:
        self._transcript = transcript
        self._video = video
        self._job = job
        self._to = to
        self._held = ExitStack()
        self._burner: Burner | None = None
        self._pieces: Iterator[bytes] = iter(())
        self._stopped = threading.Event()
        self._why = "burning_cancelled"
        self._closed = False
        self._at_work = threading.Lock()
        self._told: list[str] = []

    def hold(self) -> None:
        """The receipt tells of the video."""
        with self._at_work:
            self._told = entries.video_held(self._transcript)

    def take_turn(self) -> bool:
        """Whether it is this video's turn, which it keeps. Does not wait. Raises Refusal."""
        with self._at_work:
            if self._stopped.is_set():
                raise Refusal("burning_cancelled")
            has_turn = _turns.acquire(blocking=False)
            if has_turn:
                self._held.callback(_turns.release)
            return has_turn

    def begin(self) -> bytes:
        """The first piece, once it has its turn. Raises Refusal; the video is known by then."""
        with self._at_work:
            return self._begin()

    def _begin(self) -> bytes:
        if self._stopped.is_set():
            raise Refusal("burning_cancelled")
        try:
            descriptor = vault().open(self._video.audio_id, self._video.audio_key)
        except AudioLost:
            raise Refusal("audio_lost") from None
        self._held.callback(os.close, descriptor)
        _in_work.add(self._video.audio_id)
        self._held.callback(_in_work.discard, self._video.audio_id)
        self._burner = Burner(descriptor, self._video.size_bytes, self._job)
        try:
            if self._stopped.is_set():
                self._burner.kill()
            self._held.enter_context(self._burner)
            self.info = self._burner.info
            self._pieces = self._burner.pieces()
            return next(self._pieces)
        except BurnFailed as failed:
            raise self._refusal_of(failed) from None

    def read(self) -> bytes:
        """The next piece; b"" at the end. Raises Refusal."""
        try:
            with self._at_work:
                piece = next(self._pieces, b"")
        except BurnFailed as failed:
            raise self._refusal_of(failed) from None
        if not piece:
            self._why = "burned"
            entries.exported(self._transcript, "mp4", self._to)
        return piece

    def patience_seconds(self, sent_bytes: int) -> float:
        """Of the time in which it is drawn nothing is counted: only what its reader needs."""
        longest = TIMES_ITS_LENGTH * self.info.seconds
        patience: float = settings.BURN_IN_PATIENCE_SECONDS
        return patience + min(longest, sent_bytes / SLOWEST_BYTES_A_SECOND)

    def stop(self) -> None:
        """Kill the child: whoever reads gets ``cancelled``."""
        self._stopped.set()
        if self._burner is not None:
            self._burner.kill()

    def close(self) -> None:
        """Destroy the video and all that was made of it. Safe to repeat."""
        self.stop()
        with self._at_work:
            if self._closed:
                return
            self._closed = True
            try:
                self._held.close()
            finally:
                vault().destroy(self._video.audio_id)
                entries.video_destroyed(self._told, self._why)

    def _refusal_of(self, failed: BurnFailed) -> Refusal:
        if failed.failure is BurnFailure.CANCELLED:
            return Refusal("burning_cancelled")
        self._why = "burning_failed"
        if failed.failure in {BurnFailure.CRASH, BurnFailure.NO_ENCODER}:
            about = {"failure": failed.failure, "cause": failed.detail}
            logger.warning("no subtitles were burned", extra=about)
        return Refusal(failed.failure)
