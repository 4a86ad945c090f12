"""The sound of a video whose pictures are made anew: copied where MP4 takes it, else as AAC."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from av.audio.frame import AudioFrame
from av.error import FFmpegError
from av.filter import Graph

if TYPE_CHECKING:
    from collections.abc import Iterator

    from av.audio.stream import AudioStream
    from av.container import OutputContainer
    from av.packet import Packet

AAC_BITS_A_SECOND = 160_000
AAC_RATES_HZ = frozenset({8_000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000})
FRAME_SAMPLES = 1024


class Copied:
    """The packets as they are, from ``start_seconds`` on, but for those whose time runs back."""

    def __init__(self, out: OutputContainer, stream: AudioStream, start_seconds: Fraction) -> None:
        self._stream = out.add_stream_from_template(stream)
        self._start = round(start_seconds / (stream.time_base or 1))
        self._last = -math.inf

    def packets(self, packet: Packet[Any]) -> Iterator[Packet[Any]]:
        if packet.dts is None or packet.pts is None or packet.dts <= self._last:
            return
        self._last = packet.dts
        packet.pts, packet.dts = packet.pts - self._start, packet.dts - self._start
        packet.stream = self._stream
        yield packet

    def finish(self) -> Iterator[Packet[Any]]:
        yield from ()


class Encoded:
    """Decoded, kept in step with its timestamps, at most stereo."""

    def __init__(self, out: OutputContainer, stream: AudioStream, start_seconds: Fraction) -> None:
        codec = stream.codec_context
        self._rate_hz = codec.sample_rate if codec.sample_rate in AAC_RATES_HZ else 48_000
        self._layout = "mono" if codec.channels == 1 else "stereo"
        self._stream = out.add_stream("aac", rate=self._rate_hz, layout=self._layout)
        self._stream.bit_rate = AAC_BITS_A_SECOND
        self._stream.codec_context.thread_count = 1
        self._start = start_seconds
        self._graph: Graph | None = None
        self._shape: tuple[object, ...] = ()
        codec.thread_count = 1

    def packets(self, packet: Packet[Any]) -> Iterator[Packet[Any]]:
        try:
            frames = packet.decode()
        except (FFmpegError, ValueError):
            return  # a hole; what follows stands where its timestamps say
        for frame in frames:
            assert isinstance(frame, AudioFrame)
            shape = (frame.sample_rate, frame.format.name, frame.layout.name)
            if self._graph is None or shape != self._shape:
                yield from self._drained()
                self._begin(frame)
                self._shape = shape
            assert self._graph
            self._graph.push(frame)
            yield from self._encoded(self._graph)

    def finish(self) -> Iterator[Packet[Any]]:
        yield from self._drained()
        yield from self._stream.encode(None)

    def _drained(self) -> Iterator[Packet[Any]]:
        if self._graph is not None:
            self._graph.push(None)
            yield from self._encoded(self._graph)
        self._graph = None

    def _encoded(self, graph: Graph) -> Iterator[Packet[Any]]:
        while True:
            try:
                frame = graph.pull()
            except (BlockingIOError, EOFError):
                return
            assert isinstance(frame, AudioFrame)
            if frame.pts is not None:
                frame.pts -= round(self._start / (frame.time_base or 1))
            yield from self._stream.encode(frame)

    def _begin(self, frame: AudioFrame) -> None:
        graph = Graph()
        graph.threads = 1
        source = graph.add_abuffer(
            sample_rate=frame.sample_rate,
            format=frame.format.name,
            layout=frame.layout.name,
            time_base=frame.time_base,
        )
        steady = graph.add("aresample", f"{self._rate_hz}:async=1000")
        form = graph.add(
            "aformat",
            sample_rates=str(self._rate_hz),
            sample_fmts="fltp",
            channel_layouts=self._layout,
        )
        sink = graph.add("abuffersink")
        graph.link_nodes(source, steady, form, sink).configure()
        graph.set_audio_frame_size(FRAME_SAMPLES)
        self._graph = graph


def sound_of(
    out: OutputContainer, stream: AudioStream, start_seconds: Fraction
) -> Copied | Encoded:
    """AAC without a header of its own (in MPEG-TS, say) is not what an MP4 holds."""
    codec = stream.codec_context
    is_ready = codec.codec.name == "aac" and bool(codec.extradata)
    return (Copied if is_ready else Encoded)(out, stream, start_seconds)
