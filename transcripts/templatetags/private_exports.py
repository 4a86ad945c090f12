from typing import Any

from django import template

from transcripts.downloads import export_numbers
from transcripts.exports import EXPORTS

register = template.Library()


@register.inclusion_tag("private/_exports.html")
def exports_panel() -> dict[str, Any]:
    """For pages that know nobody: ``static/js/private/exports.js`` makes the files where they are read."""
    return {"exports": [(row, "") for row in EXPORTS], "export_numbers": export_numbers()}
