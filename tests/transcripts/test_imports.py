"""Text that is brought along: what is read of it, what is refused, and that it comes out again."""

import json

import pytest
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.transcripts.test_exports import TALK
from tests.transcripts.things import Api, a_guest, a_person
from tests.transcripts.world import WORLD
from transcripts import editing, importing
from transcripts.document import Document
from transcripts.exports import ExportOptions, render
from transcripts.imports import IMPORTS, ImportRefused, read
from transcripts.models import IdempotencyKey, Job, Transcript


def said(format_id: str, text: str) -> list[tuple[float, float, str]]:
    document = read(format_id, text.encode())
    return [(row.start, row.end, row.text) for row in document.segments]


def refused(format_id: str, data: bytes) -> str:
    with pytest.raises(ImportRefused) as refusal:
        read(format_id, data)
    return refusal.value.code


class TestSrt:
    def test_cues_are_segments(self):
        text = "\ufeff1\r\n00:00:01,500 --> 00:00:03,000\r\n- Hello,\r\nwelcome.\r\n\r\n2\r\n01:02:03.5 --> 100:00:00,000\r\nLate.\r\n"
        assert said("srt", text) == [(1.5, 3.0, "- Hello, welcome."), (3723.5, 360_000.0, "Late.")]

    def test_marks_go_and_empty_lines_stay_harmless(self):
        text = "1\n00:00:00,000 --> 00:00:01,000 X1:0\n{\\an8}<i>Up</i>\n\nhere 1 < 2\n\n\n2\n00:00:02,000 --> 00:00:03,000\n<font color=red>12</font>\n"
        assert said("srt", text) == [(0.0, 1.0, "Up here 1 < 2"), (2.0, 3.0, "12")]

    def test_out_of_order_and_backwards_are_set_right(self):
        text = "00:00:05,000 --> 00:00:04,000\nb\n\n00:00:01,000 --> 00:00:02,000\na\n"
        assert said("srt", text) == [(1.0, 2.0, "a"), (5.0, 5.0, "b")]

    def test_a_number_that_is_said_last_is_not_lost(self):
        assert said("srt", "1\n00:00:00,000 --> 00:00:01,000\nRoom\n12") == [(0.0, 1.0, "Room 12")]


class TestVtt:
    def test_voices_are_speakers_and_the_rest_goes(self):
        text = (
            "WEBVTT - a title\nKind: captions\n\nSTYLE\n::cue { color: red }\n\nNOTE\nno --> cue\n\n"
            "intro\n00:01.000 --> 00:02.500 align:start position:0%\n<v.loud A &gt; B>1 &lt; 2 <c.x>&amp;</c> 3</v>\n\n"
            "00:00:03.000 --> 00:00:04.000\n<00:00:03.200><b>Two</b>\nlines\n"
        )
        document = read("vtt", text.encode())
        assert [(speaker.id, speaker.name) for speaker in document.speakers] == [("s1", "A > B")]
        assert [(row.start, row.end, row.text, row.speaker) for row in document.segments] == [
            (1.0, 2.5, "1 < 2 & 3", "s1"),
            (3.0, 4.0, "Two lines", None),
        ]


class TestTxt:
    def test_paragraphs_take_the_time_that_talking_takes(self):
        text = "One two three four five six.\n\n\n今天我们\n讨论\n"
        assert said("txt", text) == [
            (0.0, 1.867, "One two three four five six."),
            (1.867, 2.867, "今天我们讨论"),
        ]

    def test_times_of_our_own_export_are_kept(self):
        text = "[00:00:10] Anna: Hello.\n\n[00:00:11] Bob: Yes, indeed, it is so.\n\nAnd on."
        assert said("txt", text) == [
            (10.0, 11.0, "Anna: Hello."),
            (11.0, 12.8, "Bob: Yes, indeed, it is so."),
            (12.8, 13.8, "And on."),
        ]


@pytest.mark.parametrize("name", ["talk", "world"])
@pytest.mark.parametrize("format_id", ["srt", "vtt"])
def test_subtitles_come_out_as_they_went_in(name, format_id):
    """Those that keep to the rules: ours."""
    document = {"talk": TALK, "world": WORLD}[name]
    plain = ExportOptions(speakers=format_id == "vtt")
    first = render(format_id, document, plain)[1]
    again = read(format_id, first)
    assert render(format_id, again, plain)[1] == first


def test_a_document_comes_back_whole():
    assert read("json", render("json", WORLD)[1]) == WORLD


@pytest.mark.parametrize(
    ("format_id", "data", "code"),
    [
        ("srt", b"", "empty_text"),
        ("srt", b"no times here", "unreadable_text"),
        ("srt", b"\xff\xfa\x00", "unreadable_text"),
        ("srt", "今天".encode("gb18030"), "unreadable_text"),
        ("srt", b"1\n00:00:00,000 --> 00:00:01,000\n<i></i>\n", "empty_text"),
        ("srt", b"1\n9999:00:00,000 --> 9999:00:01,000\nx\n", "unreadable_text"),
        ("srt", b"00:00:00,000 --> 00:00:01,000\nx\n\n" * 100_001, "too_many_segments"),
        ("vtt", b"1\n00:00:00,000 --> 00:00:01,000\nx\n", "unreadable_text"),
        ("vtt", b"WEBVTT\n", "empty_text"),
        ("txt", b" \n\n ", "empty_text"),
        ("json", b"[" * 100_000, "unreadable_text"),
        ("json", b"{}", "unreadable_text"),
        ("json", b"[1]", "unreadable_text"),
        ("json", b'{"segments": 1}', "unreadable_text"),
    ],
)
def test_what_makes_no_sense_is_refused(format_id, data, code):
    assert refused(format_id, data) == code


