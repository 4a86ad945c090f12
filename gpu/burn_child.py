"""The program that burns subtitles into a stranger's video. Run by ``gpu.burn``, one process each.

Descriptor 0 is the video, read by position and never written. One more is the job, JSON, read before
the door closes. Descriptor 1 takes an MP4 in fragments, as it is made: nothing of it is
held. Descriptor 2 takes lines of JSON as the decoder's does (``gpu.decode_child``).
"""

from __future__ import annotations

import ctypes
import io
import json
import os
import signal
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NoReturn

import av
from av.codec.codec import Codec, UnknownCodecError
from av.error import FFmpegError
from av.stream import Discard
from av.video.frame import VideoFrame

from gpu import sandbox
from gpu.burn_overlay import Burning, Overlay
from gpu.burn_sound import Copied, Encoded, sound_of
from gpu.burn_streams import (
    PICTURE_CODECS,
    RATES,
    Moments,
    Refused,
    audio_of,
    pixel_shape,
    rate_of,
    readable,
    video_stream,
)
from gpu.contract import ListeningFailed
from gpu.decode_child import (
    CODECS,
    Descriptor,
    Media,
    declared_seconds,
    open_media,
    reason,
)
from gpu.fragments import Lengthened, Sink
from gpu.upright import Upright

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from av.container import InputContainer, OutputContainer

ENCODER = "libx264"
X264 = {"preset": "veryfast", "crf": "20", "threads": "1"}
MP4 = {"movflags": "frag_keyframe+delay_moov+default_base_moof"}
TICKS = 90_000  # a second; every usual frame rate falls on them
LEAST_GAP = TICKS // (2 * RATES[1])
LONGEST_SIDE = 16_384  # that the encoder takes
FRAGMENT_SECONDS = 2
MORE_MEMORY_BYTES = 2 << 30
NICE = 10  # whoever listens or serves goes first
JOB_READ_BYTES = 1 << 20


class Maker:
    """Pictures and sound of one video into one MP4, packet by packet."""

    def __init__(
        self, container: InputContainer, burning: Burning, write: Callable[[bytes], None]
    ) -> None:
        self._burning = burning
        self._start = Fraction(container.start_time or 0, 1_000_000)
        self.video = video_stream(container)
        self.audio = audio_of(container)
        self._upright = Upright(pixel_shape(self.video))
        self._overlay = Overlay(burning)
        self._rate = rate_of(self.video)
        self.size = self._checked_size()
        self._last_pts = -1
        self._moments = Moments()
        self._out: OutputContainer = av.open(Sink(write), "w", format="mp4", options=MP4)
        # Any: PyAV's types tell no kind of stream from another.
        self._pictures: Any = self._out.add_stream(ENCODER, rate=self._rate, options=dict(X264))
        self._waiting: list[av.Packet[Any]] = []  # sound that comes before the first picture
        self._sound: Copied | Encoded | None = None
        if self.audio is not None:
            self._sound = sound_of(self._out, self.audio, self._start)

    def _checked_size(self) -> tuple[int, int]:
        codec = self.video.codec_context
        if not codec.width or not codec.height:
            raise Refused("video_unreadable")
        return self._taken_size(codec.width, codec.height)

    def _taken_size(self, width: int, height: int) -> tuple[int, int]:
        size = self._upright.size_of(width, height)
        is_large = max(size[0] * size[1], width * height) > self._burning.max_pixels
        if is_large or max(size) > LONGEST_SIDE:
            raise Refused("video_too_large")
        return size

    def make(self, container: InputContainer) -> None:
        streams = [stream for stream in (self.video, self.audio) if stream is not None]
        for other in container.streams:
            if other not in streams:
                other.discard = Discard.all
        self.video.codec_context.thread_count = 1
        for packet in readable(container.demux(streams)):
            self._take(packet)
        for frame in self._upright.finish():
            self._burn(frame)
        if self._last_pts < 0:
            raise Refused("video_unreadable")
        self._out.mux(self._pictures.encode(None))
        if self._sound is not None:
            for made in self._sound.finish():
                self._out.mux(made)
        self._out.close()

    def _take(self, packet: av.Packet[Any]) -> None:
        if packet.stream is self.audio and self._sound is not None:
            if self._is_over(packet.pts, packet.time_base):
                raise Refused("video_too_long")
            self._waiting.append(packet)
            self._hear()
            return
        try:
            frames = [upright for frame in packet.decode() for upright in self._made_upright(frame)]
        except MemoryError:
            raise
        except (FFmpegError, ValueError):
            return  # players skip it too
        for frame in frames:
            self._burn(frame)

    def _made_upright(self, frame: Any) -> Iterator[VideoFrame]:
        self._taken_size(frame.width, frame.height)
        frame.pts = self._moments.of(frame)
        return self._upright.push(frame)

    def _burn(self, frame: VideoFrame) -> None:
        pts = self._pts_of(frame)
        if pts < 0 or (self._last_pts >= 0 and pts - self._last_pts < LEAST_GAP):
            return  # before the start, or shown for a moment that no screen has
        if self._last_pts < 0:
            self._begin()
        if pts > self._burning.max_seconds * TICKS:
            raise Refused("video_too_long")
        self._last_pts = pts
        laid = self._overlay.over(frame, pts * 1000 / TICKS)
        laid.pts, laid.time_base, laid.pict_type = pts, Fraction(1, TICKS), 0
        self._out.mux(self._pictures.encode(laid))
        self._hear()

    def _hear(self) -> None:
        """The first packet fixes what all streams are, and the size is known by the first picture."""
        if self._last_pts < 0 or self._sound is None:
            return
        for packet in self._waiting:
            for made in self._sound.packets(packet):
                self._out.mux(made)
        self._waiting.clear()

    def _begin(self) -> None:
        self._burning.fit(self._upright.width, self._upright.height)
        codec = self._pictures.codec_context
        codec.width, codec.height = self._upright.width, self._upright.height
        codec.pix_fmt, codec.time_base = "yuv420p", Fraction(1, TICKS)
        codec.gop_size = max(1, round(FRAGMENT_SECONDS * self._rate))
        codec.thread_count = 1
        codec.color_primaries, codec.color_trc, codec.colorspace = self._upright.colours
        codec.color_range = 1

    def _pts_of(self, frame: VideoFrame) -> int:
        if frame.pts is None:
            return self._last_pts + round(TICKS / self._rate)
        return round((frame.pts * Fraction(frame.time_base or 0) - self._start) * TICKS)

    def _is_over(self, pts: int | None, time_base: Fraction | None) -> bool:
        at = (pts or 0) * (time_base or 0) - self._start
        return at > self._burning.max_seconds


