"""What somebody gave, and what waits: to see, to hear, to take back."""

from __future__ import annotations

import re
from typing import TypeVar

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from privacy import consent
from privacy.content_keys import Shredded
from privacy.models import Contribution, HeldRecording
from privacy.voicelab import archive, contributions, keys, objects
from privacy.voicelab.words import before_and_after

A_PAGE = 20
Thing = TypeVar("Thing", Contribution, HeldRecording)
_RANGE = re.compile(r"bytes=(\d+)-(\d*)")


@never_cache
@login_required
@require_safe
def voice_lab(request: HttpRequest) -> HttpResponse:
    page = Paginator(_given(request), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [_row(opened) for opened in contributions.open_all(page)],
        "waiting": [(held, archive.waits_until(held)) for held in _waiting(request)],
        "switches": [
            consent.standing_of(request.user, switch) for switch in contributions.SWITCH_OF.values()
        ],
    }
    return render(request, "privacy/voice_lab.html", context)


@never_cache
@login_required
@require_safe
def sound(request: HttpRequest, contribution_id: str) -> HttpResponse:
    """WAV. One range at a time, as players ask for it; without that, some play nothing."""
    row = _given(request).filter(pk=_known(contribution_id)).first()
    if row is None:
        raise Http404
    try:
        wav = contributions.sound_of(row)
    except (Shredded, objects.ObjectGone):
        raise Http404 from None
    except objects.StorageDown:
        return HttpResponse(status=503, headers={"Retry-After": "60"})
    answer = _part(wav, request.headers.get("Range", ""))
    answer["Accept-Ranges"] = "bytes"
    return answer


@login_required
@require_POST
def withdraw(request: HttpRequest, contribution_id: str) -> HttpResponse:
    rows = _given(request).filter(pk=_known(contribution_id))
    if not contributions.withdraw(rows, "taken_back"):
        raise Http404
    messages.success(request, _("The correction is withdrawn and deleted."))
    return redirect("voice-lab")


@login_required
@require_POST
def withdraw_all(request: HttpRequest) -> HttpResponse:
    """All that was given and all that waits; the switches stay as they are."""
    count = contributions.withdraw(_of(request, Contribution), "taken_back")
    count += archive.drop(_of(request, HeldRecording), "taken_back")
    said = ngettext(
        "%(count)d item is withdrawn and deleted.",
        "%(count)d items are withdrawn and deleted.",
        count,
    )
    messages.success(request, said % {"count": count})
    return redirect("voice-lab")


@login_required
@require_POST
def drop_recording(request: HttpRequest, recording_id: str) -> HttpResponse:
    if not archive.drop(_waiting(request).filter(pk=_known(recording_id)), "taken_back"):
        raise Http404
    messages.success(request, _("The recording is deleted from the archive."))
    return redirect("voice-lab")


def _given(request: HttpRequest) -> QuerySet[Contribution]:
    rows = _of(request, Contribution).filter(day__gt=keys.newest_over())
    return rows.order_by("-created_at", "pk")


def _waiting(request: HttpRequest) -> QuerySet[HeldRecording]:
    rows = _of(request, HeldRecording).filter(day__gt=keys.newest_over())
    return rows.exclude(transcript_id="").order_by("-created_at", "pk")


def _of(request: HttpRequest, model: type[Thing]) -> QuerySet[Thing]:
    user: User = request.user  # type: ignore[assignment]
    rows: QuerySet[Thing] = model._default_manager.filter(owner=user)  # noqa: SLF001 - Django's own way
    return rows


def _known(pk: str) -> str:
    """Ids are letters and digits; PostgreSQL would stumble over a NUL."""
    return pk if pk.isalnum() else ""


def _row(opened: contributions.Opened) -> dict[str, object]:
    before, after = before_and_after(opened.before, opened.after)
    row = opened.row
    return {"row": row, "before": before, "after": after, "until": keys.end_of(row.day)}


def _part(wav: bytes, wanted: str) -> HttpResponse:
    found = _RANGE.fullmatch(wanted)
    if found is None:
        return HttpResponse(wav, content_type="audio/wav")
    first = int(found[1])
    last = min(int(found[2] or len(wav)), len(wav) - 1)
    if first > last:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{len(wav)}"})
    answer = HttpResponse(wav[first : last + 1], content_type="audio/wav", status=206)
    answer["Content-Range"] = f"bytes {first}-{last}/{len(wav)}"
    return answer
