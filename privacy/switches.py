"""Every choice about one's own data: a row each. Page, API, records and docs loop over the rows.

Each row's words are what somebody consents to; ``wording_of`` is their version.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _

from privacy.receipts import KEPT_AFTER_THE_TRANSCRIPT

ON, OFF = "on", "off"
CONTRIBUTIONS_KEPT = timedelta(days=90)


@dataclass(frozen=True)
class Choice:
    """``needs``: the field of a plan without which it cannot be chosen."""

    value: str
    label: str | Promise
    needs: str = ""


ON_OR_OFF = (Choice(OFF, _("Off")), Choice(ON, _("On")))


@dataclass(frozen=True)
class Switch:
    """``means`` is all that a user reads before choosing."""

    id: str
    label: str | Promise
    means: str | Promise
    default: str = OFF
    choices: tuple[Choice, ...] = ON_OR_OFF

    @property
    def is_on_or_off(self) -> bool:
        return self.choices == ON_OR_OFF

    def label_of(self, value: str) -> str:
        return next((str(row.label) for row in self.choices if row.value == value), value)


SWITCHES = (
    Switch(
        "text_corrections",
        _("Text corrections for training"),
        format_lazy(
            _(
                "When you have corrected a standard transcript, the corrected stretch of text is "
                "kept, as it was and as you made it, to train recognisers; no sound is kept. "
                "It is kept encrypted for at most {days} days. "
                "Turning this off deletes at once all that was given."
            ),
            days=CONTRIBUTIONS_KEPT.days,
        ),
    ),
    Switch(
        "voice_lab",
        _("Voice Lab: corrections with their sound"),
        format_lazy(
            _(
                "When you have corrected a standard transcript, the corrected stretch of text and "
                "its sound are kept to train recognisers. For this, recordings that you send while "
                "it is on are not destroyed when they are done: they wait for your corrections. "
                "All of it is kept encrypted for at most {days} days. "
                "Turning this off deletes at once all that was given and all that waits."
            ),
            days=CONTRIBUTIONS_KEPT.days,
        ),
    ),
    Switch(
        "default_privacy",
        _("Privacy of new transcripts"),
        _(
            "A standard transcript is stored encrypted under a key of its own, and the server can "
            "open it: to show it to you, to search it, to export it. "
            "Of a private one the server, which hears the recording in its memory while it writes "
            "it down, keeps only what your passphrase opens in your browser. "
            "The page for sending recordings begins with this, and you can choose otherwise there. "
            "Programs that use the API say it with each recording."
        ),
        default="standard",
        choices=(
            Choice("standard", _("Standard")),
            Choice("private", _("Private"), needs="private_transcripts"),
        ),
    ),
    Switch(
        "receipts_by_mail",
        _("Receipts by mail"),
        format_lazy(
            _(
                "When a recording is done, its receipt comes to your address: what happened to it, "
                "step by step. A receipt names no file and holds no words of the recording. "
                "Without this, you find it here for {days} days longer than the transcript."
            ),
            days=KEPT_AFTER_THE_TRANSCRIPT.days,
        ),
    ),
    Switch(
        "keep_nothing",
        _("Keep nothing"),
        format_lazy(
            _(
                "Transcripts are handed to you and never stored, and the name of the file is destroyed "
                "with the recording. Each waits in memory for at most {minutes} minutes, or until you say "
                "that you have it; after that nobody can bring it back. "
                "You can choose otherwise for a single recording."
            ),
            minutes=round(settings.HANDOVER_MAX_AGE.total_seconds() / 60),
        ),
    ),
)
SWITCHES_BY_ID = {row.id: row for row in SWITCHES}


def wording_of(switch: Switch, language: str = "") -> str:
    """The version of the words shown, ``en-4f0c…``: their language, and a digest of all of them."""
    language = language or get_language() or settings.LANGUAGE_CODE
    with override(language):
        words = [switch.label, switch.means, *(row.label for row in switch.choices)]
        text = "\n".join(str(part) for part in words)
    return f"{language}-{hashlib.sha256(text.encode()).hexdigest()[:32]}"
