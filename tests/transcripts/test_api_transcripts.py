"""Transcripts over the API: list and search, rename, replace, take away, delete."""

import json
import zlib

import pytest

from billing import ledger
from billing.models import LedgerEntry
from privacy.models import ContentKey, Deletion
from tests.transcripts.test_api_errors import problem_of
from tests.transcripts.things import (
    STRANGER,
    Api,
    a_document,
    a_guest,
    a_person,
    a_transcript,
    an_upload,
)
from transcripts.api.shapes import flat_shape
from transcripts.document import Document
from transcripts.models import IdempotencyKey, Job, Transcript

pytestmark = pytest.mark.django_db


def titles(response) -> list[str]:
    return sorted(row["title"] for row in response.json()["results"])


def said(text: str):
    return a_document(text)


class TestList:
    def test_a_row_says_all_but_the_document(self):
        alice = a_person()
        transcript = a_transcript(alice.caller, folder="Work", tags=["law"])
        (row,) = alice.api("GET", "/v1/transcripts").json()["results"]
        del row["created_at"], row["updated_at"]
        assert row == {
            "id": transcript.pk,
            "title": "interview.mp3",
            "status": "done",
            "language": "en",
            "model": "moonshine-tiny-en",
            "duration": 10.0,
            "folder": "Work",
            "tags": ["law"],
            "favourite": False,
            "private": False,
            "version": 1,
            "hits": [],
        }

    def test_a_search_says_where(self):
        alice = a_person()
        a_transcript(alice.caller, said("Down at the harbour."))
        (row,) = alice.api("GET", "/v1/transcripts?q=harbour").json()["results"]
        pieces = [("Down at the ", False), ("harbour", True), (".", False)]
        assert row["hits"] == [
            {
                "segment": "g1",
                "start": 0.0,
                "speaker": "Speaker 1",
                "pieces": [{"text": text, "found": found} for text, found in pieces],
            }
        ]

    @pytest.mark.parametrize(
        ("sort", "order"),
        [
            ("newest", "c B a"),
            ("oldest", "a B c"),
            ("title", "a B c"),
            ("longest", "B c a"),
            ("shortest", "a c B"),
            ("changed", "c B a"),
        ],
    )
    def test_sorted_pages_follow_one_another(self, sort, order):
        alice = a_person()
        for title, seconds in (("a", 1.0), ("B", 3.5), ("c", 1.5)):
            a_transcript(alice.caller, title=title, duration_seconds=seconds)
        address, seen = f"/v1/transcripts?limit=1&language=en&sort={sort}", []
        while address:
            page = alice.api("GET", address).json()
            seen += [row["title"] for row in page["results"]]
            address = (page["next"] or "").removeprefix("http://testserver")
        assert " ".join(seen) == order

    def test_a_cursor_of_another_order_is_refused(self):
        alice = a_person()
        for _ in range(2):
            a_transcript(alice.caller)
        first = alice.api("GET", "/v1/transcripts?limit=1&sort=title").json()["next"]
        other = first.removeprefix("http://testserver").replace("sort=title", "sort=longest")
        assert alice.api("GET", other).status_code == 422

    def test_favourites(self):
        alice = a_person()
        first, _second = a_transcript(alice.caller), a_transcript(alice.caller)
        answer = alice.api("PATCH", f"/v1/transcripts/{first.pk}", {"favourite": True})
        assert answer.json()["favourite"] is True
        rows = alice.api("GET", "/v1/transcripts?favourite=true").json()["results"]
        assert [row["id"] for row in rows] == [first.pk]

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("q=harbour", ["one"]),
            ("q=HARBOUR", ["one"]),
            ("q=two", ["two"]),
            ("q=磁盘", ["three"]),
            ("q=100%25", ["two"]),
            ("q=0%25", []),
            ("q=harb*", ["one"]),
            ("q=-harbour", ["three", "two"]),
            ('q="the harbour"', ["one"]),
            ('q="harbour the"', []),
            ("q=two sure", ["two"]),
            ("q=_", []),
            ("q=confidence", []),
            ("q='; DROP TABLE", []),
            ("tag=law", ["one", "two"]),
            ("folder=Work", ["two"]),
            ("tag=law&folder=Work", ["two"]),
            ("status=done", ["one", "three", "two"]),
            ("status=failed", []),
            ("unknown=1", ["one", "three", "two"]),
        ],
    )
    def test_search_and_filters(self, query, found):
        alice, bob = a_person(), a_person()
        law = {"tags": ["law"]}
        a_transcript(alice.caller, said("Down at the Harbour."), title="one", **law)
        a_transcript(alice.caller, said("It is 100% sure."), title="two", folder="Work", **law)
        a_transcript(alice.caller, said("写入磁盘"), title="three")
        a_transcript(bob.caller, said("harbour 磁盘 100%"), title="bob's two", folder="Work")
        assert titles(alice.api("GET", f"/v1/transcripts?{query}")) == found

    def test_pages_end(self):
        alice = a_person()
        for number in range(3):
            a_transcript(alice.caller, title=str(number))
        first = alice.api("GET", "/v1/transcripts?limit=2&q=interview&q=").json()
        assert [row["title"] for row in first["results"]] == ["2", "1"]
        second = alice.api("GET", first["next"].removeprefix("http://testserver")).json()
        assert [row["title"] for row in second["results"]] == ["0"]
        assert second["next"] is None

    @pytest.mark.parametrize("rows", [1, 3])
    def test_queries_do_not_grow_with_the_rows(self, rows, django_assert_num_queries):
        alice = a_person()
        for _ in range(rows):
            a_transcript(alice.caller, tags=["law"])
        api = alice.api
        api("GET", "/v1/me")
        with (
            django_assert_num_queries(2),  # key of the API, transcripts
            django_assert_num_queries(1, using="keys"),
        ):
            assert len(api("GET", "/v1/transcripts").json()["results"]) == rows


