"""Where in the code something happened: ``file:line:function``, never what it was about."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import TracebackType

INNERMOST_FRAMES = 20

_ROOT = f"{Path(__file__).resolve().parents[1]}/"
_PACKAGES = re.compile(r".*/(?:site-packages|python3\.\d+)/")


def place(file: str, line: int, function: str) -> str:
    """The file is named from its package on: where Sotto is installed is nobody's business."""
    short = _PACKAGES.sub("", file).removeprefix(_ROOT)
    return f"{short}:{line}:{function}"


def frames_of(traceback: TracebackType | None) -> list[str]:
    """From the outside in, the innermost last. No source lines and no locals."""
    frames = []
    while traceback is not None:
        code = traceback.tb_frame.f_code
        frames.append(place(code.co_filename, traceback.tb_lineno, code.co_name))
        traceback = traceback.tb_next
    return frames[-INNERMOST_FRAMES:]


def name_of(kind: type[BaseException]) -> str:
    module = "" if kind.__module__ == "builtins" else f"{kind.__module__}."
    return f"{module}{kind.__qualname__}"
