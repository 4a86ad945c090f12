"""The operations that make one document another, in Python and in the browser."""

import json
import subprocess
from copy import deepcopy
from random import Random

from tests.transcripts.edits import Person, document, heard_again
from tests.transcripts.test_operations import TWIN
from transcripts.clashes import clash
from transcripts.differences import difference
from transcripts.operations import Draft
from transcripts.replaying import replayed

SEEDS = range(500)


def test_applied_they_make_the_one_the_other_and_back_and_the_browser_agrees():
    cases = []
    for seed in SEEDS:
        heard = document(Random(seed))
        before = deepcopy(heard)
        Person(Random(seed)).edits(before, 6)
        after = replayed(heard, before, heard_again(Random(seed), heard))
        edits = difference(before, after)
        draft = Draft(deepcopy(before))
        inverse = draft.apply_all(edits)
        assert draft.document == after, seed
        Draft(draft.document).apply_all(inverse)
        assert draft.document == before
        case = {"before": before, "edits": edits, "after": after, "inverse": inverse}
        cases.append({**case, "isDifference": True})
    ran = subprocess.run(
        ["node", TWIN], input=json.dumps(cases), capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, f"{len(cases)} agree\n", "")


def test_rows_in_another_order_are_moved():
    before = document(Random(1))
    after = {**before, "segments": before["segments"][::-1]}
    draft = Draft(deepcopy(before))
    draft.apply_all(difference(before, after))
    assert draft.document == after


def test_what_is_the_same_is_left_alone():
    before = document(Random(1))
    assert difference(before, deepcopy(before)) == []
    after = deepcopy(before)
    after["segments"][2]["text"] = "other"
    operations = difference(before, after)
    assert [operation["op"] for operation in operations] == ["put"]
    edit = [{"op": "note", "segment": before["segments"][4]["id"], "note": "mine"}]
    assert clash(edit, operations) == set()