class TestChange:
    def test_rename_file_and_tag(self):
        alice = a_person()
        transcript = a_transcript(alice.caller)
        body = {"title": "Board meeting", "folder": "Work", "tags": ["law", "2026", "law"]}
        answer = alice.api("PATCH", f"/v1/transcripts/{transcript.pk}", body).json()
        assert (answer["title"], answer["folder"]) == ("Board meeting", "Work")
        assert answer["tags"] == ["2026", "law"]

    def test_what_is_left_out_stays(self):
        alice = a_person()
        transcript = a_transcript(alice.caller, folder="Work", tags=["law"])
        answer = alice.api("PATCH", f"/v1/transcripts/{transcript.pk}", {"title": "New"}).json()
        assert (answer["title"], answer["folder"], answer["tags"]) == ("New", "Work", ["law"])

    def test_Z04_what_is_not_theirs_to_set_is_ignored(self):
        alice, bob = a_person(), a_person()
        transcript = a_transcript(alice.caller)
        forged = {
            "id": "x",
            "owner": bob.user.pk,
            "owner_id": bob.user.pk,
            "guest_key": "x",
            "version": 9,
            "document": {},
            "duration": 0,
            "media_sha256": "x",
            "tier": "private",
            "is_staff": True,
            "minutes": -5,
        }
        before = Transcript.objects.filter(pk=transcript.pk).values().get()
        assert alice.api("PATCH", f"/v1/transcripts/{transcript.pk}", forged).status_code == 200
        after = Transcript.objects.filter(pk=transcript.pk).values().get()
        assert after == {**before, "updated_at": after["updated_at"]}

    @pytest.mark.parametrize(
        "body",
        [
            {"title": ""},
            {"title": "x" * 256},
            {"title": "a\x00b"},
            {"title": 7},
            {"folder": "x" * 81},
            {"tags": ["x" * 41]},
            {"tags": [""]},
            {"tags": [str(number) for number in range(51)]},
            {"tags": "law"},
        ],
        ids=lambda body: str(body)[:30],
    )
    def test_what_cannot_be_stored_is_refused(self, body):
        alice = a_person()
        transcript = a_transcript(alice.caller)
        problem = problem_of(alice.api("PATCH", f"/v1/transcripts/{transcript.pk}", body))
        assert [name.split(".")[0] for name in problem["errors"]] == list(body)


