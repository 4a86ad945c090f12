"""In what order waiting jobs are taken.

The most urgent lane first. Within it whoever has the fewest jobs running, then who was served
longest ago, then whose job is oldest: a hundred recordings of one person do not stand in the way
of another's first. A stranger's job stands for itself. Each lane has its own turns.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from django.db.models import Count, Min, OrderBy, OuterRef, Q, QuerySet, Subquery

from transcripts import fleet
from transcripts.models import Job, Status


class WaitsFor(StrEnum):
    """What stands between a waiting job and a worker."""

    TURN = "turn"
    WORKER = "worker"  # none lives
    MODEL = "model"  # none that lives has it


class _Line(NamedTuple):
    """The waiting jobs of one owner in one lane. ``turn`` orders lines that nobody of is at work."""

    id: str
    turn: int
    waiting: int
    running: int


def next_for(models: Iterable[str]) -> Job | None:
    """The job whose turn it is, of those that a worker with these models can take."""
    waiting = _waiting(models)
    lane = waiting.order_by("priority").values_list("priority", flat=True).first()
    if lane is None:
        return None
    waiting = waiting.filter(priority=lane)
    lines = _lines(waiting, lane).values()
    if not lines:  # all were taken in between
        return None
    line = min(lines, key=lambda line: (line.running, line.turn))
    return waiting.filter(line=line.id).order_by("created_at", "pk").first()


def position(job: Job) -> int:
    """The place of a waiting job: 1 for the next to be taken.

    As the turns would come if nothing were sent meanwhile: who is served goes to the back. Jobs
    that compete for no worker with this one do not count.
    """
    waiting = _waiting(fleet.companions(job.model))
    lane = waiting.filter(priority=job.priority)
    lines = _lines(lane, job.priority)
    mine = lines.get(job.line)
    if mine is None:  # taken in between
        return 1
    earlier = Q(created_at__lt=job.created_at) | Q(created_at=job.created_at, pk__lt=job.pk)
    before = lane.filter(earlier, line=job.line).count()
    ahead = sum(_ahead(line, mine, before) for line in lines.values())
    return waiting.filter(priority__lt=job.priority).count() + ahead + 1


def positions() -> dict[str, int]:
    """The place of every waiting job by its id, whatever its model."""
    places: dict[str, int] = {}
    for lane in _waiting().order_by("priority").values_list("priority", flat=True).distinct():
        waiting = _waiting().filter(priority=lane)
        lines = _lines(waiting, lane)
        taken: Counter[str] = Counter()
        turns = []
        for pk, name in waiting.order_by("created_at", "pk").values_list("pk", "line"):
            if line := lines.get(name):
                turns.append((line.running + taken[name], taken[name], line.turn, pk))
                taken[name] += 1
        places |= {turn[-1]: len(places) + place for place, turn in enumerate(sorted(turns), 1)}
    return places


def waits_for(job: Job, living: fleet.Fleet | None) -> WaitsFor | None:
    """None for a job that does not wait. Where nobody can tell who lives, it waits for its turn."""
    if job.status != Status.QUEUED:
        return None
    if living is None or any(job.model in models for models in living):
        return WaitsFor.TURN
    return WaitsFor.MODEL if living else WaitsFor.WORKER


def _ahead(line: _Line, mine: _Line, before: int) -> int:
    """How many of a line are taken before the one of mine that has so many of its own before it.

    The n-th of a line is taken when its owner has ``running + n`` at work; of several such, first
    those of owners who have been served less often meanwhile, then by turn.
    """
    if line is mine:
        return before
    level = mine.running + before - line.running
    if level < 0:
        return 0
    goes_first = level < before or (level == before and line.turn < mine.turn)
    return min(line.waiting, level + goes_first)


def _waiting(models: Iterable[str] | None = None) -> QuerySet[Job]:
    waiting = Job.objects.filter(status=Status.QUEUED)
    return waiting if models is None else waiting.filter(model__in=list(models))


def _lines(waiting: QuerySet[Job], lane: int) -> dict[str, _Line]:
    """Those of one lane by their id, in the order of their turns."""
    jobs = Job.objects.filter(priority=lane)
    # A job that was put back has not been served: it keeps its place.
    begun = jobs.filter(line=OuterRef("line"), started_at__isnull=False)
    begun = begun.exclude(status=Status.QUEUED)
    last = Subquery(begun.order_by("-started_at").values("started_at")[:1])
    in_turn = (
        waiting.order_by()
        .values("line")
        .annotate(jobs=Count("pk"), first=Min("created_at"))
        .order_by(OrderBy(last, nulls_first=True), "first", "line")
        .values_list("line", "jobs")
    )
    running = Counter(jobs.filter(status=Status.RUNNING).values_list("line", flat=True))
    return {
        line: _Line(line, turn, count, running[line]) for turn, (line, count) in enumerate(in_turn)
    }
