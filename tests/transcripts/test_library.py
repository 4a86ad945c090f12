"""The library: lists, filters, sorts, and does things to many at once."""

import re
from datetime import timedelta

import pytest
from django.db import DatabaseError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.transcripts.things import a_document, a_guest, a_job, a_person, a_transcript
from transcripts import search
from transcripts.index.models import Listed
from transcripts.models import Status, Transcript

pytestmark = pytest.mark.django_db

TITLES = re.compile(r'class="row-name" id="row-\w+" dir="auto" href="/t/\w+/">\s*([^<]+?)\s*<')
CHIPS = re.compile(r'class="badge[^"]*" dir="auto" href="([^"]+)"')


def shown(client: Client, **query: str) -> list[str]:
    return TITLES.findall(body(client, **query))


def body(client: Client, **query: str) -> str:
    answer = client.get(reverse("library"), query)
    assert answer.status_code == 200
    return answer.content.decode()


def act(client: Client, rows: list[Transcript], **form: str):
    return client.post(reverse("library-bulk"), {"id": [row.pk for row in rows], **form})


@pytest.fixture
def shelf():
    """A client, and three transcripts of its guest: a, b, c."""
    guest, caller = a_guest()
    rows = [
        a_transcript(caller, a_document(said), title=title, duration_seconds=seconds, **labels)
        for title, said, seconds, labels in (
            ("a", "A quick fox.", 20.0, {"tags": ["zoo"]}),
            ("b", "A lazy dog.", 30.0, {"folder": "Work", "favourite": True}),
            ("c", "A fox again.", 10.0, {"tags": ["law", "zoo"], "language": "de"}),
        )
    ]
    return guest.client, rows


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, "c b a"),
        ({"sort": "oldest"}, "a b c"),
        ({"sort": "title"}, "a b c"),
        ({"sort": "longest"}, "b a c"),
        ({"sort": "shortest"}, "c a b"),
        ({"sort": "nonsense"}, "c b a"),
        ({"tag": "zoo"}, "c a"),
        ({"folder": "Work"}, "b"),
        ({"favourite": "1"}, "b"),
        ({"language": "de"}, "c"),
        ({"speaker": "Speaker 2"}, "c b a"),
        ({"speaker": "Nobody"}, ""),
        ({"status": "done"}, "c b a"),
        ({"since": "2200-01-01"}, ""),
        ({"until": "2200-01-01", "since": "never"}, "c b a"),
        ({"q": "fox"}, "c a"),
        ({"q": "fox", "sort": "oldest"}, "a c"),
        ({"q": "fox", "tag": "law"}, "c"),
        ({"q": "qui"}, "a"),
    ],
)
def test_filters_and_orders(shelf, query, expected):
    assert " ".join(shown(shelf[0], **query)) == expected


def test_finds_are_marked_escaped_and_open_at_the_second():
    guest, caller = a_guest()
    row = a_transcript(caller, a_document("A <b>quick</b> fox & friends."))
    page = body(guest.client, q="fox")
    assert f'href="/t/{row.pk}/#t=0.000"' in page
    assert "A &lt;b&gt;quick&lt;/b&gt; <mark>fox</mark> &amp; friends." in page


def test_labels_lead_to_what_else_has_them(shelf):
    client, _rows = shelf
    links = CHIPS.findall(body(client))
    assert links == [
        "/library/?tag=law",
        "/library/?tag=zoo",
        "/library/?folder=Work",
        "/library/?tag=zoo",
    ]
    assert [TITLES.findall(client.get(link).content.decode()) for link in links[1:3]] == [
        ["c", "a"],
        ["b"],
    ]


def test_jobs_of_every_status_are_listed():
    guest, caller = a_guest()
    for status, failure in (("queued", ""), ("running", ""), ("failed", "no_speech")):
        ended = timezone.now() if status == "failed" else None
        name = f"{status}.mp3"
        a_job(caller, status=status, file_name=name, failure=failure, finished_at=ended)
    page = body(guest.client)
    assert [name for name in ("queued.mp3", "running.mp3", "failed.mp3") if name in page] == [
        "queued.mp3",
        "running.mp3",
        "failed.mp3",
    ]
    for status in ("queued", "running", "failed"):
        one = body(guest.client, status=status)
        assert f"{status}.mp3" in one
        assert one.count(".mp3") == 1


