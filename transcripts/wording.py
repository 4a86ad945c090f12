"""How stages, times and shortcomings are put into words, for pages and sockets alike."""

from django.utils.functional import Promise
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from gpu.contract import Degraded, Stage

STAGES: dict[Stage, str | Promise] = {
    Stage.DECODING: _("Reading the file"),
    Stage.LOADING: _("Waking the model"),
    Stage.RECOGNISING: _("Writing down the words"),
    Stage.DIARISING: _("Telling the speakers apart"),
    Stage.SAVING: _("Saving the transcript"),
}
SHORTCOMINGS: dict[str, str | Promise] = {
    Degraded.ALIGNMENT: _("The times of single words are estimates: measuring them failed."),
    Degraded.DIARISATION: _("The speakers could not be told apart, so all is in one voice."),
}


def clock(seconds: float) -> str:
    """``0:07``, ``12:30``, ``1:02:03``."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def duration_in_words(seconds: float) -> str:
    """``11 seconds``, ``1 minute 5 seconds``, ``2 hours 3 minutes``: the two largest units."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    parts = (
        ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours} if hours else "",
        ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes} if minutes else "",
        ngettext("%(n)d second", "%(n)d seconds", rest) % {"n": rest}
        if rest or not hours + minutes
        else "",
    )
    return " ".join([part for part in parts if part][:2])


def remaining_in_words(seconds: float | None) -> str:
    """Rounded so that the words stand still while the seconds run; "" when nobody knows."""
    if seconds is None:
        return ""
    if seconds < 5:
        return say("a few seconds left")
    if seconds < 55:
        rounded = 5 * round(seconds / 5)
        return say("about %(n)d seconds left") % {"n": rounded}
    minutes = round(seconds / 60)
    if minutes < 60:
        return ngettext("about %(n)d minute left", "about %(n)d minutes left", max(minutes, 1)) % {
            "n": max(minutes, 1)
        }
    hours = round(seconds / 3600)
    return ngettext("about %(n)d hour left", "about %(n)d hours left", hours) % {"n": hours}
