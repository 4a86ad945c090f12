"""What a dying recogniser may say: where it was in the code, never what it heard.

It has a pipe for this alone. Only the interpreter writes there, when a signal or an error ends
the process; its stderr, where engines chat, leads nowhere. The parent takes nothing from the
pipe but file names, line numbers and names of functions.
"""

from __future__ import annotations

import faulthandler
import os
import re
import sys
import traceback
from types import TracebackType

from gpu.frames import INNERMOST_FRAMES, name_of, place

HEARD_BYTES = 1 << 14

_CURRENT = "Current thread"  # faulthandler's word for the one that died
_FRAME = re.compile(r'^  File "([^"\s]{1,300})", line (\d{1,7}) in ([\w<>.]{1,80})$')
_ERROR = re.compile(r"^Fatal error: ([\w.]{1,120})$")


def speak_through(descriptor: int) -> None:
    """In the child: from now on its end is told there."""
    faulthandler.enable(descriptor)

    def tell(kind: type[BaseException], _: BaseException, ending: TracebackType | None) -> None:
        frames = reversed(traceback.extract_tb(ending))
        places = [f'  File "{at.filename}", line {at.lineno} in {at.name}' for at in frames]
        lines = [f"Fatal error: {name_of(kind)}", f"{_CURRENT}:", *places]
        os.write(descriptor, "\n".join(lines).encode()[:HEARD_BYTES])

    sys.excepthook = tell


def heard_from(descriptor: int) -> tuple[str, list[str]]:
    """In the parent, after the child's end: the type of the error if one was raised, and where
    it was, the innermost last. Never waits.
    """
    try:
        text = os.read(descriptor, HEARD_BYTES).decode("ascii", "replace")
    except BlockingIOError:
        return "", []
    _, _, current = text.partition(_CURRENT)
    frames = [found for line in current.splitlines() if (found := _FRAME.match(line))]
    errors = [found[1] for line in text.splitlines() if (found := _ERROR.match(line))]
    places = [place(at[1], int(at[2]), at[3]) for at in frames[:INNERMOST_FRAMES]]
    return (errors or [""])[0], places[::-1]