@pytest.mark.parametrize("query", [{}, {"q": "fox"}, {"tag": "zoo", "sort": "title"}])
def test_it_asks_as_often_for_three_as_for_one(query, django_assert_max_num_queries):
    guest, caller = a_guest()
    counts: list[dict[str, int]] = []
    for rows in (1, 2):
        for number in range(rows):
            tags = ["zoo", f"other {number}"]
            a_transcript(caller, a_document("A fox."), title=f"x{number}", tags=tags)
            a_job(caller, status=Status.RUNNING)
        asked = {}
        for name, most in (("default", 12), ("keys", 2), ("search", 12)):
            with django_assert_max_num_queries(most, using=name) as queries:
                shown(guest.client, **query)
            asked[name] = len(queries)
        counts.append(asked)
    assert counts[0] == counts[1]


class TestBulk:
    def test_tag_untag_move_and_favourite(self, shelf):
        client, (a, b, c) = shelf
        assert act(client, [a, b], action="tag", value=" new  tag ").status_code == 302
        act(client, [a, c], action="untag", value="zoo")
        act(client, [a, c], action="move", value="Home")
        act(client, [a], action="favourite")
        act(client, [b], action="unfavourite")
        rows = Transcript.objects.in_bulk()
        assert {row.title: (row.tags, row.folder, row.favourite) for row in rows.values()} == {
            "a": (["new tag"], "Home", True),
            "b": (["new tag"], "Work", False),
            "c": (["law"], "Home", False),
        }
        assert shown(client, folder="Home") == ["c", "a"]
        assert shown(client, tag="new tag") == ["b", "a"]
        act(client, [a], action="move", value="")
        assert shown(client, folder="Home") == ["c"]

    def test_a_star_is_of_one_and_answers_with_the_list_as_it_was(self, shelf):
        client, (a, b, _c) = shelf
        form = {"id": [b.pk], "star": a.pk, "query": "tag=zoo"}
        headers = {"HX-Request": "true", "HX-Target": "results"}
        answer = client.post(reverse("library-bulk"), form, headers=headers)
        assert TITLES.findall(answer.content.decode()) == ["c", "a"]
        assert shown(client, favourite="1") == ["b", "a"]
        client.post(reverse("library-bulk"), form, headers=headers)
        assert shown(client, favourite="1") == ["b"]

    def test_deletion_asks_with_number_and_titles_first(self, shelf):
        client, (a, b, _c) = shelf
        asked = act(client, [a, b], action="delete", query="sort=title").content.decode()
        assert "Delete 2 transcripts?" in asked
        assert re.findall(r'<li dir="auto">(\w)</li>', asked) == ["b", "a"]
        assert Transcript.objects.count() == 3
        gone = act(client, [a, b], action="delete", confirmed="1", query="sort=title")
        assert gone.headers["Location"] == "/library/?sort=title"
        assert "2 transcripts are deleted for good." in body(client)
        assert shown(client) == ["c"]
        assert list(Listed.objects.values_list("title", flat=True)) == ["c"]

    def test_nothing_chosen_is_said(self, shelf):
        client, _rows = shelf
        for action in ("tag", "delete"):
            act(client, [], action=action, value="x")
            assert "Choose transcripts first." in body(client)

    @pytest.mark.parametrize("action", ["tag", "move", "favourite", "delete"])
    def test_Z05_what_is_anothers_is_not_there(self, shelf, action):
        _client, rows = shelf
        before = list(Transcript.objects.values())
        alice = a_person()
        client = Client()
        client.force_login(alice.user)
        act(client, rows, action=action, value="x", confirmed="1")
        assert list(Transcript.objects.values()) == before

    def test_unknown_actions_and_other_methods_are_refused(self, shelf):
        client, rows = shelf
        assert act(client, rows, action="publish").status_code == 400
        assert client.get(reverse("library-bulk")).status_code == 405


def test_without_the_index_the_library_lists_and_says_so(shelf, monkeypatch):
    client, _rows = shelf

    def is_down(*_args, **_more):
        raise DatabaseError

    monkeypatch.setattr("transcripts.views.library.matching", is_down)
    page = body(client, q="fox")
    assert TITLES.findall(page) == ["c", "b", "a"]
    assert "Searching and filtering do not work at the moment." in page


def test_P07_what_is_deleted_is_not_shown_even_if_the_index_still_has_it(shelf, monkeypatch):
    client, (a, _b, _c) = shelf
    monkeypatch.setattr(search, "forget", lambda _ids: False)
    act(client, [a], action="delete", confirmed="1")
    assert Listed.objects.filter(title="a").exists()
    assert shown(client) == ["c", "b"]
    assert shown(client, q="quick") == []


def test_days_are_whole(shelf):

    client, rows = shelf
    yesterday = timezone.now() - timedelta(days=1)
    Transcript.objects.filter(pk=rows[0].pk).update(created_at=yesterday)
    search.follow(rows[0].pk)
    assert shown(client, until=f"{yesterday:%Y-%m-%d}") == ["a"]
