"""The order of the queue: lanes, turns between owners, models; and that what is told is true."""

import random
import threading
import time
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.utils import timezone

from accounts.callers import Caller
from accounts.ids import new_id
from gpu.contract import EMBEDDED_MODEL_ID, MODELS, Options
from tests.transcripts.recorded import a_result, submitted
from tests.transcripts.things import a_job, a_person
from transcripts import fleet, jobs, queue, stalled
from transcripts.models import Job, Status

pytestmark = pytest.mark.django_db

OTHER_MODEL = next(model.id for model in MODELS if model.id != EMBEDDED_MODEL_ID)
MANY = 10_000
FAST_ENOUGH_SECONDS = 2.0  # on a machine that does much else; measured: see docs/reliability.md


def a_guest_called(name):
    return Caller(guest_key=name * 24)


def claims():
    while held := jobs.claim("w"):
        yield held.job_id


def begun(job, seconds_ago):
    moment = timezone.now() - timedelta(seconds=seconds_ago)
    Job.objects.filter(pk=job.pk).update(started_at=moment)


def test_the_most_urgent_goes_first_then_the_oldest():
    first, second, urgent = submitted(), submitted(), submitted()
    Job.objects.filter(pk=urgent.pk).update(priority=-1)
    assert jobs.queue_position(second) == 3
    assert list(claims()) == [urgent.pk, first.pk, second.pk]


def test_owners_take_turns_and_a_stranger_s_job_stands_for_itself():
    alice, bob = a_person().caller, a_guest_called("b")
    hers = [submitted(caller=alice) for _ in range(3)]
    his = [submitted(caller=bob) for _ in range(2)]
    strangers = [submitted(), submitted()]
    assert list(claims()) == [
        job.pk for job in (hers[0], his[0], *strangers, hers[1], his[1], hers[2])
    ]


def test_who_has_fewest_running_goes_first():
    alice, bob = a_person().caller, a_person().caller
    for _ in range(2):
        a_job(alice, priority=0, status=Status.RUNNING)
    a_job(bob, priority=0, status=Status.RUNNING, started_at=timezone.now())
    hers, his = submitted(caller=alice), submitted(caller=bob)
    assert list(claims()) == [his.pk, hers.pk]


def test_then_who_was_served_longest_ago():
    served_just_now, served_before, never = (a_guest_called(name) for name in "abc")
    begun(
        a_job(served_just_now, priority=0, status=Status.CANCELLED, finished_at=timezone.now()), 10
    )
    begun(a_job(served_before, priority=0, status=Status.CANCELLED, finished_at=timezone.now()), 20)
    expected = [submitted(caller=who).pk for who in (served_just_now, served_before, never)][::-1]
    assert list(claims()) == expected


def test_a_job_that_was_put_back_keeps_its_place():
    first, second = submitted(), submitted()
    assert jobs.crashed(jobs.claim("w"))
    assert list(claims()) == [first.pk, second.pk]


def test_a_guest_who_makes_an_account_stays_one_owner():
    guest, alice = a_guest_called("a"), a_person()
    a_job(guest, priority=0, status=Status.RUNNING)
    Job.objects.update(owner=alice.user, guest_key="")
    hers, others = submitted(caller=alice.caller), submitted(caller=a_guest_called("b"))
    assert list(claims()) == [others.pk, hers.pk]


@pytest.mark.parametrize("seed", range(6))
def test_the_places_told_are_the_order_in_which_jobs_are_taken(seed):
    chance = random.Random(seed)
    owners = [Caller(), *(a_guest_called(name) for name in "abcde")]
    for _ in range(chance.randrange(8)):
        begun(a_job(chance.choice(owners), status=Status.RUNNING), chance.randrange(100))
    for _ in range(25):
        a_job(chance.choice(owners), priority=chance.choice([0, 10]))
    told = queue.positions()
    assert told == {job.pk: queue.position(job) for job in Job.objects.filter(status="queued")}
    assert list(claims()) == sorted(told, key=told.get)


