"""The index, against reading every passage: random documents, edits and queries, on each database."""

from random import Random

import pytest
from django.core.management import call_command

from accounts.callers import Caller
from tests.sweeping import sweep
from tests.transcripts.things import a_document, a_person, a_transcript
from transcripts import editing, search
from transcripts.document import Document, Segment
from transcripts.index import writing
from transcripts.index.analyser import tokens
from transcripts.index.query import Term
from transcripts.models import Transcript
from transcripts.search import Wanted

pytestmark = pytest.mark.django_db(transaction=True)  # VACUUM FULL runs in none

WORDS = "a be bee beech sea seal tea team Straße straßen Über don't x9 مرحبًا".split()
CHARACTERS = "北京大学今天กรุงเทพ東"
SEGMENTS, ROUNDS, QUERIES = 70, 5, 30  # segments: more than two blocks of PostgreSQL


def saying(chance: Random) -> str:
    said = [chance.choice(WORDS) for _ in range(chance.randint(1, 6))]
    if chance.random() < 0.4:
        said.append("".join(chance.choices(CHARACTERS, k=chance.randint(1, 6))))
    chance.shuffle(said)
    return chance.choice((" ", ", ")).join(said)


def a_segment(chance: Random, number: int) -> Segment:
    start = round(chance.random() * 1000, 2)
    return Segment(
        f"n{number}", start, start + 1, saying(chance), chance.choice(("s1", "s2", None))
    )


def edited(chance: Random, document: Document, fresh: int) -> Document:
    """Some segments say something else, some are gone, some are new, or none of it is as it was."""
    if chance.random() < 0.1:
        document.segments = [a_segment(chance, fresh)]
        return document
    for segment in chance.sample(document.segments, min(5, len(document.segments))):
        segment.text, segment.words = saying(chance), []
        segment.speaker = chance.choice(("s1", "s2", None))
    at = chance.randrange(len(document.segments))
    del document.segments[at : at + chance.randint(0, 4)]
    for number in range(chance.randint(0, 12)):
        at = chance.randint(0, len(document.segments))
        document.segments.insert(at, a_segment(chance, fresh + number))
    return document


def a_query(chance: Random) -> str:
    def piece() -> str:
        kind = chance.random()
        if kind < 0.35:
            said = chance.choice(WORDS)
        elif kind < 0.6:
            said = "".join(chance.choices(CHARACTERS, k=chance.randint(1, 4)))
        else:
            said = f'"{" ".join(chance.choices(WORDS[:6], k=chance.randint(2, 4)))}"'
        if kind < 0.35 and chance.random() < 0.4:
            said = said[: chance.randint(1, len(said))] + "*"
        return ("-" if chance.random() < 0.2 else "") + said

    return " ".join(piece() for _ in range(chance.randint(1, 3)))


def says(passage: tuple[str, list[str]], term: Term) -> bool:
    said, wanted = passage[1], list(term.tokens)
    for at in range(len(said) - len(wanted) + 1):
        here = said[at : at + len(wanted)]
        if here[:-1] == wanted[:-1] and (
            here[-1].startswith(wanted[-1]) if term.goes_on else here[-1] == wanted[-1]
        ):
            return True
    return False


def all_said(caller: Caller) -> dict[str, list[tuple[str, list[str]]]]:
    """Of each transcript who speaks, and what, passage by passage."""
    said = {}
    for row in Transcript.objects.filter(owner=caller.user):
        outline = writing.Outline.of_json(row.document)
        said[row.pk] = [("", tokens(row.title))]
        for _id, _start, speaker, text in outline.segments:
            said[row.pk].append((outline.names.get(speaker, ""), tokens(text)))
    return said


def fits(passages: list[tuple[str, list[str]]], wanted: Wanted) -> bool:
    theirs = [one for one in passages if wanted.speaker in ("", one[0])]
    return (
        bool(theirs)
        and all(any(says(one, term) for one in theirs) for term in wanted.query.wanted)
        and not any(says(one, term) for one in passages for term in wanted.query.unwanted)
    )


def agrees(chance: Random, caller: Caller) -> int:
    """How many of the queries found some and not all."""
    told, said = 0, all_said(caller)
    for _ in range(QUERIES):
        speaker = chance.choice(("", "", "Speaker 1", "Speaker 2"))
        wanted = Wanted(a_query(chance), speaker=speaker, unfinished=chance.random() < 0.2)
        found = set(search.matching(caller, wanted).values_list("transcript_id", flat=True))
        fitting = {pk for pk, passages in said.items() if fits(passages, wanted)}
        assert (wanted, found) == (wanted, fitting)
        told += 0 < len(found) < len(said)
    return told


@pytest.mark.parametrize("seed", range(2))
def test_what_is_found_is_what_is_said_after_any_edits(seed):
    chance = Random(seed)
    alice, bob = a_person().caller, a_person().caller
    for number in range(8):
        document = a_document(saying(chance))
        document.segments = [
            a_segment(chance, at) for at in range(chance.choice((1, 2, 3, SEGMENTS)))
        ]
        owner = bob if number == 7 else alice
        a_transcript(owner, document, title=chance.choice(WORDS))
    told = agrees(chance, alice)
    for number in range(1, ROUNDS):
        rows = list(Transcript.objects.filter(owner=alice.user))
        for row in chance.sample(rows, 3):
            document = edited(chance, Document.from_json(row.document), number * 1000)
            assert editing.save_document(row, document, row.version)
        if number == 2:
            call_command("search", "rebuild", "--from-nothing")
        if number == 3:
            editing.delete_transcript(rows[0])
            sweep("search_remains")
        told += agrees(chance, alice)
    assert told > QUERIES
