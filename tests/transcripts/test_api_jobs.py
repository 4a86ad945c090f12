"""Jobs over the API: made of an upload, listed, followed, ended."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.callers import Caller
from gpu.contract import EMBEDDED_MODEL_ID
from tests.transcripts.test_api_errors import problem_of
from tests.transcripts.things import (
    STRANGER,
    Api,
    a_guest,
    a_job,
    a_person,
    a_transcript,
    an_upload,
)
from transcripts.models import Job, Status, Upload
from transcripts.vault import vault

pytestmark = pytest.mark.django_db


def test_a_finished_upload_becomes_a_job():
    alice = a_person()
    upload = an_upload(alice.caller)
    asked = {"upload": upload.pk, "diarize": False, "speakers": 2, "vocabulary": ["Sotto", "memfd"]}
    response = alice.api("POST", "/v1/jobs", {**asked, "owner": 1, "wait": True})
    assert response.status_code == 202
    job = Job.objects.get()
    assert response.json() == {
        "id": job.pk,
        "status": "queued",
        "stage": None,
        "progress": 0.0,
        "eta_seconds": None,
        "queue_position": 1,
        "retranscribes": None,
        "waits_for": "worker",
        "batch": None,
        "transcript": None,
        "keep": True,
        "private": False,
        "handover": None,
        "error": None,
        "receipt": f"/v1/jobs/{job.pk}/receipt",
        "created_at": job.created_at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "started_at": None,
        "finished_at": None,
        "file_name": "interview.mp3",
        "size_bytes": 1000,
        "duration": None,
        "minutes": 0,
        "model": EMBEDDED_MODEL_ID,
        "language": "auto",
        "diarize": False,
        "speakers": 2,
        "vocabulary": ["Sotto", "memfd"],
    }
    assert (job.owner, job.audio_id) == (alice.user, upload.pk)
    assert not Upload.objects.exists()


def test_an_unfinished_upload_makes_no_job():
    alice = a_person()
    upload = an_upload(alice.caller, offset_bytes=10)
    response = alice.api("POST", "/v1/jobs", {"upload": upload.pk})
    assert problem_of(response)["code"] == "conflict"
    assert not Job.objects.exists()


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"model": "large-v3"}, "model_unavailable"),
        ({"language": "de"}, "language_unsupported"),
        ({"language": "../"}, "validation_failed"),
        ({"vocabulary": ["x" * 81]}, "validation_failed"),
        ({"vocabulary": [f"term {number}" for number in range(501)]}, "validation_failed"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_U17_what_cannot_be_done_is_refused_and_the_upload_stays(asked, code):
    alice = a_person()
    upload = an_upload(alice.caller)
    response = alice.api("POST", "/v1/jobs", {"upload": upload.pk, **asked})
    assert problem_of(response)["code"] == code
    assert Upload.objects.filter(pk=upload.pk).exists()


class TestIdempotencyKey:
    def test_B01_sent_twice_it_is_one_job_and_one_answer(self):
        alice = a_person()
        upload = an_upload(alice.caller)
        key = {"Idempotency-Key": "once"}
        api = alice.api
        first, second = (api("POST", "/v1/jobs", {"upload": upload.pk}, **key) for _ in range(2))
        assert (first.status_code, second.status_code) == (202, 202)
        assert first.json() == second.json()
        assert Job.objects.count() == 1

    def test_B02_another_body_is_refused(self):
        alice = a_person()
        upload = an_upload(alice.caller)
        api = alice.api
        api("POST", "/v1/jobs", {"upload": upload.pk}, **{"Idempotency-Key": "once"})
        response = api(
            "POST", "/v1/jobs", {"upload": upload.pk, "speakers": 2}, **{"Idempotency-Key": "once"}
        )
        assert list(problem_of(response)["errors"]) == ["Idempotency-Key"]


class TestRead:
    def test_a_running_job(self):
        alice = a_person()
        job = a_job(
            alice.caller,
            status=Status.RUNNING,
            stage="recognising",
            progress=0.43219,
            eta_seconds=12.34,
            started_at=timezone.now(),
        )
        body = alice.api("GET", f"/v1/jobs/{job.pk}").json()
        assert (body["status"], body["stage"]) == ("running", "recognising")
        assert (body["progress"], body["eta_seconds"]) == (0.4322, 12.3)
        assert body["queue_position"] is None

    def test_a_failed_job_says_why_and_what_to_do(self):
        alice = a_person()
        job = a_job(
            alice.caller, status=Status.FAILED, failure="no_speech", finished_at=timezone.now()
        )
        assert alice.api("GET", f"/v1/jobs/{job.pk}").json()["error"] == {
            "code": "no_speech",
            "title": "No speech was found in this recording.",
            "detail": "If somebody speaks in it, check the volume and that the right track "
            "was exported.",
        }

    def test_a_done_job_names_its_transcript(self):
        alice = a_person()
        transcript = a_transcript(alice.caller)
        body = alice.api("GET", f"/v1/jobs/{transcript.job.pk}").json()
        assert (body["transcript"], body["duration"], body["minutes"]) == (transcript.pk, 10.0, 1)


class TestList:
    def test_my_own_newest_first_page_by_page(self):
        alice, bob = a_person(), a_person()
        jobs = [a_job(alice.caller) for _ in range(5)]
        same_moment = timezone.now() - timedelta(days=1)
        Job.objects.filter(pk__in=[job.pk for job in jobs[:3]]).update(created_at=same_moment)
        a_job(bob.caller)
        a_job(STRANGER)
        seen, address = [], "/v1/jobs?limit=2&other=ignored"
        while address:
            page = alice.api("GET", address.removeprefix("http://testserver")).json()
            seen += [row["id"] for row in page["results"]]
            address = page["next"]
        oldest = sorted((job.pk for job in jobs[:3]), reverse=True)
        assert seen == [jobs[4].pk, jobs[3].pk, *oldest]

    def test_by_status_with_the_place_in_the_queue(self):
        alice, bob = a_person(), a_person()
        first, _others, second = a_job(alice.caller), a_job(bob.caller), a_job(alice.caller)
        a_transcript(alice.caller)
        rows = alice.api("GET", "/v1/jobs?status=queued").json()["results"]
        assert [(row["id"], row["queue_position"]) for row in rows] == [
            (second.pk, 3),
            (first.pk, 1),
        ]

    def test_a_guest_sees_the_jobs_of_this_browser(self):
        guest, caller = a_guest()
        job = a_job(caller)
        a_job(Caller(guest_key="another"))
        assert [row["id"] for row in guest("GET", "/v1/jobs").json()["results"]] == [job.pk]

    def test_a_stranger_has_no_list(self):
        a_job(STRANGER)
        assert Api()("GET", "/v1/jobs").json() == {"results": [], "next": None}

    @pytest.mark.parametrize("rows", [1, 3])
    def test_queries_do_not_grow_with_the_rows(self, rows, django_assert_num_queries):
        alice = a_person()
        for _ in range(rows):
            a_job(alice.caller)
            a_transcript(alice.caller)
        api = alice.api
        api("GET", "/v1/me")  # notes that the key was used, once a minute
        with django_assert_num_queries(
            6
        ):  # key, jobs; of the queue its lanes, turns, who works, jobs
            assert len(api("GET", "/v1/jobs").json()["results"]) == 2 * rows


class TestCancel:
    def test_a_waiting_job_ends_and_its_recording_is_destroyed(
        self, django_capture_on_commit_callbacks
    ):
        alice = a_person()
        job = a_job(alice.caller)
        vault().reserve(job.audio_id, 10)
        with django_capture_on_commit_callbacks(execute=True):
            assert alice.api("DELETE", f"/v1/jobs/{job.pk}").status_code == 204
        job.refresh_from_db()
        assert (job.status, job.failure) == (Status.CANCELLED, "cancelled")
        assert not vault().holds(job.audio_id)

    def test_twice_is_as_good_as_once(self):
        alice = a_person()
        job = a_job(alice.caller)
        api = alice.api
        answers = [api("DELETE", f"/v1/jobs/{job.pk}").status_code for _ in range(2)]
        assert answers == [204, 204]

    def test_what_has_ended_cannot_be_cancelled(self):
        alice = a_person()
        job = a_transcript(alice.caller).job
        problem = problem_of(alice.api("DELETE", f"/v1/jobs/{job.pk}"))
        assert (problem["code"], problem["job"]) == ("conflict", "done")