def test_a_worker_takes_only_jobs_whose_model_it_has(monkeypatch):
    elsewhere, here = a_job(Caller(), options=Options(OTHER_MODEL).to_json()), submitted()
    assert list(claims()) == [here.pk]
    monkeypatch.setattr("transcripts.fleet.models_here", lambda: [OTHER_MODEL])
    assert jobs.claim("another").job_id == elsewhere.pk


class TestFleet:
    @pytest.fixture
    def workers(self, monkeypatch):
        def workers(**models):
            for name, has in models.items():
                monkeypatch.setattr("transcripts.fleet.models_here", lambda has=has: has)
                fleet.pulse(name)

        return workers

    def test_a_job_says_what_it_waits_for(self, workers):
        job = a_job(Caller())
        assert queue.waits_for(job, fleet.living()) == "worker"
        workers(gpu=[OTHER_MODEL])
        assert queue.waits_for(job, fleet.living()) == "model"
        workers(cpu=[EMBEDDED_MODEL_ID])
        assert queue.waits_for(job, fleet.living()) == "turn"
        assert queue.waits_for(job, None) == "turn"
        jobs.cancel(job)
        job.refresh_from_db()
        assert queue.waits_for(job, fleet.living()) is None

    def test_jobs_for_workers_that_could_not_take_mine_are_not_ahead_of_it(self, workers):
        for _ in range(3):
            a_job(Caller(), options=Options(OTHER_MODEL).to_json())
        mine = a_job(Caller())
        workers(gpu=[OTHER_MODEL], cpu=[EMBEDDED_MODEL_ID])
        assert jobs.queue_position(mine) == 1
        workers(cpu=[EMBEDDED_MODEL_ID, OTHER_MODEL])
        assert jobs.queue_position(mine) == 4

    def test_a_job_that_no_worker_can_take_fails_after_a_while_and_says_why(
        self, workers, settings
    ):
        job = a_job(Caller())
        settings.MODEL_AWAITED = timedelta(seconds=-1)
        assert stalled.unserved_jobs() == []  # no worker lives at all: nothing is known
        workers(cpu=[EMBEDDED_MODEL_ID])
        assert stalled.unserved_jobs() == []
        Job.objects.update(options=Options(OTHER_MODEL).to_json())
        settings.MODEL_AWAITED = timedelta(minutes=15)
        assert stalled.unserved_jobs() == []
        settings.MODEL_AWAITED = timedelta(seconds=-1)
        assert [stalled.end_unserved(pk) for pk in stalled.unserved_jobs()] == [True]
        job.refresh_from_db()
        assert (job.status, job.failure) == (Status.FAILED, "model_unavailable")


@pytest.mark.slow
@pytest.mark.parametrize("owners", [1, MANY // 2])
def test_ten_thousand_waiting_jobs_are_no_burden(owners, note):
    options = Options(EMBEDDED_MODEL_ID).to_json()
    keys = [new_id() for _ in range(owners)]
    rows = [
        Job(guest_key=keys[n % owners], size_bytes=1, options=options, audio_id=new_id())
        for n in range(MANY)
    ]
    Job.objects.bulk_create(rows, batch_size=500)
    last = Job.objects.order_by("-created_at", "-pk")[0]
    took = {}
    for name, ask in {
        "next": lambda: queue.next_for([EMBEDDED_MODEL_ID]),
        "place": lambda: queue.position(last),
        "all places": queue.positions,
    }.items():
        started = time.perf_counter()
        ask()
        took[name] = time.perf_counter() - started
    said = ", ".join(f"{name} {seconds * 1000:.0f} ms" for name, seconds in took.items())
    note(f"{connection.vendor}, {MANY} jobs of {owners} owners wait: {said}")
    assert max(took.values()) < FAST_ENOUGH_SECONDS


@pytest.mark.django_db(transaction=True)
def test_several_workers_never_get_the_same_job_and_together_get_all():
    expected = {submitted(caller=a_guest_called(name)).pk for name in "abcdefgh" * 3}
    got = []

    def work(name):
        try:
            while held := jobs.claim(name):
                got.append(held.job_id)
                assert jobs.finish(held, a_result())
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=(f"w{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(got) == sorted(expected)
    assert set(Job.objects.values_list("status", "attempt")) == {(Status.DONE, 1)}
