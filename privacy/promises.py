"""What is promised about somebody's data, each sentence with the tests that would break with it.

The security page and docs/promises.md are made of these rows; a test holds that each named test
is there. A sentence that no test proves does not belong here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from django.conf import settings
from django.utils.functional import Promise as Lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from privacy.switches import CONTRIBUTIONS_KEPT


class Step(StrEnum):
    """Where on the way of a recording a promise is kept, in the order of the page."""

    AUDIO = "audio"
    STORED = "stored"
    YOURS = "yours"
    DELETED = "deleted"


STEPS: dict[Step, str | Lazy] = {
    Step.AUDIO: _("Your audio, while it is here"),
    Step.STORED: _("What is stored, and how"),
    Step.YOURS: _("What you decide"),
    Step.DELETED: _("What deleting means"),
}


@dataclass(frozen=True)
class Promise:
    """``tests`` are names as pytest takes them: a file, and a function in it."""

    id: str
    step: Step
    sentence: str | Lazy
    tests: tuple[str, ...]


def _hours(span: timedelta) -> int:
    return round(span.total_seconds() / 3600)


def _minutes(span: timedelta) -> int:
    return round(span.total_seconds() / 60)


PROMISES: tuple[Promise, ...] = (
    Promise(
        "memory",
        Step.AUDIO,
        _(
            "Audio is held in memory only. On its whole way no file is written, neither by us nor "
            "by the framework below us."
        ),
        (
            "tests/transcripts/test_no_disk.py::test_P01_audio_touches_no_disk",
            "tests/transcripts/test_no_disk.py::test_P01_the_watcher_catches_a_server_that_spools",
        ),
    ),
    Promise(
        "wiped",
        Step.AUDIO,
        _("When a job is over, its audio is in no process any more: freed memory is overwritten."),
        ("tests/host/test_memory.py::test_P04_no_audio_is_left_in_any_process",),
    ),
    Promise(
        "encrypted_between_machines",
        Step.AUDIO,
        _(
            "Where web and workers are different machines, audio waits in the memory of a Redis "
            "server, encrypted with a key that is kept elsewhere. A Redis that writes to a disk "
            "is refused."
        ),
        (
            "tests/transcripts/test_vault.py::test_holds_only_ciphertext_in_values_that_fit_its_allocator",
            "tests/transcripts/test_vault.py::test_an_append_only_file_stops_the_start",
            "tests/transcripts/test_vault.py::test_snapshots_stop_the_start_and_stay_as_they_are",
        ),
    ),
    Promise(
        "closed_door",
        Step.AUDIO,
        _(
            "Your file is decoded in a process of its own that can open no file and reach no "
            "network. A hostile file can only hurt that process."
        ),
        (
            "tests/gpu/test_decode_sandbox.py::test_behind_the_door_one_is_refused",
            "tests/gpu/test_decode_sandbox.py::test_behind_the_door_one_dies_trying",
        ),
    ),
    Promise(
        "longest",
        Step.AUDIO,
        format_lazy(
            _(
                "Audio is destroyed when its job is done, has failed or is cancelled; an upload "
                "that is left goes after {minutes} minutes, and nothing waits longer than {hours} "
                "hours, whatever happens."
            ),
            minutes=_minutes(settings.UPLOAD_ABANDONED_AFTER),
            hours=_hours(settings.AUDIO_MAX_AGE),
        ),
        (
            "tests/privacy/test_clocks.py::test_P09_after_a_day_no_audio_is_left_of_a_stuck_job_a_waiting_one_and_an_upload",
            "tests/transcripts/test_vault.py::test_age_ends_a_recording",
            "tests/transcripts/test_vault.py::test_destroying_empties_the_memory_under_an_open_reader",
        ),
    ),
    Promise(
        "sealed",
        Step.STORED,
        _(
            "Text, titles, file names, speakers and tags are stored encrypted, for each recording "
            "under a key of its own, and the keys lie in a second database. The server has the "
            "keys and can read a standard transcript: showing, searching and exporting need that."
        ),
        (
            "tests/transcripts/test_sealed.py::test_no_name_and_no_word_is_stored_in_the_clear",
            "tests/privacy/test_content_keys.py::test_keys_are_not_where_the_contents_are",
        ),
    ),
    Promise(
        "opt_ins",
        Step.YOURS,
        format_lazy(
            _(
                "Nothing of yours is used for training unless you turn that on. It is off until "
                "you do; turning it off deletes what was given, at once; nothing is kept for "
                "longer than {days} days."
            ),
            days=CONTRIBUTIONS_KEPT.days,
        ),
        (
            "tests/privacy/test_consent.py::test_P11_opt_ins_are_off_by_default",
            "tests/privacy/test_consent.py::test_P11_leaving_deletes_at_once_and_says_what",
        ),
    ),
    Promise(
        "gone",
        Step.DELETED,
        _(
            "Deleting a transcript destroys its key first: from that moment no copy of it can be "
            "read, neither in a backup of the database nor in its logs."
        ),
        (
            "tests/transcripts/test_sealed.py::test_without_its_key_a_row_reads_as_empty_and_is_left_out",
            "tests/transcripts/test_api_transcripts.py::test_P07_it_is_gone_with_every_trace_but_the_minutes",
        ),
    ),
)
