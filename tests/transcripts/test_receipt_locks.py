"""Everybody writes into receipts at once, and nobody waits for another in a circle."""

import threading
from collections.abc import Callable

import pytest
from django.db import DatabaseError, close_old_connections, connections
from django.test import Client

from accounts import holdings
from privacy.content_keys import Shredded
from privacy.models import Receipt
from privacy.receipts import faults
from tests.transcripts.recorded import a_result, submitted
from tests.transcripts.things import a_document, a_person
from transcripts import editing, entries, jobs, stalled
from transcripts.failures import Refusal
from transcripts.models import Job, Transcript

pytestmark = pytest.mark.django_db(transaction=True)

JOBS = 5
ROUNDS = 3


def at_once(*acts: Callable[[], None]) -> list[str]:
    """Run them side by side. Returns what went wrong, deadlocks above all."""
    wrong: list[str] = []
    start = threading.Barrier(len(acts))

    def run(act: Callable[[], None]) -> None:
        start.wait()
        try:
            act()
        except (DatabaseError, AssertionError) as error:
            wrong.append(f"{act.__name__}: {type(error).__name__}: {error}")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    close_old_connections()
    return wrong


def work() -> None:
    while held := jobs.claim("w"):
        jobs.finish(held, a_result())


def cancel() -> None:
    for job in Job.objects.order_by("-pk"):
        jobs.cancel(job)


def sweep() -> None:
    for _ in range(ROUNDS):
        for job_id in Job.objects.order_by("-pk").values_list("pk", flat=True):
            stalled.destroy_leftover_audio(job_id)


def edit() -> None:
    for _ in range(ROUNDS):
        for transcript in Transcript.objects.order_by("pk"):
            try:
                editing.save_document(transcript, a_document(), transcript.version)
            except (Refusal, Shredded):
                continue


def copy() -> None:
    for _ in range(ROUNDS):
        for transcript in Transcript.objects.order_by("-pk"):
            entries.exported(transcript, "srt", "api")
            entries.read_by_staff(transcript, "support 1", "because of a test")


def delete() -> None:
    for transcript in Transcript.objects.order_by("-pk"):
        editing.delete_transcript(transcript)


def test_workers_owners_staff_and_sweeper_write_side_by_side():
    alice = a_person()
    for _ in range(ROUNDS):
        for _ in range(JOBS):
            submitted(caller=alice.caller)
        assert at_once(work, work, cancel, sweep, edit, copy) == []
        assert at_once(edit, copy, sweep, delete) == []
    assert [faults(receipt) for receipt in Receipt.objects.all()] == [[]] * (JOBS * ROUNDS)
    for receipt in Receipt.objects.all():
        assert receipt.entries.filter(event="destroyed").count() == 1


def test_an_account_goes_while_others_still_write():
    for _ in range(ROUNDS):
        alice = a_person()
        for _ in range(JOBS):
            submitted(caller=alice.caller)
        work()

        def leave(user=alice.user) -> None:
            holdings.erase(user)

        assert at_once(edit, copy, sweep, leave) == []
        assert Receipt.objects.count() == 0


def test_many_copies_at_once_are_each_in_the_chain():
    job = submitted()
    assert jobs.finish(jobs.claim("w"), a_result())
    job.refresh_from_db()

    def take() -> None:
        assert Client().get(f"/t/{job.transcript_id}/export/srt").status_code == 200

    assert at_once(*[take] * 6) == []
    receipt = Receipt.objects.get()
    assert (faults(receipt), receipt.entries.filter(event="exported").count()) == ([], 6)
