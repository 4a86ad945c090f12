"""What every process of ours does first: it keeps its memory, and its last words, to itself."""

from __future__ import annotations

import contextlib
import ctypes
import logging
import resource
import sys
import threading
from types import TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sys import UnraisableHookArgs

logger = logging.getLogger(__name__)

_M_PERTURB, _WIPED_WITH = -6, 0xA5  # mallopt(3)


def wipe_freed_memory() -> None:
    """Memory that is given back is overwritten: it may have held somebody's audio.

    Python and the servers copy what arrives, and by default a freed copy stays readable until
    something else happens to be written there. Where the C library is not glibc, nothing is done.
    """
    with contextlib.suppress(AttributeError, OSError):
        ctypes.CDLL(None).mallopt(_M_PERTURB, _WIPED_WITH)


def forbid_core_dumps() -> None:
    """One byte, not none: a dump that is piped to a program ignores a limit of zero.

    The soft limit is the one that counts; tests lift it to see that it is set again.
    """
    _, hard = resource.getrlimit(resource.RLIMIT_CORE)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CORE, (1 if hard else 0, hard))


def log_what_nobody_catches() -> None:
    """Python would print it with its message, past the log and all its rules."""
    sys.excepthook = _process_dies
    threading.excepthook = lambda died: _thread_dies(died.exc_value)
    sys.unraisablehook = _nobody_to_tell
    logging.captureWarnings(capture=True)


def _process_dies(
    kind: type[BaseException], error: BaseException, traceback: TracebackType | None
) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    logger.critical("the process dies of an error", exc_info=(kind, error, traceback))


def _thread_dies(error: BaseException | None) -> None:
    logger.error("a thread dies of an error", exc_info=error)


def _nobody_to_tell(failed: UnraisableHookArgs) -> None:
    logger.error("an error that nobody could catch", exc_info=failed.exc_value)