def burn(
    media: Media, burning: Burning, write: Callable[[bytes], None], report: Callable[[Any], object]
) -> None:
    """Report what it is, write the MP4, report its end. Raises Refused or ListeningFailed."""
    try:
        Codec(ENCODER, "w")
    except UnknownCodecError as error:
        raise Refused("encoder_missing") from error
    with open_media(media, CODECS | PICTURE_CODECS) as container:
        video = video_stream(container)
        seconds = declared_seconds(container, video)
        if seconds and seconds > burning.max_seconds:
            raise Refused("video_too_long")
        lengthened = Lengthened(write, seconds or 0.0)
        maker = Maker(container, burning, lengthened.write)
        width, height = maker.size
        report({"info": {"seconds": seconds or 0.0, "width": width, "height": height}})
        maker.make(container)
        lengthened.finish()
    report({"end": {}})


def _warm_up(job: dict[str, Any]) -> None:
    """Make every lazy import and allocation happen on a video of our own."""
    made = io.BytesIO()
    with av.open(made, "w", format="mp4") as out:
        stream: Any = out.add_stream(ENCODER, rate=25, options=dict(X264))
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
        sound: Any = out.add_stream("aac", rate=48_000, layout="mono")
        for number in range(3):
            picture = _blank(VideoFrame(64, 64, "yuv420p"))
            picture.pts, picture.time_base = number, Fraction(1, 25)
            out.mux(stream.encode(picture))
        silence = _blank(av.AudioFrame("fltp", "mono", 1024))
        silence.sample_rate, silence.pts, silence.time_base = 48_000, 0, Fraction(1, 48_000)
        out.mux(sound.encode(silence))
        out.mux([*stream.encode(None), *sound.encode(None)])
    shown = {"start": 0, "end": 1000, "lines": [[(0, "Ag")]]}
    ours = Burning({**job, "cues": [shown]})
    burn(io.BytesIO(made.getvalue()), ours, lambda _data: None, json.dumps)
    try:
        burn(io.BytesIO(b"x" * 64), ours, lambda _data: None, json.dumps)
    except ListeningFailed as failed:
        json.dumps({"failure": "", "detail": failed.detail})


def _one_processor() -> None:
    """FFmpeg would start threads wherever it is not told otherwise, and threads are refused."""
    with open("/proc/self/maps", encoding="utf-8") as maps:  # noqa: PTH123 - as in the sandbox
        loaded = {line.split()[-1] for line in maps if "libavutil" in line}
    for library in loaded:
        ctypes.CDLL(library).av_cpu_force_count(1)


def _blank(frame: Any) -> Any:
    for plane in frame.planes:
        plane.update(bytes(plane.buffer_size))
    return frame


def _write(data: bytes | memoryview) -> None:
    while data:
        data = data[os.write(1, data) :]


def _report(line: dict[str, Any]) -> None:
    os.write(2, json.dumps(line).encode() + b"\n")


def _pieces(descriptor: int) -> Iterator[bytes]:
    position = 0
    while data := os.pread(descriptor, JOB_READ_BYTES, position):
        position += len(data)
        yield data


def main(parent_pid: int, size_bytes: int, cpu_seconds: int, job_fd: int) -> NoReturn:
    """Never returns: nothing of Python's own tidying up is wanted behind the closed door."""
    sandbox.tie_to_parent(parent_pid)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(NICE)
    job = json.loads(b"".join(_pieces(job_fd)))
    os.close(job_fd)
    burning = Burning(job)
    _one_processor()
    _warm_up(job)
    state = sandbox.enter(cpu_seconds=cpu_seconds, more_memory_bytes=MORE_MEMORY_BYTES)
    _report({"sandbox": state})
    try:
        burn(Descriptor(0, size_bytes), burning, _write, _report)
    except Refused as refused:
        _report({"failure": str(refused), "detail": ""})
    except ListeningFailed as failed:
        _report({"failure": "video_unreadable", "detail": failed.detail})
    except (MemoryError, av.error.MemoryError):
        _report({"failure": "video_needs_memory", "detail": ""})
    except FFmpegError as error:
        _report({"failure": "video_crash", "detail": reason(error)})
    except BrokenPipeError:
        os._exit(1)
    os._exit(0)
