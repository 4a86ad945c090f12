"""The page that burns subtitles into a video of its visitor; the work is the API's."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.callers import caller_of
from billing.plans import plan_of
from gpu.burn import BurnFailure
from transcripts.access import transcript_for
from transcripts.admission import max_file_bytes
from transcripts.api.burn_in import COLOURS, STYLE_BOUNDS, STYLE_DEFAULTS
from transcripts.burning import minutes_allowed
from transcripts.downloads import NumberField, export_numbers, file_name
from transcripts.failures import FAILURES

SHARE_LABELS = {
    "size": _("Size of the letters, in the shorter side of the picture"),
    "margin": _("Distance from the edge"),
}


@never_cache
@require_safe
def burn_in(request: HttpRequest, transcript_id: str) -> HttpResponse:
    caller = caller_of(request)
    transcript = transcript_for(caller, transcript_id)
    context = {
        "transcript": transcript,
        "shares": [
            NumberField(name, label, STYLE_DEFAULTS[name], *STYLE_BOUNDS[name], "0.5")
            for name, label in SHARE_LABELS.items()
        ],
        "colours": COLOURS,
        "numbers": export_numbers(),
        "max_bytes": max_file_bytes(caller),
        "max_minutes": minutes_allowed(plan_of(caller)),
        "file_name": file_name(transcript.title, "mp4"),
        "failures": [
            (code, FAILURES[code]) for code in map(str, BurnFailure) if code != "cancelled"
        ],
    }
    return render(request, "transcripts/burn_in.html", context)