class TestDocument:
    def path(self, transcript) -> str:
        return f"/v1/transcripts/{transcript.pk}/document"

    def test_it_comes_with_its_version(self):
        alice = a_person()
        transcript = a_transcript(alice.caller)
        response = alice.api("GET", self.path(transcript))
        assert response.json() == a_document().to_json()
        assert response.headers["ETag"] == '"1"'
        fresh = alice.api("GET", self.path(transcript), **{"If-None-Match": '"1"'})
        assert (fresh.status_code, fresh.content) == (304, b"")

    @pytest.mark.parametrize(
        ("accepted", "coded"),
        [("gzip, deflate, br", True), ("gzip", False), ("deflate;q=0, gzip", False), ("", False)],
    )
    def test_it_comes_compressed_as_it_is_kept_to_whom_takes_it_so(self, accepted, coded):
        alice = a_person()
        transcript = a_transcript(alice.caller)
        response = alice.api("GET", self.path(transcript), **{"Accept-Encoding": accepted})
        assert response.headers.get("Content-Encoding") == ("deflate" if coded else None)
        assert "Accept-Encoding" in response.headers["Vary"]
        body = zlib.decompress(response.content) if coded else response.content
        assert json.loads(body) == a_document().to_json()

    def test_it_is_replaced_against_its_version(self):
        alice = a_person()
        transcript = a_transcript(alice.caller)
        document = a_document("Something else.").to_json()
        response = alice.api("PUT", self.path(transcript), document, **{"If-Match": '"1"'})
        assert (response.status_code, response.headers["ETag"]) == (200, '"2"')
        assert response.json()["version"] == 2
        assert alice.api("GET", self.path(transcript)).json() == document

    @pytest.mark.parametrize("if_match", ['"0"', '"2"', 'W/"1"', "1", "x", '"", "3"'])
    def test_a_stale_version_changes_nothing_and_gets_the_current_one(self, if_match):
        alice = a_person()
        transcript = a_transcript(alice.caller)
        document = a_document("Something else.").to_json()
        response = alice.api("PUT", self.path(transcript), document, **{"If-Match": if_match})
        problem = problem_of(response)
        assert problem["code"] == "conflict"
        assert problem["current_version"] == 1
        assert problem["current_document"] == a_document().to_json()
        assert alice.api("GET", self.path(transcript)).json() == a_document().to_json()

    @pytest.mark.parametrize("if_match", ["*", '"7", "1"'])
    def test_any_version_and_lists_of_versions(self, if_match):
        alice = a_person()
        transcript = a_transcript(alice.caller)
        document = a_document("Something else.").to_json()
        response = alice.api("PUT", self.path(transcript), document, **{"If-Match": if_match})
        assert response.status_code == 200

    def test_no_word_of_the_sender_comes_to_stand_where_models_are_named_in_clear(self):
        alice = a_person()
        transcript = a_transcript(alice.caller)
        document = alice.api("GET", self.path(transcript)).json() | {"model": "zyzzyva"}
        alice.api("PUT", self.path(transcript), document, **{"If-Match": '"1"'})
        stored = Transcript.objects.get()
        assert (stored.version, stored.model) == (2, transcript.model)
        assert stored.document["model"] == transcript.model

    def test_without_a_version_nothing_is_replaced(self):
        alice = a_person()
        transcript = a_transcript(alice.caller)
        response = alice.api("PUT", self.path(transcript), a_document("New.").to_json())
        assert problem_of(response)["code"] == "precondition_required"

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"schema": 2}, "schema"),
            ({"owner": 7}, "owner"),
            ({"duration": -1}, "duration"),
            ({"duration": "10"}, "duration"),
            ({"language": "../"}, "language"),
            ({"speakers": [{"id": "s1", "name": "A"}, {"id": "s1", "name": "B"}]}, "body"),
            ({"speakers": []}, "body"),
            ({"speakers": [{"id": "s 1", "name": "A"}]}, "speakers.0.id"),
            ({"segments": [7]}, "segments.0"),
            ({"segments": [{"id": "g1", "start": 2, "end": 1, "text": ""}]}, "segments.0"),
            ({"segments": [{"id": "g1", "start": 0, "end": 1, "text": "\x00"}]}, "segments.0.text"),
            ({"segments": [{"id": "g1", "start": 0, "end": 1}] * 2}, "segments.0.text"),
            ({"segments": [{"id": "g1", "start": 0, "end": 1, "text": ""}] * 2}, "body"),
            (
                {"segments": [{"id": "g1", "start": 0, "end": 1, "text": "", "speaker": "s9"}]},
                "body",
            ),
        ],
        ids=lambda value: str(value)[:50],
    )
    def test_a_document_is_taken_whole_or_not_at_all(self, changes, field):
        alice = a_person()
        transcript = a_transcript(alice.caller)
        document = {**a_document().to_json(), **changes}
        response = alice.api("PUT", self.path(transcript), document, **{"If-Match": '"1"'})
        problem = problem_of(response)
        assert list(problem["errors"]) == [field]
        transcript.refresh_from_db()
        assert (transcript.version, transcript.document) == (1, a_document().to_json())

    def test_a_document_of_nothing_but_mistakes_is_refused_at_the_first(self):
        alice = a_person()
        transcript = a_transcript(alice.caller)
        document = {**a_document().to_json(), "segments": [1] * 90_000}
        response = alice.api("PUT", self.path(transcript), document, **{"If-Match": '"1"'})
        assert list(problem_of(response)["errors"]) == ["segments.0"]


