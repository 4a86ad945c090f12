"""A transcript's page: read, rename, take away, delete."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.callers import Caller, caller_of
from billing.plans import plan_of
from gpu.contract import MAX_SPEAKERS, MODELS_BY_ID
from transcripts import editing, entries
from transcripts.access import transcript_for
from transcripts.document import Document
from transcripts.downloads import download, export_numbers, options_from
from transcripts.exports import EXPORTS, EXPORTS_BY_ID
from transcripts.imports import MODEL as IMPORTED
from transcripts.languages import language_name
from transcripts.models import LIVE, Transcript
from transcripts.paragraphs import paragraphs
from transcripts.prose import clean
from transcripts.templates import templates_of
from transcripts.views.home import catalogue, languages_of
from transcripts.vocabulary import EDITION, LANGUAGES
from transcripts.wording import SHORTCOMINGS, STAGES

TITLE_MAX_CHARS = 255


def shown(caller: Caller, document: Document, export_view: str, row_id: str) -> dict[str, object]:
    """What a page of a document shows, wherever the document is."""
    return {
        "document": document,
        "language": language_name(document.language),
        "model": _model_label(document.model),
        "parts": paragraphs(document),
        "shortcomings": [SHORTCOMINGS[code] for code in document.warnings if code in SHORTCOMINGS],
        **_ways_out(caller, export_view, row_id),
    }


@never_cache
@require_safe
def transcript(request: HttpRequest, transcript_id: str) -> HttpResponse:
    """The editor. It loads the document by itself: ten hours of words are not a page."""
    caller = caller_of(request)
    found = transcript_for(caller, transcript_id, private=True)
    if found.is_private:
        return redirect("private-transcript", found.pk)
    document = {"duration": found.duration_seconds, "language": found.language}
    context = {
        **_around(found),
        "kind": caller.kind,
        "document": document,
        "lacking": SHORTCOMINGS.items(),
        "language": language_name(found.language),
        "model": _model_label(found.model),
        "vocabularies": vocabularies(),
        **_hearing_again(found),
        "can_lock": found.owner_id is not None and plan_of(caller).private_transcripts,
        **_ways_out(caller, "transcript-export", found.pk),
    }
    return render(request, "transcripts/editor.html", context)


@never_cache
@require_safe
def reading(request: HttpRequest, transcript_id: str) -> HttpResponse:
    """The same to read and print, for browsers without scripts."""
    caller = caller_of(request)
    found = transcript_for(caller, transcript_id)
    document = Document.from_json(found.document)
    context = {**_around(found), **shown(caller, document, "transcript-export", found.pk)}
    return render(request, "transcripts/transcript.html", context)


def _around(found: Transcript) -> dict[str, object]:
    return {
        "transcript": found,
        "receipt_id": entries.receipt_of(found),
        "staff_receipt": entries.staff_has_read(found),
    }


def _model_label(model_id: str) -> str:
    model = MODELS_BY_ID.get(model_id)
    if model_id == IMPORTED:
        return _("imported")
    return model.label if model else model_id


def vocabularies() -> list[tuple[str, str]]:
    """Languages and where their words are, for the browser: it may be another language later."""
    return [(name, reverse("vocabulary", args=[EDITION, name])) for name in sorted(LANGUAGES)]


def _hearing_again(found: Transcript) -> dict[str, object]:
    """What can be chosen, and the job that is at it now."""
    choices = [choice for choice in catalogue() if not choice.missing]
    at_work = found.retranscriptions.filter(status__in=LIVE).values_list("pk", flat=True)
    return {
        "again_choices": choices,
        "again_languages": languages_of(choices),
        "again_job": at_work.first() or "",
        "again_stages": STAGES.items(),
        "imported": found.model == IMPORTED,
        "speaker_numbers": range(1, MAX_SPEAKERS + 1),
    }


def _ways_out(caller: Caller, view: str, row_id: str) -> dict[str, object]:
    """Links for each format as it is by default, and the form for everything else."""
    return {
        "exports": [(row, reverse(view, args=[row_id, row.id])) for row in EXPORTS],
        "export_form": reverse(f"{view}-form", args=[row_id]),
        "export_numbers": export_numbers(),
        "export_templates": templates_of(caller),
    }


@require_POST
def rename(request: HttpRequest, transcript_id: str) -> HttpResponse:
    """An empty title changes nothing: a transcript needs something to be called by."""
    found = transcript_for(caller_of(request), transcript_id, write=True)
    title = clean(request.POST.get("title", ""))[:TITLE_MAX_CHARS]
    if title:
        editing.relabel(found, {"title": title})
    return _part(request, found, "transcripts/_title.html")


@require_POST
def rename_speaker(request: HttpRequest, transcript_id: str, speaker_id: str) -> HttpResponse:
    caller = caller_of(request)
    found = transcript_for(caller, transcript_id, write=True)
    editing.rename_speaker(found, speaker_id, request.POST.get("name", ""), caller.user)
    found.refresh_from_db()
    return _part(request, found, "transcripts/_voices.html")


@require_POST
def delete(request: HttpRequest, transcript_id: str) -> HttpResponse:
    found = transcript_for(caller_of(request), transcript_id, write=True)
    editing.delete_transcript(found)
    # Without its title: the message waits in the session, which is kept in the clear.
    messages.success(
        request,
        _("The transcript is deleted for good: text, times, speakers, title and all else of it."),
    )
    return redirect("library")


@never_cache
@require_safe
def export(request: HttpRequest, transcript_id: str, format_id: str = "") -> HttpResponse:
    """``format_id`` stands in the address of a link, and among the fields of a form."""
    found = transcript_for(caller_of(request), transcript_id)
    format_id = format_id or request.GET.get("format", "")
    if format_id not in EXPORTS_BY_ID:
        raise Http404
    options = options_from(caller_of(request), request.GET.dict())
    return download(request, found, format_id, options, to="browser")


def _part(request: HttpRequest, found: Transcript, template: str) -> HttpResponse:
    if not request.htmx:  # type: ignore[attr-defined]  # set by django_htmx's middleware
        return redirect("transcript", found.pk)
    context = {"transcript": found, "document": Document.from_json(found.document)}
    return render(request, template, context)
