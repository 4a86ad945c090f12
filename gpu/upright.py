"""Frames as they are decoded, of any kind, become what every player shows: upright, whole,
with square pixels and even sides, eight bits, colours of ordinary screens.

Used in the child that burns subtitles only.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from av.filter import Graph
from av.video.frame import VideoFrame

if TYPE_CHECKING:
    from collections.abc import Iterator

    from av.filter.context import FilterContext

# Numbers of ITU-T H.273, as FFmpeg has them.
BT709, UNKNOWN, BT2020 = 1, 2, 9
_HDR_CURVES = frozenset({16, 18})  # PQ and HLG
_TURNS = {-90: ["transpose=clock"], 90: ["transpose=cclock"], 180: ["hflip", "vflip"]}
_ODD_PIXELS = range(1, 5)  # a shape beyond that is a lie


class Upright:
    """``push`` frames, then ``finish``. ``width`` and ``height`` are of what comes out, from the
    first frame on, whatever sizes follow; ``colours`` are its primaries, curve and matrix.
    """

    def __init__(self, pixel_shape: Fraction | None) -> None:
        self.width = self.height = 0
        self.colours = (UNKNOWN, UNKNOWN, UNKNOWN)
        self._pixel_shape = _believable(pixel_shape)
        self._shape: tuple[object, ...] = ()
        self._graph: Graph | None = None
        self._ends: tuple[FilterContext, FilterContext] | None = None

    def size_of(self, width: int, height: int, degrees: int = 0) -> tuple[int, int]:
        """What frames of that size will come out as."""
        sides = (round(width * self._pixel_shape), height)
        if _quarter(degrees) in {90, -90}:
            sides = sides[::-1]
        return max(2, sides[0] // 2 * 2), max(2, sides[1] // 2 * 2)

    def push(self, frame: VideoFrame) -> Iterator[VideoFrame]:
        shape = (frame.width, frame.height, frame.format.name, frame.time_base, frame.rotation)
        if shape != self._shape:
            yield from self.finish()
            self._begin(frame)
            self._shape = shape
        assert self._ends
        self._ends[0].push(frame)
        yield from self._drain()

    def finish(self) -> Iterator[VideoFrame]:
        if self._ends is not None:
            self._ends[0].push(None)
            yield from self._drain()
        self._graph = self._ends = None
        self._shape = ()

    def _drain(self) -> Iterator[VideoFrame]:
        assert self._ends
        while True:
            try:
                frame = self._ends[1].pull()
            except (BlockingIOError, EOFError):
                return
            assert isinstance(frame, VideoFrame)
            yield frame

    def _begin(self, frame: VideoFrame) -> None:
        if not self.width:
            self.width, self.height = self.size_of(frame.width, frame.height, frame.rotation)
        is_wide = frame.color_trc in _HDR_CURVES or frame.color_primaries == BT2020
        converts = is_wide or not frame.format.name.startswith(("yuv", "nv", "p0", "gray"))
        self.colours = (
            (BT709, BT709, BT709)
            if converts
            else (int(frame.color_primaries), int(frame.color_trc), int(frame.colorspace))
        )
        steps = ["bwdif=mode=send_frame:deint=interlaced"]
        steps += _TURNS.get(_quarter(frame.rotation), [])
        steps.append(f"scale={self.width}:{self.height}:out_range=tv:threads=1")
        if converts:
            curves = ":out_transfer=bt709:out_primaries=bt709" if is_wide else ""
            steps[-1] += f":out_color_matrix=bt709{curves}"
        steps += ["setsar=1", "format=pix_fmts=yuv420p"]
        self._graph = Graph()
        self._graph.threads = 1  # or it tries to start some, and is refused
        chain = [self._graph.add("buffer", source_of(frame))]
        chain += [self._graph.add(*step.split("=", 1)) for step in steps]
        chain.append(self._graph.add("buffersink"))
        self._graph.link_nodes(*chain).configure()
        self._ends = (chain[0], chain[-1])


def source_of(frame: VideoFrame) -> str:
    """The arguments of a filter that takes frames like this one."""
    base = frame.time_base or Fraction(1)
    return (
        f"video_size={frame.width}x{frame.height}:pix_fmt={frame.format.name}"
        f":time_base={base.numerator}/{base.denominator}"
        f":colorspace={int(frame.colorspace)}:range={int(frame.color_range)}"
    )


def _quarter(degrees: float) -> int:
    """Turns other than by quarters are not made by cameras. -180 is 180."""
    turned = round(degrees / 90) * 90
    return 180 if turned == -180 else turned


def _believable(shape: Fraction | None) -> Fraction:
    if not shape or int(max(shape, 1 / shape)) not in _ODD_PIXELS:
        return Fraction(1)
    return shape