class TestExport:
    def test_every_format_with_its_options(self):
        alice = a_person()
        transcript = a_transcript(alice.caller, title="Müller & Söhne.mp3")
        path = f"/v1/transcripts/{transcript.pk}/export"
        srt = alice.api("GET", f"{path}/srt?speakers=true&max_chars=20&max_lines=1&max_cps=15")
        assert srt.headers["Content-Type"] == "application/x-subrip; charset=utf-8"
        assert (
            srt.headers["Content-Disposition"]
            == "attachment; filename*=utf-8''M%C3%BCller%20%26%20S%C3%B6hne.srt"
        )
        assert srt.content.decode().startswith(
            "1\n00:00:00,000 --> 00:00:02,000\nSpeaker 1: Hello,\n\n2\n"
        )
        txt = alice.api("GET", f"{path}/txt?speakers=false&timestamps=true")
        assert txt.content == b"[00:00:00] Hello, welcome. Thank you.\n\n[00:00:08] Yes.\n"
        assert alice.api("GET", f"{path}/vtt").content.startswith(b"WEBVTT\n")
        assert json.loads(alice.api("GET", f"{path}/json").content) == a_document().to_json()

    @pytest.mark.parametrize(
        "path", ["exe", "srt?max_chars=1", "srt?max_lines=0", "srt?max_cps=0", "txt?speakers=maybe"]
    )
    def test_formats_and_options_that_do_not_exist(self, path):
        alice = a_person()
        transcript = a_transcript(alice.caller)
        response = alice.api("GET", f"/v1/transcripts/{transcript.pk}/export/{path}")
        assert problem_of(response)["code"] == "validation_failed"

    @pytest.mark.parametrize(
        ("title", "name"),
        [
            ("../../x", "x.txt"),
            ('a"\r\nX-Evil: y', "a_ X-Evil_ y.txt"),
            ("<img onerror=alert(1)>.mp3", "img onerror_alert(1).txt"),
            ("evil\u202etxt.exe", "evil_txt.txt"),
            ("\x07", "transcript.txt"),
            (".....", "transcript.txt"),
            ("x" * 255, "x" * 80 + ".txt"),
        ],
    )
    def test_U14_the_name_of_the_file_is_safe(self, title, name):
        alice = a_person()
        transcript = a_transcript(alice.caller, title=title)
        response = alice.api("GET", f"/v1/transcripts/{transcript.pk}/export/txt")
        assert response.headers["Content-Disposition"] == f'attachment; filename="{name}"'


