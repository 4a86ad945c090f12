"""Plans are frozen rows: the one place where a limit stands. ``None`` means unlimited."""

from dataclasses import dataclass, replace

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.callers import Caller

MB = 1_000_000
FULL_HD = 1920 * 1088  # as some cameras round it up


@dataclass(frozen=True)
class Plan:
    id: str
    label: str | Promise
    minutes_a_month: int | None
    files_a_day: int | None
    max_file_bytes: int | None
    max_recording_seconds: int | None
    max_video_pixels: int | None  # of a picture that subtitles are burned into
    jobs_at_once: int | None
    priority: int  # lower runs first
    password_and_permanent_links: bool
    private_transcripts: bool  # locked in the browser


GUEST = Plan(
    id="guest",
    label=_("Guest"),
    minutes_a_month=600,
    files_a_day=3,
    max_file_bytes=100 * MB,
    max_recording_seconds=60 * 60,
    max_video_pixels=FULL_HD,
    jobs_at_once=1,
    priority=10,
    password_and_permanent_links=False,
    private_transcripts=False,
)
FREE = Plan(
    id="free",
    label=_("Free"),
    minutes_a_month=600,
    files_a_day=None,
    max_file_bytes=500 * MB,
    max_recording_seconds=120 * 60,
    max_video_pixels=FULL_HD,
    jobs_at_once=2,
    priority=10,
    password_and_permanent_links=False,
    private_transcripts=False,
)
SELFHOSTED = Plan(
    id="selfhosted",
    label=_("Self-hosted"),
    minutes_a_month=None,
    files_a_day=None,
    max_file_bytes=None,
    max_recording_seconds=None,
    max_video_pixels=None,
    jobs_at_once=None,
    priority=0,
    password_and_permanent_links=True,
    private_transcripts=True,
)
PLANS = (GUEST, FREE, SELFHOSTED)


def plan_of(caller: Caller) -> Plan:
    if not settings.HOSTED:
        return SELFHOSTED
    if caller.user is None:
        return GUEST
    # Until there are plans to buy, a setting gives what they will.
    return replace(FREE, private_transcripts=settings.PRIVATE_TRANSCRIPTS)
