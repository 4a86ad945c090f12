"""The index for searching: any script, only one's own, like the transcripts at all times."""

import sqlite3
from contextlib import closing
from pathlib import Path
from random import Random

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connections

from accounts import holdings
from accounts.callers import Caller
from tests.sweeping import sweep
from tests.transcripts.test_sealed import everything_stored
from tests.transcripts.things import STRANGER, a_document, a_guest, a_person, a_transcript
from transcripts import editing, search
from transcripts.document import Document, Segment
from transcripts.index import writing
from transcripts.index.analyser import tokens
from transcripts.index.models import Listed
from transcripts.index.passages import SHARDS
from transcripts.models import Transcript
from transcripts.search import Wanted

pytestmark = pytest.mark.django_db


def found(caller: Caller, words: str = "", **wanted) -> list[str]:
    rows = search.matching(caller, Wanted(words, **wanted))
    return sorted(rows.values_list("title", flat=True))


def hits(caller: Caller, words: str, **wanted) -> list[tuple[float, str]]:
    """Where, and what, with the finds in brackets."""
    asked = Wanted(words, **wanted)
    rows = search.rows_of(caller, list(search.matching(caller, asked)), asked)
    return [
        (hit.start_seconds, "".join(f"[{p.text}]" if p.is_found else p.text for p in hit.pieces))
        for row in rows
        for hit in row.hits
    ]


SAID = {
    "German": "Der Straßenverkehr in München war laut.",
    "Chinese": "我今天去北京大学学习中文。",
    "Japanese": "今日は東京で会議があります。ガギグ",
    "Thai": "สวัสดีครับ ยินดีต้อนรับสู่กรุงเทพ",
    "Arabic": "مرحبًا بالعالَم، هذا اختبار",
    "French": "Un café, un résumé naïf.",
    "Korean": "서울에서 회의가 있습니다.",
    "Hindi": "यह हिन्दी में एक परीक्षा है।",
    "Russian": "Ёлка стоит в лесу.",
    "English": "The quick brown fox costs $5; don't touch it.",
    "Turkish": "İstanbul'da ne var.",
    "Khmer": "សួស្តីពិភពលោក",
}


@pytest.fixture
def tower() -> Caller:
    """Somebody with a transcript in each of many languages."""
    alice = a_person().caller
    for title, text in SAID.items():
        a_transcript(alice, a_document(text), title=title)
    return alice


FOUND = {
    "strassenverkehr": ["German"],
    "STRAßENVERKEHR": ["German"],
    "munchen": ["German"],
    "münchen": ["German"],
    "北京": ["Chinese"],
    "北京大学": ["Chinese"],
    "京": ["Chinese", "Japanese"],
    "文": ["Chinese"],
    "北大": [],
    "东京": [],
    "東京": ["Japanese"],
    "会議": ["Japanese"],
    "ｶﾞ": ["Japanese"],
    "カギ": [],
    "กรุงเทพ": ["Thai"],
    "สวัสดี": ["Thai"],
    "اختبار": ["Arabic"],
    "مرحبا": ["Arabic"],
    "العالم": [],
    "بالعالم": ["Arabic"],
    "cafe RESUME": ["French"],
    "회의가": ["Korean"],
    "회의*": ["Korean"],
    "हिन्दी": ["Hindi"],
    "परीक्षा": ["Hindi"],
    "елка": ["Russian"],
    '"quick brown"': ["English"],
    '"brown quick"': [],
    "quick -fox": [],
    "qui*": ["English"],
    "qui": [],
    "don't": ["English"],
    "istanbul": ["Turkish"],
    "ពិភពលោក": ["Khmer"],
    "fox cafe": [],
    "english fox": ["English"],  # one in the title, one said
    "\uff51\uff55\uff49\uff43\uff4b": ["English"],  # full width
}


def test_any_script_is_found(tower):
    assert {words: found(tower, words) for words in FOUND} == FOUND


HOSTILE = [
    *('"', "'", "\\", "*", "-", '" -', "-*", "''", "%", "_", "!!!", "()", "&|!<->", "NEAR(", ":*"),
    *('fox"; drop table', "fox' OR 1=1 --", "fox \x00 bar", "AND OR NOT", '-"', '"" ""', "\ud83d"),
    *(
        "a" * 5000,
        "- " * 500,
        '"a ' * 300,
        "北" * 3000,
        "\u202e\u0300\u0300",
        "{idx}: x",
        "^fox",
        "fox:*",
    ),
]


def test_no_query_is_an_error(tower):
    for words in HOSTILE:
        assert found(tower, words) in ([], ["English"])
        hits(tower, words)


