"""Operations and versions over the API: merged, refused, sent twice, read back, restored."""

import json
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from random import Random

import pytest
from django.db import connections

from privacy import content_keys
from tests.transcripts.edits import Person as Editor
from tests.transcripts.edits import document as a_random_document
from tests.transcripts.things import a_document, a_guest, a_person, a_transcript
from transcripts.document import Document
from transcripts.models import Transcript, Version
from transcripts.operations import Draft
from transcripts.versions import operations_of

pytestmark = pytest.mark.django_db


def refused(answer, status: int, code: str) -> dict:
    found = answer.json()
    assert (answer.status_code, found["code"]) == (status, code), found
    return found


TEXTS = ("One was said.", "Two was said.", "Three was said.")


def a_long_transcript(person) -> Transcript:
    document = a_document(TEXTS[0])
    del document.segments[1:]
    for number, text in enumerate(TEXTS[1:], start=2):
        document.segments.append(deepcopy(document.segments[0]))
        document.segments[-1].id, document.segments[-1].text = f"g{number}", text
        document.segments[-1].words = []
    return a_transcript(person.caller, document)


def path_of(transcript, end="operations") -> str:
    return f"/v1/transcripts/{transcript.pk}/{end}"


def say(segment: str, text: str) -> dict:
    return {"op": "text", "segment": segment, "text": text}


def send(api, transcript, base, *operations, **more):
    body = {"base_version": base, "operations": operations, **more}
    return api("POST", path_of(transcript), body)


def texts(transcript) -> list[str]:
    return [row["text"] for row in Transcript.objects.get(pk=transcript.pk).document["segments"]]


class TestOperations:
    def test_a_change_makes_the_next_version(self):
        alice = a_person()
        transcript = a_long_transcript(alice)
        answer = send(alice.api, transcript, 1, say("g2", "Two was sung."))
        assert (answer.status_code, answer.json()) == (200, {"version": 2, "others": []})
        assert answer.headers["ETag"] == '"2"'
        assert texts(transcript) == ["One was said.", "Two was sung.", "Three was said."]

    def test_what_leaves_alone_what_the_other_touched_is_merged(self):
        alice = a_person()
        transcript = a_long_transcript(alice)
        send(alice.api, transcript, 1, say("g1", "One was sung."))
        answer = send(alice.api, transcript, 1, say("g2", "Two was sung.")).json()
        assert answer["version"] == 3
        (other,) = answer["others"]
        assert (other["number"], other["operations"]) == (2, [say("g1", "One was sung.")])
        assert texts(transcript) == ["One was sung.", "Two was sung.", "Three was said."]

    def test_E02_what_touches_the_same_is_refused_with_both_texts(self):
        alice = a_person()
        transcript = a_long_transcript(alice)
        send(alice.api, transcript, 1, say("g1", "Theirs."))
        answer = send(alice.api, transcript, 1, say("g1", "Mine."), say("g2", "Mine too."))
        found = refused(answer, 409, "conflict")
        assert found["current_version"] == 2
        assert found["conflicts"] == [{"segment": "g1", "yours": "Mine.", "theirs": "Theirs."}]
        assert texts(transcript) == ["Theirs.", "Two was said.", "Three was said."]

    def test_sent_twice_it_counts_once(self):
        alice = a_person()
        transcript = a_long_transcript(alice)
        for _ in range(2):
            answer = send(alice.api, transcript, 1, say("g1", "Once."), batch="change-one")
            assert answer.json() == {"version": 2, "others": []}
        send(alice.api, transcript, 2, say("g1", "Later."))
        again = send(alice.api, transcript, 1, say("g1", "Once."), batch="change-one")
        assert again.json()["version"] == 2
        assert Version.objects.count() == 2
        assert texts(transcript)[0] == "Later."

    def test_all_or_nothing(self):
        alice = a_person()
        transcript = a_long_transcript(alice)
        answer = send(alice.api, transcript, 1, say("g1", "Yes."), say("gone", "No."))
        found = refused(answer, 422, "validation_failed")
        assert found["errors"] == {"gone": "It is not there any more."}
        assert texts(transcript) == list(TEXTS)

    @pytest.mark.parametrize(
        "body",
        [
            {},
            {"base_version": 1, "operations": []},
            {"base_version": 0, "operations": [say("g1", "x")]},
            {"base_version": 1, "operations": [{"op": "dance", "segment": "g1"}]},
            {"base_version": 1, "operations": [{"op": "document", "document": {}}]},
            {"base_version": 1, "operations": [say("g1", "nul \x00")]},
            {"base_version": 1, "operations": [{**say("g1", "x"), "more": 1}]},
            {"base_version": 1, "operations": [say("g1", "x")], "batch": "short"},
            {"base_version": 1, "operations": [say("g1", "x" * 100_001)]},
            {"base_version": 1, "operations": [{"op": "times", "segment": "g1", "start": -1}]},
        ],
    )
    def test_bad_shapes_are_refused(self, body):
        alice = a_person()
        transcript = a_long_transcript(alice)
        refused(alice.api("POST", path_of(transcript), body), 422, "validation_failed")
        assert texts(transcript) == list(TEXTS)

    def test_E05_a_base_that_never_was_is_a_conflict(self):
        alice = a_person()
        transcript = a_long_transcript(alice)
        refused(send(alice.api, transcript, 9, say("g1", "x")), 409, "conflict")

    def test_strangers_find_nothing_and_readers_may_not(self):
        alice, bob = a_person(), a_person()
        transcript = a_long_transcript(alice)
        refused(send(bob.api, transcript, 1, say("g1", "x")), 404, "not_found")
        refused(send(alice.reader, transcript, 1, say("g1", "x")), 403, "forbidden")
        for end in ("versions", "versions/1"):
            refused(bob.api("GET", path_of(transcript, end)), 404, "not_found")
        restore = path_of(transcript, "versions/1/restore")
        refused(bob.api("POST", restore, {}), 404, "not_found")
        refused(alice.reader("POST", restore, {}), 403, "forbidden")

    def test_every_operation_comes_through_the_door_as_it_is_applied(self):
        alice = a_person()
        for seed in range(40):
            document = a_random_document(Random(seed))
            transcript = a_transcript(alice.caller, Document.from_json(document))
            edits = Editor(Random(seed)).edits(document, 10)
            answer = send(alice.api, transcript, 1, *edits)
            assert answer.status_code == 200, answer.content
            stored = Transcript.objects.get(pk=transcript.pk).document
            assert {"marks": [], **document} == stored


