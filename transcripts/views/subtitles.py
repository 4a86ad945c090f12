"""A transcript as subtitles: the cues, their rules, and how they look over the picture."""

import json

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.callers import caller_of
from transcripts.access import transcript_for
from transcripts.downloads import export_numbers
from transcripts.subtitling import PRESETS


@never_cache
@require_safe
def subtitles(request: HttpRequest, transcript_id: str) -> HttpResponse:
    """The page loads the document by itself, as the editor does, and makes the cues itself."""
    caller = caller_of(request)
    found = transcript_for(caller, transcript_id)
    context = {
        "transcript": found,
        "kind": caller.kind,
        "document": {"duration": found.duration_seconds, "language": found.language},
        "export_form": reverse("transcript-export-form", args=[found.pk]),
        **rules(),
    }
    return render(request, "transcripts/subtitles.html", context)


def rules() -> dict[str, object]:
    """What the form of the rules is made of, which is the same for every transcript."""
    return {
        "numbers": export_numbers(),
        "presets": PRESETS,
        "preset_numbers": json.dumps({preset.id: preset.numbers for preset in PRESETS}),
    }
