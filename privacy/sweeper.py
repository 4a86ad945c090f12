"""The loop over declared rules. One failing rule never stops the others."""

import logging
import threading
from datetime import timedelta

from django.db import close_old_connections, connections

from privacy.retention import rules

logger = logging.getLogger(__name__)


def sweep_once() -> dict[str, int]:
    """Run every rule. Returns rows per rule id; -1 marks a rule that failed (and was logged)."""
    report: dict[str, int] = {}
    for rule in rules():
        try:
            report[rule.id] = rule.run()
        except Exception:  # see the first line of this file
            logger.exception("a sweep rule failed", extra={"rule": rule.id})
            report[rule.id] = -1
            close_old_connections()
    return report


def sweep_until(stopped: threading.Event, every: timedelta) -> None:
    """Sweep now and then every so often, holding no connection in between."""
    while True:
        sweep_once()
        connections.close_all()
        if stopped.wait(every.total_seconds()):
            return
