"""Who I am here, and what I have used."""

from __future__ import annotations

from django.utils import timezone
from ninja import Router

from billing.ledger import minutes_this_month
from billing.plans import plan_of
from privacy.consent import standings_of
from transcripts.access import jobs_of
from transcripts.api.account_schemas import Me, Usage
from transcripts.api.door import ApiRequest
from transcripts.api.schemas import problems
from transcripts.api.shapes import Shape
from transcripts.models import LIVE

router = Router(tags=["Account"])


@router.get("/me", response={200: Me, **problems()})
def read_me(request: ApiRequest) -> Shape:
    """The caller as the server sees it: a user, a guest of this browser, or a stranger."""
    caller = request.auth
    return {
        "kind": caller.kind,
        "email": caller.user.email if caller.user else None,
        "plan": plan_of(caller).id,
        "scopes": ["read", "write"] if caller.can_write else ["read"],
        "privacy": {row.switch.id: row.value for row in standings_of(caller.user)},
    }


@router.get("/usage", response={200: Usage, **problems()})
def read_usage(request: ApiRequest) -> Shape:
    """Minutes of this calendar month (UTC), and the limits of the plan."""
    caller = request.auth
    plan = plan_of(caller)
    used = minutes_this_month(caller)
    limit = plan.minutes_a_month
    return {
        "plan": plan.id,
        "period_start": timezone.now().replace(day=1, hour=0, minute=0, second=0, microsecond=0),
        "minutes_used": used,
        "minutes_left": None if limit is None else max(0, limit - used),
        "jobs_running": jobs_of(caller).filter(status__in=LIVE).count(),
        "limits": {
            "minutes_a_month": limit,
            "files_a_day": plan.files_a_day,
            "max_file_bytes": plan.max_file_bytes,
            "max_recording_seconds": plan.max_recording_seconds,
            "jobs_at_once": plan.jobs_at_once,
        },
    }