def test_hits_open_at_the_second_and_are_marked(tower):
    assert hits(tower, "munchen laut") == [(0.0, "Der Straßenverkehr in [München] war [laut].")]
    assert hits(tower, "北京大学") == [(0.0, "我今天去[北京大学]学习中文。")]
    assert hits(tower, "京") == [
        (0.0, "今日は東[京]で会議があります。ガギグ"),
        (0.0, "我今天去北[京]大学学习中文。"),
    ]
    assert hits(tower, "qui*") == [(0.0, "The [quick] brown fox costs $5; don't touch it.")]


def test_passages_with_all_that_was_asked_for_come_before_others():
    alice = a_person().caller
    document = a_document()
    document.segments = [
        Segment(f"g{n}", float(n), n + 1.0, text)
        for n, text in enumerate(["tea", "tea", "tea", "tea", "coffee", "tea and coffee"])
    ]
    a_transcript(alice, document)
    assert [where for where, _ in hits(alice, "tea coffee")] == [0.0, 1.0, 5.0]
    [row] = search.rows_of(alice, list(Listed.objects.all()), Wanted("tea"))
    assert (len(row.hits), row.more_hits) == (3, True)
    within = Transcript.objects.get().pk
    assert [where for where, _ in hits(alice, "tea", within=within)] == [0.0, 1.0, 2.0, 3.0, 5.0]


def test_a_long_passage_is_shown_around_its_first_find():
    alice = a_person().caller
    a_transcript(alice, a_document("lorem ipsum " * 60 + "needle " + "dolor sit " * 600))
    [(_, shown)] = hits(alice, "needle")
    assert "[needle]" in shown
    assert shown.startswith("… ")
    assert shown.endswith(" …")
    assert len(shown) < 300


def test_filters_narrow_down(tower):
    document = a_document("The quick brown fox.")
    document.language = "de"
    document.speakers[0].name = "Ada Lovelace"
    labels = {"folder": "Work", "tags": ["law", "zoo"]}
    row = a_transcript(tower, document, title="Filed", favourite=True, **labels)
    Transcript.objects.filter(pk=row.pk).update(created_at="2020-02-02T12:00Z")
    search.follow(row.pk)
    for wanted in (
        {"tag": "zoo"},
        {"folder": "Work"},
        {"speaker": "Ada Lovelace"},
        {"language": "de"},
        {"favourite": True},
        {"until": "2020-02-02"},
        {"since": "2020-02-02", "until": "2020-02-03"},
    ):
        assert found(tower, "fox", **wanted) == ["Filed"]
        assert found(tower, "yes", **wanted) == (["Filed"] if "speaker" not in wanted else [])
        assert found(tower, **wanted) == ["Filed"]
    assert found(tower, "fox", since="2020-02-03") == ["English"]
    assert hits(tower, "fox", speaker="Ada Lovelace") == [(0.0, "The quick brown [fox].")]


def test_Z05_nobody_finds_or_counts_what_is_not_theirs(tower):
    bob, guest = a_person().caller, a_guest()[1]
    a_transcript(guest, a_document("The guest's fox."), title="Guest")
    a_transcript(STRANGER, a_document("Nobody's fox."), title="Nobody")
    assert found(tower, "fox") == ["English"]
    assert found(guest, "fox") == found(guest) == ["Guest"]
    for caller in (bob, STRANGER, Caller(guest_key="x")):
        assert found(caller, "fox") == found(caller) == found(caller, "-fox") == []
        assert search.facets(caller) == search.Facets([], [], [], [])


def test_a_guests_transcripts_are_found_by_the_account_that_took_them():
    guest, alice = a_guest()[1], a_person()
    a_transcript(guest, a_document("A quick fox."), title="Mine")
    holdings.adopt(guest.guest_key, alice.user)
    assert found(alice.caller, "fox") == ["Mine"]
    assert found(guest, "fox") == []


def test_changes_are_found_at_once_and_what_is_gone_is_not():
    alice = a_person().caller
    row = a_transcript(alice, a_document("An old fox."), title="Before")
    document = Document.from_json(row.document)
    document.segments[0].text = "A new badger."
    editing.save_document(row, document, 1)
    assert (found(alice, "fox"), found(alice, "badger")) == ([], ["Before"])
    row.refresh_from_db()
    editing.rename_speaker(row, "s1", "Ada")
    assert found(alice, "badger", speaker="Ada") == ["Before"]
    editing.relabel(row, {"title": "After", "tags": ["x"]})
    assert found(alice, "after", tag="x") == ["After"]
    editing.delete_transcript(row)
    assert found(alice, "badger") == found(alice) == []


