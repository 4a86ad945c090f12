"""The same thing done to many transcripts at once, from the library."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts.callers import caller_of
from transcripts import editing
from transcripts.access import transcripts_of
from transcripts.failures import Refusal
from transcripts.models import LONG_COLUMNS, Transcript
from transcripts.prose import clean
from transcripts.sealed import unlock
from transcripts.views.library import library_page

MOST_AT_ONCE = 500
TAG_MAX_CHARS, MOST_TAGS, FOLDER_MAX_CHARS = 40, 50, 80


@require_POST
def bulk(request: HttpRequest) -> HttpResponse:
    """``action`` on all ``id`` that are the caller's; others do not exist. ``star`` is one alone."""
    chosen = _chosen(request)
    action = "star" if "star" in request.POST else request.POST.get("action", "")
    if action == "delete":
        return _delete(request, chosen)
    act = ACTIONS.get(action)
    if act is None:
        raise Refusal("bad_request")
    if not chosen:
        messages.warning(request, _("Choose transcripts first."))
    elif action in LOCKED and any(row.is_private for row in chosen):
        messages.warning(request, _("Folders and tags of private transcripts are locked."))
    elif said := act(chosen, clean(request.POST.get("value", ""))):
        messages.success(request, said)
    return _back(request)


def _chosen(request: HttpRequest) -> list[Transcript]:
    caller = caller_of(request)
    ids = [request.POST["star"]] if "star" in request.POST else request.POST.getlist("id")
    wanted = [one for one in ids if one.isalnum()][:MOST_AT_ONCE]
    rows = unlock(transcripts_of(caller).filter(pk__in=wanted).defer(*LONG_COLUMNS))
    if rows and not caller.can_write:
        raise Refusal("forbidden")
    return rows


def _back(request: HttpRequest) -> HttpResponse:
    """To the list as it was, or the list alone."""
    query = QueryDict(request.POST.get("query", ""))
    if request.htmx and request.htmx.target == "results":  # type: ignore[attr-defined]
        request.GET = query
        return library_page(request)
    return redirect(f"{reverse('library')}?{query.urlencode()}" if query else reverse("library"))


def _delete(request: HttpRequest, chosen: list[Transcript]) -> HttpResponse:
    """Asked once more, with their number and titles, unless that was the asking."""
    if not chosen:
        messages.warning(request, _("Choose transcripts first."))
        return _back(request)
    if not request.POST.get("confirmed"):
        context = {"chosen": chosen, "kept_query": request.POST.get("query", "")}
        return render(request, "library_deletion.html", context)
    gone = editing.delete_transcripts(chosen)
    said = ngettext(
        "%(count)d transcript is deleted for good.",
        "%(count)d transcripts are deleted for good.",
        gone,
    )
    messages.success(request, said % {"count": gone})
    return _back(request)


def _tag(chosen: list[Transcript], value: str) -> str:
    tag = value[:TAG_MAX_CHARS]
    if not tag:
        return ""
    for row in chosen:
        if tag not in row.tags and len(row.tags) < MOST_TAGS:
            editing.relabel(row, {"tags": sorted({*row.tags, tag})})
    return _("Tagged.")


def _untag(chosen: list[Transcript], value: str) -> str:
    for row in chosen:
        if value in row.tags:
            editing.relabel(row, {"tags": [tag for tag in row.tags if tag != value]})
    return _("The tag is gone.")


def _move(chosen: list[Transcript], value: str) -> str:
    """To no folder if it has no name."""
    for row in chosen:
        if row.folder != value[:FOLDER_MAX_CHARS]:
            editing.relabel(row, {"folder": value[:FOLDER_MAX_CHARS]})
    return _("Moved.")


def _favourite(chosen: list[Transcript], _value: str) -> str:
    for row in chosen:
        editing.mark_favourite(row, favourite=True)
    return ""


def _unfavourite(chosen: list[Transcript], _value: str) -> str:
    for row in chosen:
        editing.mark_favourite(row, favourite=False)
    return ""


def _star(chosen: list[Transcript], _value: str) -> str:
    for row in chosen:
        editing.mark_favourite(row, favourite=not row.favourite)
    return ""


ACTIONS: dict[str, Callable[[list[Transcript], str], str]] = {
    "tag": _tag,
    "untag": _untag,
    "move": _move,
    "favourite": _favourite,
    "unfavourite": _unfavourite,
    "star": _star,
}
LOCKED = {"tag", "untag", "move"}
