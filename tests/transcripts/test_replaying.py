"""A new hearing under what people made of the old one: nothing of theirs is lost or doubled."""

from collections import Counter
from copy import deepcopy
from itertools import pairwise
from random import Random
from typing import Any

import pytest

from tests.transcripts.edits import Person, document, heard_again
from transcripts.operations import Draft
from transcripts.replay_past import longest_rising
from transcripts.replaying import replayed
from transcripts.retiming import visible

SEEDS = range(600)
# What leaves order and times as they are: only then can be asked whether they still are.
IN_ORDER = ("text", "accept", "note", "speaker", "split", "merge", "delete", "merge_speakers")


def edited(heard: dict[str, Any], seed: int, count: int = 6, kinds=()) -> dict[str, Any]:
    current = deepcopy(heard)
    Person(Random(seed), kinds=kinds).edits(current, count)
    return current


def without_names(one: dict[str, Any]) -> list[dict[str, Any]]:
    """The segments, with speakers numbered in the order in which they speak."""
    order: dict[str, int] = {}

    def number(speaker: str | None) -> int | None:
        return None if speaker is None else order.setdefault(speaker, len(order))

    return [
        {
            **row,
            "id": "",
            "speaker": number(row["speaker"]),
            "words": [{**word, "speaker": number(word["speaker"])} for word in row["words"]],
        }
        for row in one["segments"]
    ]


def test_what_nobody_touched_is_the_new_hearing():
    for seed in SEEDS:
        heard = document(Random(seed))
        for fresh in (heard_again(Random(seed), heard), document(Random(-seed - 1), segments=9)):
            untouched = {**heard, "segments": [{**row, "note": ""} for row in heard["segments"]]}
            result = replayed(untouched, deepcopy(untouched), fresh)
            assert without_names(result) == without_names(fresh), seed
            rest = {name: value for name, value in fresh.items() if name not in WORKED_OUT}
            assert {name: result[name] for name in rest} == rest


WORKED_OUT = ("segments", "speakers", "marks")


def test_what_is_heard_again_just_the_same_changes_nothing():
    for seed in SEEDS:
        heard = document(Random(seed))
        current = edited(heard, seed)
        before = deepcopy((heard, current))
        assert replayed(heard, current, deepcopy(heard)) == current, seed
        assert (heard, current) == before


def test_all_that_people_wrote_is_still_there():
    for seed in SEEDS:
        heard = document(Random(seed))
        current = edited(heard, seed)
        result = replayed(heard, current, heard_again(Random(seed), heard))
        machines = [row["text"] for row in heard["segments"]]
        theirs = Counter(row["text"] for row in current["segments"] if row["text"] not in machines)
        assert theirs <= Counter(row["text"] for row in result["segments"]), seed
        ours = {row["note"] for row in heard["segments"]}
        for note in {row["note"] for row in current["segments"]} - ours:
            assert any(note in row["note"] for row in result["segments"]), seed
        assert result.get("marks") == current.get("marks")
        named = {row["id"]: row["name"] for row in current["speakers"] if row["name"] == "Ada"}
        assert named.items() <= {row["id"]: row["name"] for row in result["speakers"]}.items()


def test_the_result_is_a_document_in_order_without_overlaps():
    for seed in SEEDS:
        heard = document(Random(seed), segments=9)
        current = edited(heard, seed, kinds=IN_ORDER)
        result = replayed(heard, current, heard_again(Random(seed), heard))
        rows = result["segments"]
        known = {None, *(speaker["id"] for speaker in result["speakers"])}
        assert len({row["id"] for row in rows}) == len(rows)
        assert len(known) == len(result["speakers"]) + 1
        for row in rows:
            assert {row["speaker"], *(word["speaker"] for word in row["words"])} <= known
            assert row["start"] <= row["end"]
        for row, following in pairwise(rows):
            assert row["end"] <= following["start"], seed
        for row in result["segments"]:
            if row not in current["segments"] and row["words"]:
                spelt = "".join(visible(word["text"]) for word in row["words"])
                assert spelt == visible(row["text"])
                assert row["start"] <= row["words"][0]["start"]
                assert row["words"][-1]["end"] <= row["end"]


