"""How long things are kept, in words that a page can show."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from privacy.retention import Rule


def period_of(rule: Rule) -> str:
    if rule.after is None:
        return _("no limit on this server")
    return in_words(rule.after) if rule.after else _("at once")


def in_words(period: timedelta) -> str:
    """In the largest unit that it is a whole number of; days from two on."""
    seconds = round(period.total_seconds())
    if seconds >= 48 * 3600 and not seconds % (24 * 3600):
        days = seconds // (24 * 3600)
        return ngettext("%(count)d day", "%(count)d days", days) % {"count": days}
    if seconds >= 3600 and not seconds % 3600:
        hours = seconds // 3600
        return ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours}
    if seconds >= 60 and not seconds % 60:
        minutes = seconds // 60
        return ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}
    return ngettext("%(count)d second", "%(count)d seconds", seconds) % {"count": seconds}