class TestVersions:
    def test_the_list_says_who_when_and_what_kind(self):
        alice = a_person()
        transcript = a_long_transcript(alice)
        send(alice.api, transcript, 1, say("g1", "a"), say("g2", "b"))
        send(alice.api, transcript, 2, {"op": "note", "segment": "g1", "note": "ask"})
        page = alice.api("GET", path_of(transcript, "versions")).json()
        rows = [(row["number"], row["author"], row["kinds"]) for row in page["results"]]
        assert rows == [(3, alice.user.email, {"note": 1}), (2, alice.user.email, {"text": 2})]
        assert (page["current"], page["next"]) == (3, None)
        first = alice.api("GET", path_of(transcript, "versions?limit=1")).json()
        following = alice.api("GET", first["next"].removeprefix("http://testserver")).json()
        assert [row["number"] for row in following["results"]] == [2]

    def test_a_guest_has_versions_without_a_name(self):
        api, caller = a_guest()
        transcript = a_transcript(caller)
        send(api, transcript, 1, say("g1", "mine"))
        (row,) = api("GET", path_of(transcript, "versions")).json()["results"]
        assert row["author"] is None

    def test_each_can_be_read_and_the_machine_s_own_never_changes(self):
        alice = a_person()
        transcript = a_long_transcript(alice)
        machine = transcript.document
        seen = [machine]
        for number in range(1, 6):
            send(alice.api, transcript, number, say("g1", f"Take {number}."))
            seen.append(Transcript.objects.get().document)
        for number, document in enumerate(seen, start=1):
            got = alice.api("GET", path_of(transcript, f"versions/{number}")).json()
            assert got["document"] == document
        stored = Transcript.objects.get()
        assert stored.machine == machine
        draft = Draft(deepcopy(stored.machine))
        for version in Version.objects.all():
            draft.apply_all(operations_of(stored, version))
        assert draft.document == stored.document

    def test_restoring_is_a_version_that_can_be_taken_back(self):
        alice = a_person()
        transcript = a_long_transcript(alice)
        send(alice.api, transcript, 1, {"op": "delete", "segments": ["g1", "g2"]})
        send(alice.api, transcript, 2, say("g3", "Alone."))
        restore = path_of(transcript, "versions/1/restore")
        assert alice.api("POST", restore, {}).json() == {"version": 4, "others": []}
        assert texts(transcript) == list(TEXTS)
        assert Version.objects.get(number=4).restores == 1
        alice.api("POST", path_of(transcript, "versions/3/restore"), {"base_version": 4})
        assert texts(transcript) == ["Alone."]

    @pytest.mark.parametrize("number", ["0", "2", "99999999999999999999"])
    def test_what_never_was_is_not_found(self, number):
        alice = a_person()
        transcript = a_long_transcript(alice)
        got = alice.api("GET", path_of(transcript, f"versions/{number}"))
        refused(got, 404, "not_found")
        got = alice.api("POST", path_of(transcript, f"versions/{number}/restore"), {})
        refused(got, 404, "not_found")

    def test_replacing_the_document_is_a_version_too(self):
        alice = a_person()
        transcript = a_long_transcript(alice)
        document = {**transcript.document, "segments": []}
        path = path_of(transcript, "document")
        alice.api("PUT", path, document, **{"If-Match": '"1"'})
        alice.api("POST", path_of(transcript, "versions/1/restore"), {})
        assert texts(transcript) == list(TEXTS)

    def test_without_its_key_no_version_can_be_read(self):
        alice = a_person()
        transcript = a_long_transcript(alice)
        send(alice.api, transcript, 1, say("g1", "zyzzyva"))
        row = Version.objects.get()
        assert b"zyzzyva" not in bytes(row.sealed_operations) + json.dumps(row.kinds).encode()
        content_keys.shred([transcript.key_id])
        with pytest.raises(content_keys.Shredded):
            operations_of(Transcript.objects.get(), row)
        refused(alice.api("GET", path_of(transcript, "versions/1")), 404, "not_found")


@pytest.mark.django_db(transaction=True)
def test_E01_many_at_once_on_different_segments_all_survive():
    alice = a_person()
    transcript = a_long_transcript(alice)
    api = alice.api

    def edit(number: int) -> int:
        try:
            said = say(f"g{1 + number % 3}", f"Take {number}.")
            return send(api, transcript, 1, said).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(3) as people:
        statuses = list(people.map(edit, range(3)))
    assert statuses == [200] * 3
    assert texts(transcript) == ["Take 0.", "Take 1.", "Take 2."]
    assert Transcript.objects.get().version == 4