def test_only_changed_passages_are_written():
    alice = a_person().caller
    row = a_transcript(alice)
    number = Listed.objects.get().number
    before = writing.engine().of(number)
    document = Document.from_json(row.document)
    document.segments[1].text = "No."
    editing.save_document(row, document, 1)
    after = writing.engine().of(number)
    assert [passage.words for _, passage in before] == [
        "interview.mp3",
        "Hello, welcome. Thank you.",
        "Yes.",
    ]
    assert after[:2] == before[:2]
    assert [passage.words for _, passage in after[2:]] == ["No."]


def test_a_failing_index_costs_no_transcript_and_the_sweeper_mends_it(monkeypatch):
    alice = a_person().caller
    row = a_transcript(alice, a_document("An old fox."))
    document = Document.from_json(row.document)
    document.segments[0].text = "A new badger."

    def fails(*_):
        raise DatabaseError

    with monkeypatch.context() as broken:
        broken.setattr(writing, "_put", fails)
        assert editing.save_document(row, document, 1) == 2
    assert found(alice, "badger") == []
    sweep("search")
    assert (found(alice, "fox"), found(alice, "badger")) == ([], [row.title])
    with monkeypatch.context() as broken:
        broken.setattr(writing, "_remove", fails)
        editing.delete_transcript(row)
    assert found(alice, "badger") == [row.title]
    sweep("search")
    assert found(alice, "badger") == found(alice) == []


def test_rebuild_makes_it_anew_and_again(tower, capsys):
    before = found(tower, "fox"), Listed.objects.count()
    call_command("search", "rebuild", "--from-nothing")
    assert capsys.readouterr().out == f"brought up to date\t{len(SAID)}\n"
    assert (found(tower, "fox"), Listed.objects.count()) == before
    call_command("search", "rebuild")
    assert capsys.readouterr().out == "brought up to date\t0\n"


def test_all_words_are_in_the_database_of_the_index_alone():
    canary = "Zwetschgenkuchen"
    alice = a_person().caller
    row = a_transcript(alice, a_document(f"{canary} on the table."), title=canary, tags=[canary])
    assert canary in everything_stored("search")
    for database in ("default", "keys"):
        assert canary not in everything_stored(database)
    editing.delete_transcript(row)
    for written in (canary, canary.lower()):
        assert written not in everything_stored("search")


def test_the_index_spreads_over_its_shards():
    with connections["search"].cursor() as cursor:
        names = connections["search"].introspection.table_names(cursor)
    is_embedded = connections["search"].vendor == "sqlite"
    kinds = ["search_tokens"] if is_embedded else ["search_passage", "search_block"]
    assert {f"{kind}_{number}" for kind in kinds for number in range(SHARDS)} <= set(names)


def test_whatever_is_written_without_blanks_has_room():
    """No pair is there twice: as many different tokens as so long a text can have."""
    alice, chance = a_person().caller, Random(1)
    text = "".join(chr(0x20000 + chance.randrange(40_000)) for _ in range(140_000))
    a_transcript(alice, a_document(text), title="Long")
    assert [found(alice, text[70_000 : 70_000 + length]) for length in (2, 3, 9)] == [["Long"]] * 3


def test_tokens_are_bounded():
    assert max(map(len, tokens("a" * 10_000 + " b"))) == 64
    assert tokens("naïve Straße_x") == ["naive", "strasse", "x"]


@pytest.mark.embedded
@pytest.mark.django_db(transaction=True)
def test_deletion_empties_the_log_too_as_soon_as_nobody_reads():
    """The files themselves, as somebody who has the disk would read them."""
    folder = Path(connections["search"].settings_dict["NAME"]).parent
    canary = b"zwetschgenkuchen"

    def files() -> set[str]:
        """Tokens are written small, words as they are."""
        kept = folder.glob(f"{Path(connections['search'].settings_dict['NAME']).name}*")
        return {file.name for file in kept if canary in file.read_bytes().lower()}

    alice = a_person().caller
    kept = a_transcript(alice, a_document("A quick fox."))
    rows = [a_transcript(alice, a_document("Zwetschgenkuchen on the table.")) for _ in range(2)]
    assert files() != set()
    editing.delete_transcripts(rows)
    assert files() == set()
    [row] = [a_transcript(alice, a_document("Zwetschgenkuchen once more."))]
    with closing(sqlite3.connect(connections["search"].settings_dict["NAME"])) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM search_listed").fetchall()
        with connections["search"].cursor() as cursor:
            cursor.execute("PRAGMA busy_timeout=100")
        editing.delete_transcript(row)
        assert found(alice, "zwetschgenkuchen") == []
        assert writing.stale_tables() == ["write_ahead_log"]
        reader.rollback()
    assert sweep("search_remains") == 1
    assert (files(), writing.stale_tables()) == (set(), [])
    assert found(alice, "fox") == [kept.title]
    connections["search"].close()
