import json

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from config.static import import_map

register = template.Library()


@register.simple_tag(takes_context=True)
def module_map(context: template.Context) -> SafeString:
    """The import map: the one inline script of a page, and the nonce's only use."""
    entries = json.dumps(import_map(), separators=(",", ":")).replace("<", "\\u003c")
    return format_html(
        '<script type="importmap" nonce="{}">{}</script>',
        context.get("csp_nonce", ""),
        mark_safe(entries),  # noqa: S308 - our own file names, and no "<" among them
    )
