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

from privacy.receipts import KEPT_AFTER_THE_TRANSCRIPT
from privacy.switches import CONTRIBUTIONS_KEPT


class Step(StrEnum):
    """Where on the way of a recording a promise is kept, in the order of the page."""

    AUDIO = "audio"
    STORED = "stored"
    YOURS = "yours"
    DELETED = "deleted"
    WATCHED = "watched"


STEPS: dict[Step, str | Lazy] = {
    Step.AUDIO: _("Your audio, while it is here"),
    Step.STORED: _("What is stored, and how"),
    Step.YOURS: _("What you decide"),
    Step.DELETED: _("What deleting means"),
    Step.WATCHED: _("How it is watched"),
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
            "by the framework below us; unless you have turned on Voice Lab, see below."
        ),
        (
            "tests/transcripts/test_no_disk.py::test_P01_audio_touches_no_disk",
            "tests/transcripts/test_no_disk.py::test_P01_the_watcher_catches_a_server_that_spools",
        ),
    ),
    Promise(
        "wiped",
        Step.AUDIO,
        _(
            "When a job is over, its audio is in no process any more: freed memory is overwritten. "
            "A crash leaves no image of memory either."
        ),
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
            "tests/transcripts/test_redis_keeps_nothing.py::test_P02_nothing_of_a_recording_stays_in_redis_or_on_its_disk",
            "tests/host/test_core_dumps.py::test_P03_a_worker_that_crashes_leaves_no_core",
            "tests/host/test_core_dumps.py::test_P03_a_recogniser_that_crashes_leaves_no_core",
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
            "tests/transcripts/test_vault.py::test_age_ends_a_recording",
            "tests/transcripts/test_vault.py::test_destroying_empties_the_memory_under_an_open_reader",
            "tests/privacy/test_clocks.py::test_P09_after_a_day_no_audio_is_left_of_a_stuck_job_a_waiting_one_and_an_upload",
            "tests/transcripts/test_uploads_live.py::test_F04_a_web_process_killed_during_half_a_gigabyte_leaves_no_half_job",
        ),
    ),
    Promise(
        "sealed",
        Step.STORED,
        _(
            "Text, titles, file names, speakers and tags are stored encrypted, for each recording "
            "under a key of its own, and the keys lie in a second database. The server has the "
            "keys and can read a standard transcript: showing, searching and exporting need that. "
            "What it searches is an index of titles and words that are not encrypted. It lies in a "
            "third database, which belongs in no backup and forgets what you delete at once."
        ),
        (
            "tests/transcripts/test_search.py::test_all_words_are_in_the_database_of_the_index_alone",
            "tests/transcripts/test_sealed.py::test_no_name_and_no_word_is_stored_in_the_clear",
            "tests/privacy/test_content_keys.py::test_keys_are_not_where_the_contents_are",
        ),
    ),
    Promise(
        "keep_nothing",
        Step.YOURS,
        format_lazy(
            _(
                "If you choose to keep nothing, the transcript is in no database: it waits in "
                "memory for {minutes} minutes at most, and goes when you say that you have it."
            ),
            minutes=_minutes(settings.HANDOVER_MAX_AGE),
        ),
        (
            "tests/transcripts/test_handover_live.py::test_the_answer_carries_the_words_and_no_file_does",
            "tests/transcripts/test_handover.py::test_the_sweeper_destroys_what_nobody_took",
        ),
    ),
    Promise(
        "share_links",
        Step.YOURS,
        _(
            "Others read a transcript by a link that you make. It opens that one transcript and "
            "nothing else; of the link and its password we keep fingerprints only. Withdrawn, "
            "expired or deleted, it opens nothing within a second, and pages open with it close."
        ),
        (
            "tests/transcripts/test_sharing.py::test_Z09_a_link_opens_nothing_else",
            "tests/transcripts/test_sharing.py::test_of_a_link_and_its_password_only_digests_are_stored",
            "tests/transcripts/test_sharing.py::test_L02_however_it_ended_the_answer_is_the_same",
            "tests/transcripts/test_share_socket.py::test_L02_P07_an_open_page_is_told_within_a_second",
            "tests/browser/test_sharing.py::test_L02_an_open_page_ends_within_a_second_of_its_link",
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
            "tests/privacy/test_voice_lab.py::test_P11_turning_the_switch_off_deletes_all_of_it_at_once",
            "tests/privacy/test_voice_lab.py::test_P11_what_is_withdrawn_between_two_exports_is_not_in_the_second",
            "tests/privacy/test_voice_lab.py::test_P09_the_archive_is_gone_at_90_days",
        ),
    ),
    Promise(
        "voice_lab",
        Step.YOURS,
        format_lazy(
            _(
                "Only while you have Voice Lab on, recordings that you send also go into an "
                "archive, encrypted, and wait there for your corrections for at most {waits} days. "
                "What is given lies under a key of its day and one of its own: the first is "
                "destroyed after {days} days, the second when you take it back, and each alone "
                "ends every copy."
            ),
            waits=settings.VOICE_LAB_WAITS.days,
            days=CONTRIBUTIONS_KEPT.days,
        ),
        (
            "tests/privacy/test_voice_lab_worker.py::test_P11_without_the_switch_nothing_is_archived",
            "tests/privacy/test_voice_lab.py::test_a_recording_waits_for_fourteen_days",
            "tests/privacy/test_voice_lab.py::test_each_of_the_two_keys_ends_it",
            "tests/privacy/test_voice_lab.py::test_P09_the_archive_is_gone_at_90_days",
            "tests/privacy/test_voice_lab.py::test_P11_what_is_withdrawn_between_two_exports_is_not_in_the_second",
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
            "tests/config/test_remains.py::test_no_word_is_on_a_disk_and_a_destroyed_key_is_nowhere",
            "tests/config/test_restore.py::test_P08_a_restored_backup_of_the_contents_brings_nothing_back",
        ),
    ),
    Promise(
        "everywhere",
        Step.DELETED,
        _(
            "A deleted transcript is gone within a second from pages, API, search, exports, open "
            "connections and what was given to Voice Lab."
        ),
        (
            "tests/config/test_deletion.py::test_P07_P10_deletion_reaches_every_process_within_a_second",
            "tests/transcripts/test_deletion.py::test_P07_gone_from_every_answer",
            "tests/privacy/test_voice_lab.py::test_P07_deleting_a_transcript_deletes_what_was_given_of_it",
        ),
    ),
    Promise(
        "account",
        Step.DELETED,
        _(
            "Deleting an account ends its log-ins, keys and running work and deletes every row of "
            "it. Before that you can take everything along in one file."
        ),
        (
            "tests/accounts/test_erasure.py::test_P10_nothing_of_the_user_is_left_in_any_table",
            "tests/accounts/test_erasure.py::test_P10_log_in_sessions_keys_and_links_are_dead_at_once",
        ),
    ),
    Promise(
        "edits_kept",
        Step.YOURS,
        _(
            "Edits that could not be saved yet wait in your browser, and nowhere else; once they are "
            "saved, nothing of the transcript stays there but the rules that you put into your glossary."
        ),
        (
            "tests/browser/test_editor_saving.py::test_E04_an_edit_outlives_a_killed_browser",
            "tests/browser/test_every_page.py::test_nothing_of_a_saved_transcript_stays_in_the_browser",
        ),
    ),
    Promise(
        "log_out",
        Step.DELETED,
        _(
            "Logging out empties what the pages keep in your browser, in every tab, and going "
            "back does not show a transcript again."
        ),
        (
            "tests/browser/test_resume.py::test_P14_after_logging_out_nothing_is_left_in_the_browser",
        ),
    ),
    Promise(
        "receipts",
        Step.WATCHED,
        format_lazy(
            _(
                "Every job keeps a receipt of what happened to its data, without content, that "
                "only its owner can read. Its entries are chained, so that a gap shows. It "
                "outlives the transcript by {days} days."
            ),
            days=KEPT_AFTER_THE_TRANSCRIPT.days,
        ),
        (
            "tests/privacy/test_receipts.py::test_tampering_shows_and_the_command_names_the_receipt",
            "tests/privacy/test_receipts.py::test_of_user_guest_and_stranger",
            "tests/privacy/test_rules.py::test_P09_receipts_go_at_their_end_with_their_entries",
        ),
    ),
    Promise(
        "staff",
        Step.WATCHED,
        _(
            "Staff can open a standard transcript only after writing down why, and you see who "
            "and why on its receipt."
        ),
        (
            "tests/transcripts/test_read_by_staff.py::test_a_reason_opens_it_and_stands_on_the_receipt",
        ),
    ),
    Promise(
        "logs",
        Step.WATCHED,
        _(
            "Logs and error reports hold ids, sizes and codes only: no text, no title, no file "
            "name, no address, no key."
        ),
        (
            "tests/config/test_nothing_leaks.py::test_P06_no_word_of_anybody_reaches_a_log_or_a_report",
        ),
    ),
    Promise(
        "sweeper",
        Step.WATCHED,
        _(
            "What has to end by itself is ended by a sweeper whose rounds everybody can see. When "
            "it stands still, the server says that it is not ready."
        ),
        (
            "tests/privacy/test_sweeper_seen.py::test_three_rounds_without_a_report_are_an_alarm",
            "tests/privacy/test_sweeper_seen.py::test_everybody_reads_what_went_and_what_each_rule_promises",
        ),
    ),
)
