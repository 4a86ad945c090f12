"""The loop over declared rules. One failing rule never stops the others."""

import logging
import threading
from datetime import timedelta

from django.db import close_old_connections

from privacy.retention import rules

logger = logging.getLogger(__name__)


def sweep_once() -> dict[str, int]:
    """Run every rule. Returns rows per rule id; -1 marks a rule that failed (and was logged)."""
    report: dict[str, int] = {}
    for rule in rules():
        try:
            report[rule.id] = rule.run()
        except Exception:
            logger.exception("sweep rule %s failed", rule.id)
            report[rule.id] = -1
    return report


def sweep_until(stopped: threading.Event, every: timedelta) -> None:
    while not stopped.wait(every.total_seconds()):
        close_old_connections()
        sweep_once()
