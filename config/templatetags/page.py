import json

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from config.static import checked_map, import_map, integrity_of

register = template.Library()

# What the ordinary pages never run, or only when somebody asks for it.
NOT_AHEAD = ("/vendor/", "/js/crypto/", "/js/exports/", "/js/offline/", "/js/private/")


@register.simple_tag(takes_context=True)
def module_map(context: template.Context) -> SafeString:
    """The import map: the one inline script of a page, and the nonce's only use."""
    entries = json.dumps(import_map(), separators=(",", ":")).replace("<", "\\u003c")
    return format_html(
        '<script type="importmap" nonce="{}">{}</script>',
        context.get("csp_nonce", ""),
        mark_safe(entries),  # noqa: S308 - our own file names, and no "<" among them
    )


@register.simple_tag
def modules_ahead() -> SafeString:
    """Fetch the house's own modules with the page, so that a button works when it is seen."""
    addresses = [
        (address,)
        for name, address in import_map()["imports"].items()
        if not any(folder in name for folder in NOT_AHEAD)
    ]
    return format_html_join("\n", '<link rel="modulepreload" href="{}">', addresses)


@register.simple_tag
def checked_module_map() -> SafeString:
    """The import map of a hardened page, which its policy knows by the hash of this very text."""
    entries = mark_safe(checked_map())  # noqa: S308 - as above
    return format_html('<script type="importmap">{}</script>', entries)


@register.simple_tag
def integrity(name: str) -> str:
    return integrity_of(name)
