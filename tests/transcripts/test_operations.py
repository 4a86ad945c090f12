"""Operations: undoing is exact, what does not clash commutes, and the browser's twin agrees."""

import json
import subprocess
from copy import deepcopy
from pathlib import Path
from random import Random

import pytest

from tests.transcripts.edits import Person, document
from transcripts.clashes import clash
from transcripts.operations import KINDS, Draft, Unfit
from transcripts.retiming import retimed

TWIN = Path(__file__).with_name("twin.mjs")
SEEDS = range(1000)


def test_what_takes_edits_back_leaves_the_document_as_it_was():
    for seed in SEEDS:
        before = document(Random(seed))
        after = deepcopy(before)
        edits = Person(Random(seed)).edits(after, 12)
        again = Draft(deepcopy(before))
        inverse = again.apply_all(edits)
        assert again.document == after
        redo = again.apply_all(inverse)
        again.document.setdefault("marks", [])
        assert again.document == {"marks": [], **before}
        again.apply_all(redo)
        assert again.document == {"marks": [], **after}


def test_edits_that_do_not_clash_may_come_in_either_order():
    apart = 0
    for seed in SEEDS:
        base = document(Random(seed), segments=12)
        mine = Person(Random(seed), "a").edits(deepcopy(base), 2)
        theirs = Person(Random(-seed - 1), "b").edits(deepcopy(base), 2)
        if clash(mine, theirs):
            continue
        apart += 1
        one, other = Draft(deepcopy(base)), Draft(deepcopy(base))
        one.apply_all(mine)
        one.apply_all(theirs)
        other.apply_all(theirs)
        other.apply_all(mine)
        assert one.document == other.document, (seed, mine, theirs)
    assert apart > len(SEEDS) / 4


def test_the_browser_comes_to_the_same():
    cases = []
    for seed in SEEDS:
        before = document(Random(seed))
        after = deepcopy(before)
        edits = Person(Random(seed)).edits(after, 8)
        inverse = Draft(deepcopy(before)).apply_all(edits)
        cases.append({"before": before, "edits": edits, "after": after, "inverse": inverse})
    ran = subprocess.run(
        ["node", TWIN], input=json.dumps(cases), capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, f"{len(cases)} agree\n", "")


def test_words_that_stay_keep_their_times_and_new_ones_share_those_that_went():
    words = [
        {"text": text, "start": index, "end": index + 1, "confidence": 0.5, "speaker": "s1"}
        for index, text in enumerate(["We", "met", "at", "noon."])
    ]
    row = {"id": "g1", "start": 0, "end": 4, "speaker": "s1", "text": "We met at noon."}
    changed = retimed({**row, "words": words}, "We saw each other at noon.")
    assert [(word["text"], word["start"], word["end"]) for word in changed] == [
        ("We", 0, 1),
        ("saw", 1.0, 1.25),
        ("each", 1.25, 1.583),
        ("other", 1.583, 2.0),
        ("at", 2, 3),
        ("noon.", 3, 4),
    ]
    assert [word["confidence"] for word in changed] == [0.5, None, None, None, 0.5, 0.5]


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "text", "segment": "no", "text": ""},
        {"op": "accept", "segment": "g1", "words": [99]},
        {"op": "times", "segment": "g1", "start": 2, "end": 1},
        {"op": "speaker", "segments": ["g1"], "speaker": "no"},
        {"op": "split", "segment": "g1", "left": "not", "right": "its text", "id": "x"},
        {"op": "merge", "segment": "g1", "next": "g3"},
        {"op": "splice", "after": "g3", "remove": ["g1"], "insert": []},
        {"op": "add_speaker", "id": "s1", "name": "Again"},
        {"op": "remove_speaker", "id": "no"},
        {"op": "merge_speakers", "id": "s1", "into": "s1"},
        {"op": "unmark", "id": "no"},
    ],
)
def test_what_does_not_fit_is_refused(operation):
    with pytest.raises(Unfit):
        Draft(document(Random(5))).apply(operation)


def test_every_kind_is_tried_at_random():
    seen = {"remove_speaker", "document", "about"}  # taking back, PUT, and machines
    for seed in range(50):
        seen |= {edit["op"] for edit in Person(Random(seed)).edits(document(Random(seed)), 20)}
    assert seen == set(KINDS)
