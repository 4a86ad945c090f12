"""What a language model would make of a transcript. None can be set up yet; a private one refuses by name."""

from __future__ import annotations

from typing import Never

from django.utils.translation import gettext as _
from ninja import Path, Router

from transcripts.access import transcript_for
from transcripts.api.door import ApiRequest
from transcripts.api.schemas import problems
from transcripts.failures import Refusal

router = Router(tags=["Transcripts"])
ANSWERS = {200: None, **problems(400, 403, 404, 413, 415, 422)}


@router.get("/transcripts/{transcript_id}/summary", response=ANSWERS)
def summary(request: ApiRequest, transcript_id: Path[str]) -> Never:
    """Needs a language model: `model_unavailable` as long as this server has none."""
    _refuse(request, transcript_id)


@router.post("/transcripts/{transcript_id}/chat", response=ANSWERS)
def chat(request: ApiRequest, transcript_id: Path[str]) -> Never:
    """Needs a language model: `model_unavailable` as long as this server has none."""
    _refuse(request, transcript_id)


@router.post("/transcripts/{transcript_id}/translate", response=ANSWERS)
def translate(request: ApiRequest, transcript_id: Path[str]) -> Never:
    """Needs a language model: `model_unavailable` as long as this server has none."""
    _refuse(request, transcript_id)


def _refuse(request: ApiRequest, transcript_id: str) -> Never:
    transcript_for(request.auth, transcript_id)
    raise Refusal("model_unavailable", _("This server has no language model."))
