"""A hook for whoever collects errors: ``ERROR_REPORTER`` names a callable that takes a ``Report``.

It gets what the log gets and nothing else, as one plain dict an error: no message, no locals, no
body, no header, no address.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any, TypedDict

from django.conf import settings
from django.utils.module_loading import import_string

from config.logs import errors_of, event_of, fields_of


class Report(TypedDict):
    """``frames`` are ``file:line:function``, the innermost last. ``causes`` are what the error
    came from, each with a type and frames of its own. Empty is what is not known.
    """

    event: str
    type: str
    frames: list[str]
    causes: list[dict[str, Any]]
    route: str
    job: str
    release: str


Reporter = Callable[[Report], object]


class ErrorReports(logging.Handler):
    """Tell the reporter of every error, in the thread where it happened."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self._telling = threading.local()

    def emit(self, record: logging.LogRecord) -> None:
        if not settings.ERROR_REPORTER or getattr(self._telling, "now", False):
            return  # what the reporter itself logs is not reported
        self._telling.now = True
        try:
            if report := report_of(record):
                reporter()(report)
        except Exception:  # noqa: BLE001 - an error's report must not become an error
            return
        finally:
            self._telling.now = False


def reporter() -> Reporter:
    """Raises ImportError, also for a name that is nothing."""
    found: Reporter = import_string(settings.ERROR_REPORTER)
    return found


def report_of(record: logging.LogRecord) -> Report | None:
    """None for an answer that an error led to, which Django logs after the error itself."""
    errors = errors_of(record)
    if not errors and hasattr(record, "request"):
        return None
    first, *causes = errors or [{"type": "", "frames": []}]
    fields = fields_of(record)
    return Report(
        event=event_of(record),
        type=first["type"],
        frames=first["frames"],
        causes=causes,
        route=fields.get("route", ""),
        job=fields.get("job", ""),
        release=settings.RELEASE,
    )
