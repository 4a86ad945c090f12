"""The loop over declared rules. One failing rule never stops the others, nor one row the next."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db import DatabaseError, close_old_connections, connections, transaction
from django.db.models import QuerySet
from django.utils import timezone

from privacy.clock import A_JUMP_SECONDS, Watch, seconds_since_boot
from privacy.models import SweepReport
from privacy.retention import Rule, rules

logger = logging.getLogger(__name__)

REPORT_EVERY = timedelta(minutes=1)
LATE_AFTER = 3 * REPORT_EVERY
ENOUGH_FAILED_ROWS = 10
MOST_SECONDS_A_RULE = 5.0  # then the others have their turn; it goes on in the next round


def sweep_once() -> dict[str, int]:
    """Run every rule. Returns rows per rule id; -1 marks a rule that failed (and was logged)."""
    return Sweeper().round()


def due_now() -> dict[str, int]:
    """How many rows each rule would end now; -1 marks a rule that cannot tell. Ends nothing."""
    counts = {}
    for rule in rules():
        try:
            counts[rule.id] = len(_keys(rule.due()))
        except Exception:  # see the first line of this file
            logger.exception("a sweep rule failed", extra={"rule": rule.id})
            counts[rule.id] = -1
    return counts


def sweep_until(stopped: threading.Event, every: timedelta) -> None:
    """Sweep now and then every so often, holding no connection in between."""
    sweeper = Sweeper(stopped)
    while True:
        sweeper.round()
        connections.close_all()
        if stopped.wait(every.total_seconds()):
            return


class Sweeper:
    """Rounds of rules, each when it is due, and a report a minute.

    The clock is looked at before a rule acts on what it found: what was computed from a clock
    that has jumped is not done.
    """

    def __init__(self, stopped: threading.Event | None = None) -> None:
        self._stopped = stopped or threading.Event()
        self._ran: dict[str, float] = {}
        self._reported: float | None = None
        self._gone: dict[str, int] = {}
        self._started_at = timezone.now()
        self._watch: Watch | None = None
        self._jumped: float | None = None  # when, in seconds since boot
        self._jump_seconds = 0.0

    def round(self) -> dict[str, int]:
        """Run what is due. Returns rows by rule since the last report; never raises."""
        self._look_at_the_clock()
        for rule in rules():
            if self._stopped.is_set():
                return self._gone
            if self._is_due(rule) and not self._rests(rule):
                self._count(rule, self._run(rule))
        gone = self._gone
        if self._reported is None or self._jump_seconds or _since(self._reported) >= REPORT_EVERY:
            self._report()
        return gone

    def _is_due(self, rule: Rule) -> bool:
        ran = self._ran.get(rule.id)
        return ran is None or _since(ran) >= rule.every

    def _rests(self, rule: Rule) -> bool:
        return self._jumped is not None and _since(self._jumped) < rule.rests

    def _run(self, rule: Rule) -> int:
        began, gone, failed = seconds_since_boot(), 0, 0
        try:
            keys = _keys(rule.due())
        except Exception:  # see the first line of this file
            logger.exception("a sweep rule failed", extra={"rule": rule.id})
            self._ran[rule.id] = began
            close_old_connections()
            return -1
        if self._look_at_the_clock() and self._rests(rule):
            return 0
        for key in keys:
            if self._stopped.is_set() or seconds_since_boot() - began > MOST_SECONDS_A_RULE:
                return -1 if failed else gone
            try:
                gone += rule.end(key)
            except Exception:  # see the first line of this file
                logger.exception("a row could not be swept", extra={"rule": rule.id})
                close_old_connections()
                failed += 1
                if failed == ENOUGH_FAILED_ROWS:
                    break
        self._ran[rule.id] = began
        return -1 if failed else gone

    def _count(self, rule: Rule, gone: int) -> None:
        before = self._gone.get(rule.id, 0)
        self._gone[rule.id] = -1 if -1 in {before, gone} else before + gone

    def _look_at_the_clock(self) -> bool:
        """Whether it has jumped since the last look; then all that goes by it rests."""
        try:
            if self._watch is None:
                self._watch = Watch()
                jump_seconds = self._recall()
            else:
                jump_seconds = self._watch.jump_seconds()
        except DatabaseError:  # the rules will say so
            close_old_connections()
            return False
        if jump_seconds:
            self._jumped, self._jump_seconds = seconds_since_boot(), jump_seconds
            logger.error("the clock has jumped", extra={"seconds": jump_seconds})
        return bool(jump_seconds)

    def _recall(self) -> float:
        """What an earlier process knew of the clock: a jump, or a time that is yet to come."""
        newest = last_report()
        if newest is None:
            return 0.0
        behind_seconds = (newest.finished_at - timezone.now()).total_seconds()
        if behind_seconds > A_JUMP_SECONDS:
            return -behind_seconds
        jumped = last_jump()
        if jumped is not None:
            age_seconds = (timezone.now() - jumped.finished_at).total_seconds()
            self._jumped = seconds_since_boot() - max(0.0, age_seconds)
        return 0.0

    def _report(self) -> None:
        now = (
            seconds_since_boot()
        )  # before the time that is written: a machine may sleep in between
        report = SweepReport(
            started_at=self._started_at,
            finished_at=timezone.now(),
            machine=socket.gethostname()[:80],
            gone=self._gone,
            clock_jump_seconds=self._jump_seconds,
        )
        try:
            _save(report)
        except DatabaseError:
            logger.exception("a sweep could not be reported")
            close_old_connections()
            return
        self._reported = now
        self._gone, self._jump_seconds, self._started_at = {}, 0.0, timezone.now()


def last_report() -> SweepReport | None:
    return SweepReport.objects.order_by("-pk").first()


def last_jump() -> SweepReport | None:
    """The newest report of a clock that had jumped."""
    return SweepReport.objects.exclude(clock_jump_seconds=0.0).order_by("-pk").first()


def _keys(found: Iterable[Any]) -> list[Any]:
    return list(found.values_list("pk", flat=True) if isinstance(found, QuerySet) else found)


def _since(moment: float) -> timedelta:
    return timedelta(seconds=seconds_since_boot() - moment)


def _save(report: SweepReport) -> None:
    """Two quiet rounds in a row are one report: the later."""
    with transaction.atomic():
        before = SweepReport.objects.filter(machine=report.machine).order_by("-pk").first()
        if before is not None and _is_quiet(before) and _is_quiet(report):
            before.delete()
        report.save(force_insert=True)


def _is_quiet(report: SweepReport) -> bool:
    return not any(report.gone.values()) and not report.clock_jump_seconds
