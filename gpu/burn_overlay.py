"""The cue that stands, over each frame: drawn once, laid over by a filter graph of its own.

Used in the child that burns subtitles only.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Any

from av.filter import Graph
from av.video.frame import VideoFrame

from gpu.lettering import Lettering, Line, Run, Style
from gpu.upright import source_of

if TYPE_CHECKING:
    from av.filter.context import FilterContext

_MATRICES = frozenset({1, 5, 6})  # of H.273, as far as swscale draws in them
_OF_OLD = 5


class Burning:
    """The job, with its cues as they will be drawn."""

    def __init__(self, job: dict[str, Any]) -> None:
        self.max_seconds: float = job["max_seconds"]
        self.max_pixels: int = job["max_pixels"]
        self._starts = [cue["start"] for cue in job["cues"]]
        self._ends = [cue["end"] for cue in job["cues"]]
        self._lines: list[list[Line]] = [
            [[Run(*run) for run in line] for line in cue["lines"]] for cue in job["cues"]
        ]
        self.lettering = Lettering([tuple(face) for face in job["faces"]], Style(**job["style"]))

    def fit(self, width: int, height: int) -> None:
        lines = [line for cue in self._lines for line in cue]
        self.lettering.fit(width, height, lines)

    def cue_at(self, milliseconds: float) -> int | None:
        """The number of the cue that stands then."""
        number = bisect_right(self._starts, milliseconds) - 1
        return number if number >= 0 and milliseconds < self._ends[number] else None

    def lines_of(self, number: int) -> list[Line]:
        return self._lines[number]


class Overlay:
    """Lays the cue that stands over each frame; a graph each cue, so that its plate is drawn once."""

    def __init__(self, burning: Burning) -> None:
        self._burning = burning
        self._number: int | None = None
        self._graph: Graph | None = None
        self._ends: tuple[FilterContext, FilterContext] | None = None

    def over(self, frame: VideoFrame, milliseconds: float) -> VideoFrame:
        number = self._burning.cue_at(milliseconds)
        if number is None:
            return frame
        if number != self._number:
            self._begin(frame, number)
            self._number = number
        assert self._ends
        self._ends[0].push(frame)
        laid = self._ends[1].pull()
        assert isinstance(laid, VideoFrame)
        return laid

    def _begin(self, frame: VideoFrame, number: int) -> None:
        plate = self._burning.lettering.plate(self._burning.lines_of(number))
        drawn = _frame_of(plate.picture, frame)
        graph = Graph()
        graph.threads = 1
        below = graph.add("buffer", source_of(frame))
        above = graph.add("buffer", source_of(drawn))
        laid = graph.add("overlay", f"{plate.x}:{plate.y}:format=yuv420")
        sink = graph.add("buffersink")
        below.link_to(laid, 0, 0)
        above.link_to(laid, 0, 1)
        laid.link_to(sink)
        graph.configure()
        above.push(drawn)
        above.push(None)  # it stays
        self._graph, self._ends = graph, (below, sink)


def _frame_of(picture: Any, beside: VideoFrame) -> VideoFrame:
    """The plate as a frame, in the colours of the frame that it is laid over."""
    width, height = picture.size
    drawn = VideoFrame(width, height, "rgba")
    plane, row = drawn.planes[0], 4 * width
    data, gap = picture.tobytes(), bytes(drawn.planes[0].line_size - row)
    plane.update(b"".join(data[at : at + row] + gap for at in range(0, len(data), row)))
    matrix = int(beside.colorspace) if int(beside.colorspace) in _MATRICES else _OF_OLD
    drawn = drawn.reformat(format="yuva420p", dst_colorspace=matrix, threads=1)
    drawn.pts, drawn.time_base = beside.pts, beside.time_base
    return drawn
