"""Transcripts as files, several at once."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_POST

from accounts.callers import caller_of
from transcripts.bundle import bundle
from transcripts.downloads import options_from
from transcripts.exports import EXPORTS_BY_ID
from transcripts.failures import Refusal


@require_POST
def bundled(request: HttpRequest) -> HttpResponseBase:
    """A ZIP of the transcripts whose ids are posted as ``id``, in the posted ``format``."""
    format_id = request.POST.get("format", "")
    if format_id not in EXPORTS_BY_ID:
        raise Refusal("validation_failed", errors={"format": ", ".join(EXPORTS_BY_ID)})
    caller = caller_of(request)
    options = options_from(caller, request.POST.dict())
    return bundle(caller, request.POST.getlist("id"), format_id, options, to="browser")