def test_replaying_twice_is_replaying_once():
    for seed in SEEDS:
        heard = document(Random(seed))
        fresh = heard_again(Random(seed), heard)
        once = replayed(heard, edited(heard, seed, kinds=IN_ORDER), fresh)
        assert replayed(heard, deepcopy(heard), fresh)["segments"] != [] or fresh["segments"] == []
        texts = [row["text"] for row in once["segments"]]
        twice = replayed(fresh, once, fresh)
        assert [row["text"] for row in twice["segments"]] == texts, seed


# --- one by one, in words that can be read ------------------------------------------------------


def said(*rows: tuple[float, float, str, str | None], **about: Any) -> dict[str, Any]:
    """A document of rows of (start, end, text, speaker), the words spread evenly."""
    segments, speakers = [], dict.fromkeys(row[3] for row in rows if row[3])
    for number, (start, end, text, speaker) in enumerate(rows, start=1):
        words, texts = [], text.split()
        step = (end - start) / len(texts)
        for index, one in enumerate(texts):
            times = {
                "start": round(start + index * step, 3),
                "end": round(start + (index + 1) * step, 3),
            }
            words.append({"text": one, **times, "confidence": 0.9, "speaker": speaker})
        segments.append(
            {
                "id": f"g{number}",
                "start": start,
                "end": end,
                "text": text,
                "speaker": speaker,
                "confidence": 0.9,
                "edited": False,
                "note": "",
                "words": words,
            }
        )
    names = [{"id": name, "name": f"Speaker {name[1:]}"} for name in speakers]
    empty: dict[str, Any] = {"unheard": [], "warnings": []}
    about = {"schema": 1, "language": "en", "duration": 30.0, "model": "old", **empty, **about}
    return {**about, "speakers": names, "segments": segments}


def change(heard: dict[str, Any], *operations: dict[str, Any]) -> dict[str, Any]:
    draft = Draft(deepcopy(heard))
    draft.apply_all(operations)
    return draft.document


def lines(document: dict[str, Any]) -> list[tuple[float, float, str, str | None]]:
    names = {row["id"]: row["name"] for row in document["speakers"]}
    return [
        (row["start"], row["end"], row["text"], names.get(row["speaker"]))
        for row in document["segments"]
    ]


OLD = said(
    (0.0, 4.0, "Good mourning to all", "s1"),
    (5.0, 8.0, "We meat at noon", "s2"),
    (9.0, 12.0, "Thank you so much", "s1"),
)
NEW = said(
    (0.1, 4.2, "Good morning to all.", "s2"),
    (4.8, 8.2, "We meet at noon.", "s1"),
    (9.0, 14.0, "Thank you so much, goodbye everybody", "s2"),
    model="new",
)


def test_a_corrected_segment_stays_and_the_rest_is_heard_anew():
    current = change(OLD, {"op": "text", "segment": "g1", "text": "Good morning, Ada."})
    result = replayed(OLD, current, NEW)
    assert lines(result) == [
        (0.0, 4.0, "Good morning, Ada.", "Speaker 1"),
        (4.8, 8.2, "We meet at noon.", "Speaker 2"),
        (9.0, 14.0, "Thank you so much, goodbye everybody", "Speaker 1"),
    ]
    assert [row["id"] for row in result["segments"]] == ["g1", "g2", "g3"]
    assert result["model"] == "new"


def test_a_new_segment_that_runs_through_a_held_one_is_cut_around_it():
    across = change(
        NEW,
        {"op": "merge", "segment": "g1", "next": "g2"},
        {"op": "merge", "segment": "g1", "next": "g3"},
    )
    current = change(OLD, {"op": "text", "segment": "g2", "text": "We met."})
    assert [row[:3] for row in lines(replayed(OLD, current, across))] == [
        (0.1, 4.2, "Good morning to all."),
        (5.0, 8.0, "We met."),
        (9.0, 14.0, "Thank you so much, goodbye everybody"),
    ]


