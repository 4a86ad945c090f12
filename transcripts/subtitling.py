"""Rules for subtitles that people know by name: one table, for the page and whoever asks."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from transcripts.exports import BOUNDS, ExportOptions


@dataclass(frozen=True)
class Preset:
    """``options`` are those of an export, as far as they are about cues."""

    id: str
    label: str | Promise
    options: ExportOptions

    @property
    def numbers(self) -> dict[str, float]:
        return {
            one.name: getattr(self.options, one.name)
            for one in fields(self.options)
            if one.name in BOUNDS
        }


_STREAMING = ExportOptions(gap_seconds=0.083)

# By what their guides ask: Netflix's timed text guide, the BBC's subtitle guidelines and EBU's
# teletext; gaps are two frames.
PRESETS = (
    Preset("plain", "Sotto", ExportOptions()),
    Preset("streaming", _("Streaming"), _STREAMING),
    Preset(
        "broadcast",
        _("Broadcast"),
        replace(_STREAMING, max_chars=37, max_cps=17.0, min_seconds=1.0, gap_seconds=0.08),
    ),
    Preset(
        "vertical",
        _("Social media, upright"),
        replace(_STREAMING, max_chars=24, max_cps=17.0, min_seconds=0.7, max_seconds=4.0),
    ),
    Preset("cjk", _("Chinese and Japanese"), replace(_STREAMING, max_chars=16, max_cps=9.0)),
    Preset("slow", _("For children"), replace(_STREAMING, max_cps=13.0, min_seconds=1.0)),
)
