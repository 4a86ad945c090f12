from datetime import UTC, datetime

from django import template

from privacy.receipt_words import moment

register = template.Library()
register.filter("exactly", moment)


@register.filter
def iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds")