def test_what_was_deleted_stays_away_and_a_moved_border_is_kept():
    current = change(
        OLD,
        {"op": "delete", "segments": ["g1"]},
        {"op": "times", "segment": "g3", "start": 8.5, "end": 14.0},
    )
    assert lines(replayed(OLD, current, NEW)) == [
        (4.8, 8.2, "We meet at noon.", "Speaker 2"),
        (8.5, 14.0, "Thank you so much", "Speaker 1"),
    ]


def test_a_word_that_both_heard_is_not_there_twice_however_its_time_was_taken():
    late = said((0.0, 4.3, "Good morning to all", "s1"), (5.0, 8.0, "We meet at noon", "s2"))
    late["segments"][0]["words"][-1] |= {"start": 3.9, "end": 4.3}
    current = change(OLD, {"op": "text", "segment": "g1", "text": "Good morning to all"})
    assert [row["text"] for row in replayed(OLD, current, late)["segments"]] == [
        "Good morning to all",
        "We meet at noon",
    ]


def test_names_merges_and_assigned_speakers_stay():
    current = change(
        OLD,
        {"op": "rename_speaker", "id": "s1", "name": "Ada"},
        {"op": "add_speaker", "id": "x", "name": "Bob"},
        {"op": "speaker", "segments": ["g3"], "speaker": "x"},
    )
    assert [row[3] for row in lines(replayed(OLD, current, NEW))] == ["Ada", "Speaker 2", "Bob"]
    merged = change(OLD, {"op": "merge_speakers", "id": "s2", "into": "s1"})
    result = replayed(OLD, merged, NEW)
    assert [row[3] for row in lines(result)] == ["Speaker 1"] * 3
    assert result["speakers"] == [{"id": "s1", "name": "Speaker 1"}]


def test_a_third_voice_is_added_and_one_that_nobody_heard_goes():
    third = deepcopy(NEW)
    third["speakers"].append({"id": "s3", "name": "Speaker 3"})
    third["segments"].append(
        {
            **third["segments"][2],
            "id": "g4",
            "start": 20.0,
            "end": 21.0,
            "words": [],
            "speaker": "s3",
        }
    )
    assert [row[3] for row in lines(replayed(OLD, OLD, third))][-1] == "Speaker 3"
    alone = said((0.0, 4.0, "Good morning", "s1"), (9.0, 12.0, "Thank you", "s1"))
    assert replayed(OLD, OLD, alone)["speakers"] == [{"id": "s1", "name": "Speaker 1"}]


def test_a_note_stands_beside_the_new_words_or_holds_the_old_ones():
    current = change(
        OLD,
        {"op": "note", "segment": "g2", "note": "which noon?"},
        {"op": "mark", "id": "m1", "time": 5.5, "text": "quote"},
    )
    result = replayed(OLD, current, NEW)
    assert [row["note"] for row in result["segments"]] == ["", "which noon?", ""]
    assert result["segments"][1]["text"] == "We meet at noon."
    assert result["marks"] == [{"id": "m1", "time": 5.5, "text": "quote"}]
    silent = {**NEW, "segments": [NEW["segments"][0], NEW["segments"][2]]}
    kept = replayed(OLD, current, silent)["segments"][1]
    assert (kept["text"], kept["note"]) == ("We meat at noon", "which noon?")


@pytest.mark.parametrize(
    ("numbers", "rising"),
    [([], []), ([3], [0]), ([1, 2, 3], [0, 1, 2]), ([9, 1, 2, 0, 3], [1, 2, 4])],
)
def test_a_longest_rising_row_of_numbers(numbers, rising):
    assert longest_rising(numbers) == rising
