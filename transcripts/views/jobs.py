"""A job's page, its progress and its end."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.callers import caller_of
from transcripts import fleet, jobs
from transcripts.access import job_for
from transcripts.models import Handover, Job
from transcripts.queue import waits_for

STOP_POLLING = 286


def result_url(job: Job) -> str:
    """Where the transcript is to be read, or nothing: not yet, or not any more."""
    if job.result_id:
        page = "private-transcript" if job.is_private else "transcript"
        return reverse(page, args=[job.result_id])
    row: Handover | None = getattr(job, "handover", None)
    return reverse("job-handover", args=[job.pk]) if row and not row.is_over else ""


def progress_html(job: Job, request: HttpRequest | None = None) -> str:
    """The progress of one job as an out-of-band swap, for the socket and for polling alike."""
    context = {**_context(job), "out_of_band": True}
    return render_to_string("jobs/_progress.html", context, request)


@never_cache
@require_safe
def job(request: HttpRequest, job_id: str) -> HttpResponse:
    found = job_for(caller_of(request), job_id)
    if place := result_url(found):
        return redirect(place)
    return render(request, "jobs/job.html", _context(found))


@never_cache
@require_safe
def progress(request: HttpRequest, job_id: str) -> HttpResponse:
    """Polled while the socket is down; 286 tells htmx that nothing more will come."""
    found = job_for(caller_of(request), job_id)
    status = 200 if found.is_live else STOP_POLLING
    return HttpResponse(progress_html(found, request), status=status)


@require_POST
def cancel(request: HttpRequest, job_id: str) -> HttpResponse:
    found = job_for(caller_of(request), job_id, write=True)
    jobs.cancel(found)
    found.refresh_from_db()
    if request.htmx:  # type: ignore[attr-defined]  # set by django_htmx's middleware
        return HttpResponse(progress_html(found, request))
    return redirect("job", found.pk)


def _context(job: Job) -> dict[str, object]:
    return {
        "job": job,
        "position": jobs.queue_position(job),
        "waits_for": waits_for(job, fleet.living()),
        "result_url": result_url(job),
    }
