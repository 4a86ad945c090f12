import json
from typing import Any

from django import template
from django.conf import settings

from transcripts.downloads import export_numbers
from transcripts.exports import EXPORTS, Export, ExportOptions

MADE_BY_PRINTING = "pdf"

register = template.Library()


@register.inclusion_tag("private/_exports.html")
def exports_panel() -> dict[str, Any]:
    """For pages that know nobody: ``static/js/private/exports.js`` makes the files where they are read."""
    return {"exports": [(row, "") for row in EXPORTS], "export_numbers": export_numbers()}


@register.simple_tag
def private_files() -> list[Export]:
    """What is made of several at once: a PDF is printed, one by one."""
    return [row for row in EXPORTS if row.id != MADE_BY_PRINTING]


@register.simple_tag
def usual_options() -> str:
    """As JSON: those of an export that nobody was asked about."""
    return json.dumps(
        {
            name: value
            for name, value in vars(ExportOptions()).items()
            if isinstance(value, int | float | None)
        }
    )


@register.simple_tag
def offline_page_sha256() -> str:
    """Of the page that opens exports, as it comes with this release."""
    sums = settings.BASE_DIR / "static" / "offline" / "SHA256SUMS"
    return str(sums.read_text("ascii")).split()[0]
