from typing import Any

from django import template

from gpu.contract import MODELS
from transcripts.views.subtitles import rules
from transcripts.views.transcripts import vocabularies
from transcripts.wording import SHORTCOMINGS

register = template.Library()


@register.inclusion_tag("private/_desk.html")
def private_desk() -> dict[str, Any]:
    """The editor for a page that knows nobody and no transcript: what is in it comes from the browser."""
    return {
        "private": True,
        "imported": True,  # nobody hears it again
        "lacking": SHORTCOMINGS.items(),
        "models": MODELS,
        "vocabularies": vocabularies(),
    }


@register.inclusion_tag("private/_subtitles_desk.html")
def private_subtitles() -> dict[str, Any]:
    """The page for subtitles, as above."""
    return {"private": True, **rules()}
