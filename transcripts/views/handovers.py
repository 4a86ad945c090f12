"""The page of a transcript that is not kept: read it, take it, destroy it."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.callers import caller_of
from transcripts import handover
from transcripts.access import job_for
from transcripts.downloads import attachment, options_from
from transcripts.exports import EXPORTS_BY_ID, Head
from transcripts.failures import Refusal
from transcripts.handover import End, handover_of, take
from transcripts.views.transcripts import shown


@never_cache
@require_safe
def waiting(request: HttpRequest, job_id: str) -> HttpResponse:
    """Once it is gone, the job's page says how it went."""
    job = job_for(caller_of(request), job_id)
    row = handover_of(job)
    try:
        parcel = take(job, "html", "browser")
    except Refusal:
        return redirect("job", job.pk)
    context = {
        **shown(caller_of(request), parcel.document, "job-handover-export", job.pk),
        "job": job,
        "title": parcel.title,
        "until": row.expires_at,
        "receipt_id": job.pk,
    }
    return render(request, "transcripts/handover.html", context)


@never_cache
@require_safe
def export(request: HttpRequest, job_id: str, format_id: str = "") -> HttpResponse:
    job = job_for(caller_of(request), job_id)
    format_id = format_id or request.GET.get("format", "")
    if format_id not in EXPORTS_BY_ID:
        raise Http404
    options = options_from(caller_of(request), request.GET.dict())
    parcel = take(job, format_id, "browser")
    return attachment(
        Head(parcel.title, timezone.localdate(job.created_at)), parcel.document, format_id, options
    )


@require_POST
def destroy(request: HttpRequest, job_id: str) -> HttpResponse:
    job = job_for(caller_of(request), job_id, write=True)
    handover.end(job, End.DESTROYED)
    return redirect("job", job.pk)
