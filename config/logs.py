"""Logs that cannot tell what they have seen: one line of JSON with allow-listed fields.

An event is a sentence that stands in the code; what would be filled into it is not. Whatever a
caller wants known goes by ``extra`` under a name of ``FIELDS``. Of an exception remain its type
and the places in the code, not its message. See ``docs/logs.md``.
"""

from __future__ import annotations

import json
import logging
import re
import sys
from datetime import UTC, datetime
from types import FrameType
from typing import Any

from gpu.frames import frames_of, name_of, place

FIELDS: dict[str, str] = {
    "job": "the job's id",
    "attempt": "which attempt at the job",
    "failure": "the code of a failure",
    "cause": "what a process died of: a signal, an exit status, an error's type",
    "frames": "where a recogniser was when it died",
    "rule": "the sweeper's rule",
    "status": "the status of an answer",
    "route": "the name of the route, never the address",
    "mail": "which kind of mail",
    "count": "how many",
    "size_bytes": "how large",
    "seconds": "how long",
}
WITHHELD = "(withheld)"
ANSWERED = "answered with an error"
MAX_CAUSES = 4

# No blank, no quote, no bracket: a code, not a sentence.
_CODE = re.compile(r"[A-Za-z0-9_.:/<>-]{0,120}")
_MAX_ITEMS = 20


class Lines(logging.Formatter):
    """A record as one line of JSON, whatever is in it: ASCII only, control characters escaped."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "event": event_of(record),
            **fields_of(record),
        }
        if line["event"] == WITHHELD:
            line["at"] = place(record.pathname, record.lineno, record.funcName or "")
        if errors := errors_of(record):
            line["errors"] = errors
        return json.dumps(line)


class Stderr(logging.StreamHandler[Any]):
    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
        """Say nothing: logging would print the record with all its arguments."""


def event_of(record: logging.LogRecord) -> str:
    """The sentence, if it is one of the code's own; text that was put together may hold anything.

    Call while the record is being handled: it looks at who logs.
    """
    if _answers_a_request(record):
        return ANSWERED
    is_ours = isinstance(record.msg, str) and _stands_in_the_code(record.msg, sys._getframe(1))  # noqa: SLF001
    return record.msg if is_ours else WITHHELD


def fields_of(record: logging.LogRecord) -> dict[str, Any]:
    found = {name: getattr(record, name) for name in FIELDS if hasattr(record, name)}
    if request := getattr(record, "request", None):
        # By its name: an address carries ids, names and searches.
        found["route"] = getattr(getattr(request, "resolver_match", None), "view_name", None)
        found["status"] = getattr(record, "status_code", None)
    return {name: _plain(value) for name, value in found.items() if value is not None}


def errors_of(record: logging.LogRecord) -> list[dict[str, Any]]:
    """Type and places of the exception, then of what it came from."""
    error = _error_of(record)
    errors: list[dict[str, Any]] = []
    while error is not None and len(errors) <= MAX_CAUSES:
        errors.append({"type": name_of(type(error)), "frames": frames_of(error.__traceback__)})
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return errors


def _error_of(record: logging.LogRecord) -> BaseException | None:
    if record.exc_info:
        return record.exc_info[1]
    # Some libraries log a traceback as text, which is withheld.
    return sys.exc_info()[1] if record.levelno >= logging.ERROR else None


def _answers_a_request(record: logging.LogRecord) -> bool:
    """Django's own: its text is the path, or what was wrong with a header."""
    return hasattr(record, "request") and record.name.startswith("django.")


def _stands_in_the_code(text: str, frame: FrameType | None) -> bool:
    """Whether a function that is running right now holds it as a constant."""
    while frame is not None:
        if text in frame.f_code.co_consts:
            return True
        frame = frame.f_back
    return False


def _plain(value: Any) -> Any:
    if isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return round(value, 3)
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value[:_MAX_ITEMS]]
    return str(value) if isinstance(value, str) and _CODE.fullmatch(value) else WITHHELD