@pytest.mark.parametrize("row", IMPORTS, ids=lambda row: row.id)
@given(
    data=st.one_of(
        st.binary(max_size=200),
        st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace")),
    )
)
@settings(max_examples=80, deadline=None)
def test_anything_else_gives_a_document_or_a_refusal(row, data):
    try:
        document = read(row.id, data)
    except ImportRefused:
        return
    assert isinstance(document, Document)
    assert all(0 <= segment.start <= segment.end for segment in document.segments)


SRT = b"1\n00:00:01,000 --> 00:00:02,000\nHello there.\n"


def send(api: Api, name: str, data: bytes, key: str = "", **fields: str) -> object:
    headers = {"Idempotency-Key": key} if key else {}
    body = {"name": name, "content": data.decode(), **fields}
    return api("POST", "/v1/transcripts", body, **headers)


@pytest.mark.django_db
class TestApi:
    def test_it_makes_a_transcript_without_a_job(self):
        alice = a_person()
        answer = send(alice.api, "C:\\talks\\Talk.srt", SRT, language="en")
        assert answer.status_code == 201
        made = answer.json()
        assert (made["title"], made["language"], made["model"]) == ("Talk.srt", "en", "import")
        whole = alice.api("GET", f"/v1/transcripts/{made['id']}").json()["document"]
        assert [row["text"] for row in whole["segments"]] == ["Hello there."]
        srt = alice.api("GET", f"/v1/transcripts/{made['id']}/export/srt")
        assert srt.content == SRT
        found = alice.api("GET", "/v1/transcripts?q=hello").json()["results"]
        assert [row["id"] for row in found] == [made["id"]]
        assert Job.objects.count() == 0

    def test_it_is_theirs_alone(self):
        alice = a_person()
        made = send(alice.api, "a.srt", SRT, title="Mine").json()
        assert made["title"] == "Mine"
        assert a_person().api("GET", f"/v1/transcripts/{made['id']}").status_code == 404
        assert alice.api("DELETE", f"/v1/transcripts/{made['id']}").status_code == 204

    def test_sent_again_it_is_made_once_and_deleting_forgets_the_answer(self):
        alice = a_person()
        first = send(alice.api, "a.srt", SRT, key="once").json()
        assert send(alice.api, "a.srt", SRT, key="once").json() == first
        assert Transcript.objects.count() == 1
        assert send(alice.api, "a.srt", SRT + b"x", key="once").status_code == 422
        editing.delete_transcript(Transcript.objects.get())
        assert IdempotencyKey.objects.count() == 0

    @pytest.mark.parametrize(
        ("name", "data", "status", "code"),
        [
            ("a.exe", SRT, 415, "unsupported_text"),
            ("srt", SRT, 415, "unsupported_text"),
            ("a.txt", b"x " * 10_000_001, 413, "file_too_large"),
            ("a.vtt", SRT, 422, "unreadable_text"),
            ("a.srt", b"1\n00:00:00,000 --> 00:00:01,000\n\n", 422, "empty_text"),
            (
                "a.json",
                json.dumps({**WORLD.to_json(), "speakers": []}).encode(),
                422,
                "unreadable_text",
            ),
            (
                "a.json",
                json.dumps({**WORLD.to_json(), "language": "x" * 99}).encode(),
                422,
                "unreadable_text",
            ),
        ],
    )
    def test_what_is_refused(self, name, data, status, code):
        answer = send(a_person().api, name, data)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert Transcript.objects.count() == 0

    def test_who_may_not(self):
        assert send(a_person().reader, "a.srt", SRT).status_code == 403
        assert send(Api(), "a.srt", SRT).status_code == 401
        assert send(a_person().api, "a.srt", SRT, language="xx").status_code == 422

    def test_there_is_an_end_to_it(self, monkeypatch):
        monkeypatch.setattr(importing, "MOST_A_DAY", 1)
        alice = a_person()
        assert send(alice.api, "a.srt", SRT).status_code == 201
        answer = send(alice.api, "a.srt", SRT)
        assert (answer.status_code, answer.json()["code"]) == (429, "rate_limited")


@pytest.mark.django_db
def test_the_page_opens_what_it_made():
    from django.core.files.uploadedfile import SimpleUploadedFile

    guest, _caller = a_guest()
    address = reverse("library-import")
    assert f'href="{address}"' in guest.client.get(reverse("library")).content.decode()
    answer = guest.client.post(address, {"file": SimpleUploadedFile("a.srt", SRT), "language": ""})
    made = Transcript.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, reverse("transcript", args=[made.pk]))
    page = guest.client.get(reverse("transcript-reading", args=[made.pk])).content.decode()
    assert "Hello there." in page
    wrong = guest.client.post(address, {"file": SimpleUploadedFile("a.vtt", SRT)})
    assert wrong.status_code == 422
    assert "This file is not what its name says" in wrong.content.decode()
    assert guest.client.post(address, {}).status_code == 422
