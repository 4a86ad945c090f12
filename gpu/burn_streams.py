"""Which streams of a video are shown and heard, and what of their own account is believed.

Used in the child that burns subtitles only.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from av.error import FFmpegError
from av.stream import Disposition

from gpu.contract import ListeningFailed
from gpu.decode_child import audio_stream

if TYPE_CHECKING:
    from collections.abc import Iterator

    from av.audio.stream import AudioStream
    from av.container import InputContainer
    from av.packet import Packet
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

PICTURE_CODECS = frozenset(
    "h264 hevc vp8 libvpx vp9 libvpx-vp9 av1 libdav1d mpeg1video mpeg2video mpeg4 msmpeg4v2 msmpeg4 "
    "h263 flv wmv1 wmv2 wmv3 vc1 theora prores dnxhd dvvideo mjpeg ffv1 rawvideo qtrle".split()
)
RATES = (1, 240)
USUAL_RATE = Fraction(25)


class Refused(Exception):  # noqa: N818 - what happened
    """This video cannot be taken; the code is one of ``gpu.burn.BurnFailure``."""


def video_stream(container: InputContainer) -> VideoStream:
    """The one a player would show. The picture on a record's sleeve is none."""
    moving = [
        stream
        for stream in container.streams.video
        if not stream.disposition & Disposition.attached_pic
    ]
    if not moving:
        nothing = not container.streams
        raise Refused("video_unreadable" if nothing else "no_video_track")
    best = container.streams.best("video")
    for stream in sorted(moving, key=lambda stream: stream is not best):
        codec = stream.codec_context
        if getattr(codec, "codec", None) and codec.codec.name in PICTURE_CODECS:
            return stream
    raise Refused("video_unreadable")


def audio_of(container: InputContainer) -> AudioStream | None:
    try:
        return audio_stream(container)
    except ListeningFailed:
        return None  # a video without sound, or with one that nobody can read


def pixel_shape(stream: VideoStream) -> Fraction | None:
    shape: Fraction | None = stream.sample_aspect_ratio or stream.codec_context.sample_aspect_ratio
    return shape


def rate_of(stream: VideoStream) -> Fraction:
    rate = stream.average_rate or stream.guessed_rate
    if rate is None or not RATES[0] <= rate <= RATES[1]:
        return USUAL_RATE
    return Fraction(rate).limit_denominator(1001)


class Moments:
    """When a frame is shown, in its own time base; None where nobody knows.

    Some files (H.264 in AVI) tell only when a frame is decoded, and what is said of its showing
    runs back and forth. Of the two accounts the one counts that ran back less often until now.
    """

    def __init__(self) -> None:
        self._shown = self._decoded = -math.inf
        self._shown_back = self._decoded_back = 0

    def of(self, frame: VideoFrame) -> int | None:
        shown, decoded = frame.pts, frame.dts
        if decoded is not None:
            self._decoded_back += decoded <= self._decoded
            self._decoded = decoded
        if shown is not None:
            self._shown_back += shown <= self._shown
            self._shown = shown
        if shown is not None and (decoded is None or self._shown_back <= self._decoded_back):
            return shown
        return decoded


def readable(packets: Iterator[Packet[Any]]) -> Iterator[Packet[Any]]:
    """What there is of a file that ends too early. An error in what is made of it is another."""
    while True:
        try:
            packet = next(packets)
        except (StopIteration, FFmpegError) as error:
            if isinstance(error, MemoryError):
                raise
            return
        yield packet
