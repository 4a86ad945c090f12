"""Several transcripts as files of one ZIP."""

from __future__ import annotations

from django.http.response import HttpResponseBase
from ninja import Router

from transcripts.api.door import ApiRequest
from transcripts.api.schemas import ExportsIn, problems
from transcripts.bundle import bundle
from transcripts.downloads import options_of

router = Router(tags=["Transcripts"])


@router.post("/exports", response={200: bytes, **problems(400, 404, 413, 415, 422)})
def export_transcripts(request: ApiRequest, wanted: ExportsIn) -> HttpResponseBase:
    """A ZIP with a file for each, made while it is sent."""
    options = options_of(request.auth, wanted)
    return bundle(request.auth, wanted.transcripts, str(wanted.format), options, to="api")
