"""Burn subtitles into one video, in a confined process of its own (``gpu.burn_child``).

The parent's side: hand over the job, and read an MP4 in fragments as it is made. Nothing of the
result is held here.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Self, TypedDict

from gpu.confined import ConfinedChild, python
from gpu.contract import Failure, ListeningFailed

if TYPE_CHECKING:
    from collections.abc import Iterator

# For the next piece of the result; a fragment is two seconds of video.
PATIENCE_SECONDS = 180.0
CPU_SECONDS_A_SECOND = 12
"""What a second of video may cost at most."""
CPU_SECONDS_TO_BEGIN = 60

_BOOTSTRAP = (
    "import sys; sys.path[:0] = sys.argv[1:3]; from gpu.burn_child import main; "
    "main(*map(int, sys.argv[3:7]))"
)


class BurnFailure(StrEnum):
    NO_VIDEO = "no_video_track"
    UNREADABLE = "video_unreadable"
    TOO_LONG = "video_too_long"
    TOO_LARGE = "video_too_large"
    NEEDS_MEMORY = "video_needs_memory"
    CRASH = "video_crash"
    NO_ENCODER = "encoder_missing"
    CANCELLED = "cancelled"


class BurnFailed(Exception):  # noqa: N818 - what happened
    """``detail`` is for the log: kinds of errors, never content."""

    def __init__(self, failure: BurnFailure, detail: str = "") -> None:
        super().__init__(failure)
        self.failure = failure
        self.detail = detail


class CueJob(TypedDict):
    """``lines`` hold ``gpu.lettering.Run`` from left to right; times in milliseconds."""

    start: int
    end: int
    lines: list[list[tuple[int, str, bool]]]


@dataclass(frozen=True)
class StyleJob:
    """``gpu.lettering.Style``, on this side of the door."""

    size: float
    margin: float
    position: str
    text: str
    outline: str
    box: str


@dataclass(frozen=True)
class BurnJob:
    """Cues in order, none overlapping. ``faces``: file and number in it."""

    cues: Sequence[CueJob]
    faces: Sequence[tuple[str, int]]
    style: StyleJob
    max_seconds: float
    max_pixels: int


@dataclass(frozen=True, slots=True)
class VideoInfo:
    """``seconds`` is what the file says of itself (0: nothing), and may lie."""

    seconds: float
    width: int
    height: int


class Burner(ConfinedChild):
    """``with Burner(fd, size, job) as burner: for piece in burner.pieces(): …``

    Every failure is a ``BurnFailed``.
    """

    info: VideoInfo

    def __init__(self, media_fd: int, size_bytes: int, job: BurnJob) -> None:
        super().__init__(media_fd, size_bytes)
        self._job = job
        self._pieces_read = 0

    def __enter__(self) -> Self:
        try:
            return super().__enter__()
        except ListeningFailed as failed:
            raise _as_ours(failed) from None

    def pieces(self) -> Iterator[bytes]:
        """The MP4 in order, as it comes."""
        try:
            while data := self._read_made():
                self._pieces_read += 1
                self._waited_seconds = 0.0  # it goes on
                yield data
            if failed := self._ending():
                raise failed
        except ListeningFailed as failed:
            raise _as_ours(failed) from None

    def _start(self) -> None:
        # Not in the command, which everybody on the machine can read.
        self._job_fd = os.memfd_create("subtitles", os.MFD_CLOEXEC)
        try:
            with os.fdopen(os.dup(self._job_fd), "wb") as job:
                job.write(json.dumps(asdict(self._job), ensure_ascii=False).encode())
            super()._start()
        finally:
            os.close(self._job_fd)

    def _program(self) -> tuple[list[str], list[int]]:
        cpu_seconds = CPU_SECONDS_TO_BEGIN + self._job.max_seconds * CPU_SECONDS_A_SECOND
        numbers = (os.getpid(), self._size_bytes, math.ceil(cpu_seconds), self._job_fd)
        return python(_BOOTSTRAP, *numbers), [self._job_fd]

    def _look_at(self, info: object) -> None:
        try:
            assert isinstance(info, dict)
            seconds, width, height = float(info["seconds"]), int(info["width"]), int(info["height"])
        except (AssertionError, LookupError, TypeError, ValueError, OverflowError) as error:
            raise ListeningFailed(Failure.DECODER_CRASH, "malformed-report") from error
        self.info = VideoInfo(seconds if math.isfinite(seconds) else 0.0, width, height)

    def _patience_seconds(self) -> float:
        return PATIENCE_SECONDS

    def _verdict(self, reported: dict[str, Any]) -> ListeningFailed | None:
        if "failure" in reported:
            return _Reported(reported)
        if not isinstance(reported.get("end"), dict) or not self._pieces_read:
            return ListeningFailed(Failure.DECODER_CRASH, "malformed-ending")
        return None


class _Reported(ListeningFailed):
    """A failure in the child's own words, of which only those we know count."""

    def __init__(self, reported: dict[str, Any]) -> None:
        super().__init__(Failure.DECODER_CRASH, str(reported.get("detail"))[:200])
        try:
            self.ours = BurnFailure(str(reported["failure"]))
        except ValueError:
            self.ours = BurnFailure.CRASH


def _as_ours(failed: ListeningFailed) -> BurnFailed:
    if isinstance(failed, _Reported):
        return BurnFailed(failed.ours, failed.detail)
    known = {
        Failure.CANCELLED: BurnFailure.CANCELLED,
        Failure.UNREADABLE_MEDIA: BurnFailure.UNREADABLE,
    }
    return BurnFailed(known.get(failed.failure, BurnFailure.CRASH), failed.detail)
