import ipaddress

from django import template
from django.http import HttpRequest

register = template.Library()


@register.simple_tag(takes_context=True)
def passkeys_work(context: template.Context) -> bool:
    """Whether browsers allow passkeys at this address: a name, over TLS or on this machine."""
    request: HttpRequest = context["request"]
    host = request.get_host().rsplit(":", 1)[0].strip("[]")
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return request.is_secure() or host == "localhost" or host.endswith(".localhost")
    return False


@register.filter
def grouped(code: str, size: int = 5) -> str:
    """Digits in groups, to be read and typed; the dashes don't count."""
    return "-".join(code[at : at + size] for at in range(0, len(code), size))