class TestDelete:
    def test_P07_it_is_gone_with_every_trace_but_the_minutes(self):
        alice = a_person()
        transcript, other = a_transcript(alice.caller), a_transcript(alice.caller)
        job = transcript.job
        LedgerEntry.objects.create(owner=alice.user, job_id=job.pk, kind="settle", minutes=1)
        for number, about in enumerate([job.pk, transcript.key_id, "x"]):
            IdempotencyKey.objects.create(
                caller="user:1",
                key=str(number),
                request_digest="",
                status=201,
                about=about,
                body={"id": about},
            )
        api = alice.api
        assert api("DELETE", f"/v1/transcripts/{transcript.pk}").status_code == 204
        for path in ("", "/document", "/export/txt"):
            assert api("GET", f"/v1/transcripts/{transcript.pk}{path}").status_code == 404
        assert api("GET", f"/v1/jobs/{job.pk}").status_code == 404
        assert list(Transcript.objects.all()) == [other]
        assert list(Job.objects.all()) == [other.job]
        assert not ContentKey.objects.filter(pk=transcript.key_id).exists()
        assert Deletion.objects.get().object_id == transcript.pk
        assert [row.body for row in IdempotencyKey.objects.all()] == [{"id": "x"}]
        assert LedgerEntry.objects.get().minutes == 1

    def test_a_guest_and_a_stranger_delete_what_is_theirs(self):
        guest, caller = a_guest()
        for api, transcript in ((guest, a_transcript(caller)), (Api(), a_transcript(STRANGER))):
            assert api("DELETE", f"/v1/transcripts/{transcript.pk}").status_code == 204
        assert not Transcript.objects.exists()


def test_deleting_gives_a_guest_no_more_files_a_day(hosted):
    guest, caller = a_guest()
    for _ in range(3):
        transcript = a_transcript(caller)
        ledger.settle(transcript.job.pk, None, caller.guest_key, 60)
        guest("DELETE", f"/v1/transcripts/{transcript.pk}")
    response = guest("POST", "/v1/jobs", {"upload": an_upload(caller).pk})
    assert problem_of(response)["code"] == "files_exhausted"


def test_the_flat_shape_is_what_the_field_expects():
    transcript = a_transcript(a_person().caller, a_document("Hello, welcome."))
    assert flat_shape(transcript.pk, Document.from_json(transcript.document)) == {
        "id": transcript.pk,
        "text": "Hello, welcome. Yes.",
        "language": "en",
        "duration": 10.0,
        "segments": [
            {
                "start": 0.0,
                "end": 8.0,
                "text": "Hello, welcome.",
                "speaker": "Speaker 1",
                "confidence": 0.95,
                "words": [
                    {"word": "Hello,", "start": 0.0, "end": 4.0},
                    {"word": "welcome.", "start": 4.0, "end": 8.0},
                ],
            },
            {
                "start": 8.5,
                "end": 9.5,
                "text": "Yes.",
                "speaker": "Speaker 2",
                "confidence": 0.5,
                "words": [],
            },
        ],
        "speakers": ["Speaker 1", "Speaker 2"],
    }
