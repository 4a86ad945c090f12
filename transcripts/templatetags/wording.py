from django import template
from django.utils.functional import Promise
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from gpu.contract import Stage
from transcripts import wording
from transcripts.document import Word
from transcripts.failures import FAILURES, FailureText
from transcripts.models import Job, Status
from transcripts.paragraphs import Paragraph

register = template.Library()
register.filter("clock", wording.clock)
register.filter("duration_in_words", wording.duration_in_words)
register.filter("remaining_in_words", wording.remaining_in_words)

BLANK_JOB_ID = "JOB-ID"
SPEAKER_COLOURS = 8


@register.filter
def spoken(paragraph: Paragraph) -> SafeString:
    """The paragraph's words as spans. Made here, for templates are slow on 100,000 words."""
    return mark_safe("".join(_span(*piece) for piece in paragraph.pieces))  # noqa: S308 - escaped


def _span(between: str, word: Word) -> str:
    text = escape(word.text)
    return f'{escape(between)}<span data-start="{word.start}" data-end="{word.end}">{text}</span>'


@register.filter
def voice(speaker_id: str) -> int:
    """Which of the eight colours of voices, from ``s1``, ``s2``, …; 0 for nobody."""
    digits = speaker_id.removeprefix("s")
    return (int(digits) - 1) % SPEAKER_COLOURS + 1 if digits.isdecimal() else 0


@register.filter
def percent(fraction: float) -> int:
    return int(fraction * 100)


@register.filter
def stage_in_words(job: Job) -> str | Promise:
    return wording.STAGES[Stage(job.stage)] if job.stage else ""


@register.filter
def stages(job: Job) -> list[tuple[str | Promise, str]]:
    """Every stage with ``done``, ``now`` or ``ahead``."""
    names = list(Stage)
    reached = names.index(Stage(job.stage)) if job.stage else -1
    return [
        (
            wording.STAGES[name],
            "done" if index < reached else "now" if index == reached else "ahead",
        )
        for index, name in enumerate(names)
    ]


@register.filter
def failure_text(code: str) -> FailureText | None:
    return FAILURES.get(code)


@register.simple_tag
def blank_job() -> Job:
    """What the upload list is cut from: the page puts the real id in once it knows it."""
    return Job(id=BLANK_JOB_ID, status=Status.QUEUED, size_bytes=0, options={})
