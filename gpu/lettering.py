"""Subtitles as pictures: the text of a cue, its outline and its box, for one size of video.

Letters are shaped by raqm (HarfBuzz, FriBidi) where Pillow finds it. Fonts are read into memory
when they are made, so that nothing needs to be opened later.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from PIL import Image, ImageColor, ImageDraw, ImageFont

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDEST_SHARE = 0.92  # of the picture's width and height
LEAST_COMMON_SHRINK = 0.6  # one overlong line makes itself small, not all the others
OUTLINE_SHARE = 0.08  # of the letters' size
PADDING_SHARE = 0.3
BOX_OPACITY = 200
SIZES_KEPT = 6


class Run(NamedTuple):
    """A piece of a line in one face, by its number, and in one direction."""

    face: int
    text: str
    is_rtl: bool = False

    @property
    def direction(self) -> str | None:
        """As Pillow has it. Only the shaper knows of directions."""
        return "rtl" if self.is_rtl else None


Line = list[Run]
"""From left to right, as it is seen."""


@dataclass(frozen=True, slots=True)
class Style:
    """``size`` and ``margin`` are shares of the picture's shorter side. Colours are ``#rrggbb``;
    an ``outline`` or ``box`` of "" is none. ``position``: ``top`` or ``bottom``.
    """

    size: float
    margin: float
    position: str
    text: str
    outline: str
    box: str


@dataclass(frozen=True, slots=True)
class Plate:
    """RGBA, not premultiplied; even in place and size, as colours are kept by twos."""

    x: int
    y: int
    picture: Image.Image


class Lettering:
    """``faces``: file and number in it, each."""

    def __init__(self, faces: Sequence[tuple[str, int]], style: Style) -> None:
        self._faces = [(Path(file).read_bytes(), number) for file, number in faces]
        self._style = style
        self._width = self._height = 0
        self._size = 1.0
        self._fonts = lru_cache(SIZES_KEPT)(self._fonts_of)

    def fit(self, width: int, height: int, lines: Sequence[Line]) -> None:
        """For pictures of this size; all cues that can have letters of one size."""
        self._width, self._height = width, height
        self._size = max(4.0, self._style.size * min(width, height))
        widest = max((self._length(line, self._size) for line in lines), default=0.0)
        if widest > width * WIDEST_SHARE:
            self._size *= max(LEAST_COMMON_SHRINK, width * WIDEST_SHARE / widest)

    def plate(self, lines: Sequence[Line]) -> Plate:
        size = self._size_for(lines)
        padding = round(size * PADDING_SHARE)
        text_width = max(self._length(line, size) for line in lines)
        ascent, leading = self._metrics(lines, size)
        width = min(self._width, _even(text_width + 2 * padding))
        height = min(self._height, _even(leading * len(lines) + 2 * padding))
        layer = Image.new("L", (width, height))
        places = [
            ((width - self._length(line, size)) / 2, padding + ascent + number * leading)
            for number, line in enumerate(lines)
        ]
        picture = Image.new("RGBA", (width, height), _rgba(self._style.box, BOX_OPACITY))
        for colour, stroke in ((self._style.outline, size * OUTLINE_SHARE), (self._style.text, 0)):
            if colour:
                mask = layer.copy()
                self._write(mask, lines, places, size, stroke)
                ink = Image.new("RGBA", (width, height), _rgba(colour, 255))
                ink.putalpha(mask)
                picture = Image.alpha_composite(picture, ink)
        margin = self._style.margin * min(self._width, self._height)
        top = margin if self._style.position == "top" else self._height - margin - height
        top = min(max(top, 0), self._height - height)
        return Plate(_even((self._width - width) / 2), _even(top), picture)

    def _write(
        self,
        mask: Image.Image,
        lines: Sequence[Line],
        places: Sequence[tuple[float, float]],
        size: float,
        stroke: float,
    ) -> None:
        draw, fonts = ImageDraw.Draw(mask), self._fonts(size)
        for line, (left, baseline) in zip(lines, places, strict=True):
            x = left
            for run in line:
                font = fonts[run.face]
                draw.text(
                    (x, baseline),
                    run.text,
                    255,
                    font,
                    anchor="ls",
                    stroke_width=stroke,
                    direction=run.direction,
                )
                x += _width(font, run)

    def _size_for(self, lines: Sequence[Line]) -> float:
        """Smaller where a cue would not fit into the picture otherwise."""
        size = self._size
        width = max(self._length(line, size) for line in lines) + 2 * size * PADDING_SHARE
        height = self._metrics(lines, size)[1] * len(lines) + 2 * size * PADDING_SHARE
        room = min(1.0, self._width * WIDEST_SHARE / width, self._height * WIDEST_SHARE / height)
        return max(4.0, size * room)

    def _metrics(self, lines: Sequence[Line], size: float) -> tuple[float, float]:
        """How far the letters rise above their line, and what stands between two lines."""
        fonts = self._fonts(size)
        used = {run.face for line in lines for run in line}
        metrics = [fonts[face].getmetrics() for face in used]
        ascent = max(up for up, _ in metrics)
        return ascent, ascent + max(down for _, down in metrics)

    def _length(self, line: Line, size: float) -> float:
        fonts = self._fonts(size)
        return sum(_width(fonts[run.face], run) for run in line)

    def _fonts_of(self, size: float) -> list[ImageFont.FreeTypeFont]:
        return [
            ImageFont.truetype(BytesIO(data), size, index=number) for data, number in self._faces
        ]


def _width(font: ImageFont.FreeTypeFont, run: Run) -> float:
    return font.getlength(run.text, direction=run.direction)


def _even(pixels: float) -> int:
    return int(pixels) // 2 * 2


def _rgba(colour: str, opacity: int) -> tuple[int, ...]:
    if not colour:
        return (0, 0, 0, 0)
    return (*ImageColor.getrgb(colour)[:3], opacity)
