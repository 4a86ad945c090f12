"""Which font has which letters, for formats that carry their own: nothing is left to luck.

Looked through in this order, and no further than needed:

1. the Noto fonts in ``fonts/`` beside this file: the scripts of every language that is listened
   to, but for Chinese, Japanese and Korean;
2. Noto Sans CJK from the package ``noto-cjk-sans-otc`` (the file of Debian's ``fonts-noto-cjk``);
3. for the letters that are then still missing, the machine's own Noto fonts in ``MACHINE``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

SHIPPED = Path(__file__).parent / "fonts"
PLAIN = SHIPPED / "NotoSans-Regular.ttf"
MACHINE = (Path("/usr/local/share/fonts"), Path("/usr/share/fonts"))
# Faces of the collection: the same code points, drawn as each country writes them.
_CJK_FACES = {"ja": 0, "ko": 1, "zh": 2, "yue": 4}
_CJK_DEFAULT_FACE = _CJK_FACES["zh"]
_VARIANTS = re.compile("[\ufe00-\ufe0f]")  # of one sign, for fonts that draw several


@dataclass(frozen=True)
class Face:
    path: Path
    number: int = 0

    @property
    def name(self) -> str:
        return self.path.stem.lower()

    @property
    def letters(self) -> frozenset[int]:
        return _letters(self)


def faces_for(text: Iterable[str], language: str) -> tuple[list[Face], set[str]]:
    """The faces that are needed to write these characters, and the characters that none has.

    Latin, Greek and Cyrillic come first, always.
    """
    missing = {char for char in text if not char.isspace()}
    chosen: list[Face] = []
    for face in _candidates(language):
        found = {char for char in missing if ord(char) in face.letters}
        if found or not chosen:
            chosen.append(face)
            missing -= found
        if not missing:
            break
    return chosen, missing


def _candidates(language: str) -> Iterator[Face]:
    yield Face(PLAIN)
    yield from (Face(path) for path in sorted(SHIPPED.glob("*.ttf")) if path != PLAIN)
    spec = find_spec("noto_cjk_sans_otc")
    if spec and spec.origin:
        collection = Path(spec.origin).with_name("NotoSansCJK-Regular.ttc")
        yield Face(collection, _CJK_FACES.get(language, _CJK_DEFAULT_FACE))
    yield from _of_the_machine()


@cache
def _of_the_machine() -> tuple[Face, ...]:
    found = {
        path.stem: Face(path)
        for folder in MACHINE
        for path in sorted(folder.rglob("Noto*-Regular.ttf"))
    }
    return tuple(found[name] for name in sorted(found))


@cache
def _letters(face: Face) -> frozenset[int]:
    from fontTools.ttLib import TTFont

    with TTFont(face.path, fontNumber=face.number, lazy=True) as font:
        return frozenset(font.getBestCmap())


def without_variants(text: str) -> str:
    return _VARIANTS.sub("", text)


def spelled(char: str) -> str:
    """``[grinning face]`` for a picture, ``[U+13000]`` for anything else; joiners go."""
    kind = unicodedata.category(char)
    if kind in {"Cf", "Sk"}:
        return ""
    name = unicodedata.name(char, "").lower() if kind == "So" else ""
    return f"[{name or f'U+{ord(char):04X}'}]"
