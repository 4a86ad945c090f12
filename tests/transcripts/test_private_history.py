"""The record of changes in the ciphertext of a private transcript says what Standard's says."""

import json
import subprocess
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.transcripts.edits import Person as Editor
from tests.transcripts.edits import document
from tests.transcripts.test_api_versions import path_of
from tests.transcripts.things import a_person, a_transcript
from transcripts.clashes import clash
from transcripts.document import Document
from transcripts.models import Transcript

TWIN = Path(__file__).with_name("history_twin.mjs")
TRANSCRIPTS, STEPS, PAIRS = 12, 12, 400

pytestmark = pytest.mark.django_db


def _a_history(seed: int) -> dict[str, Any]:
    """Twelve saves: upon the last version, upon an older one, sent twice, brought back."""
    random, alice = Random(seed), a_person()
    transcript = a_transcript(alice.caller, Document.from_json(document(random, 8)))
    heard, steps = transcript.document, []
    for number in range(STEPS):
        current = Transcript.objects.get(pk=transcript.pk).version
        kind = random.choice(("now", "now", "late", "late", "again", "restore"))
        base = max(1, current - random.randint(1, 3)) if kind == "late" else current
        step: dict[str, Any] = {"base": base, "batch": f"batch-{number:03}"}
        if kind == "again" and steps and "operations" in steps[-1]:
            step = {name: steps[-1][name] for name in ("base", "batch", "operations")}
        elif kind == "restore" and current > 2:
            step["restores"] = random.randint(1, current - 1)
        else:
            before = alice.api("GET", path_of(transcript, f"versions/{base}")).json()["document"]
            step["operations"] = Editor(random, f"n{number}-").edits(before, 2)
        steps.append({**step, "said": _said(alice, transcript, step)})
    last = Transcript.objects.get(pk=transcript.pk).version
    there = [
        alice.api("GET", path_of(transcript, f"versions/{number}")).json()["document"]
        for number in range(1, last + 1)
    ]
    listed = alice.api("GET", path_of(transcript, "versions")).json()["results"]
    told = [{name: row[name] for name in ("number", "kinds", "restores")} for row in listed]
    return {"heard": heard, "steps": steps, "documents": there, "versions": told}


def _said(alice: Any, transcript: Transcript, step: dict[str, Any]) -> dict[str, Any]:
    if "restores" in step:
        path = path_of(transcript, f"versions/{step['restores']}/restore")
        answer = alice.api("POST", path, {"base_version": step["base"]})
    else:
        body = {"base_version": step["base"], **step}
        del body["base"]
        answer = alice.api("POST", path_of(transcript), body)
    found = answer.json()
    if answer.status_code != 200:
        return {"code": found["code"], "conflicts": found.get("conflicts")}
    others = [{name: one[name] for name in ("number", "operations")} for one in found["others"]]
    return {"version": found["version"], "others": others}


def _a_pair(seed: int) -> dict[str, Any]:
    base = document(Random(seed))
    mine = Editor(Random(seed), "a").edits(json.loads(json.dumps(base)), 2)
    theirs = Editor(Random(-seed - 1), "b").edits(json.loads(json.dumps(base)), 2)
    return {"mine": mine, "theirs": theirs, "both": sorted(clash(mine, theirs))}


def test_versions_merging_clashes_and_bringing_back_are_those_of_standard():
    cases = {
        "transcripts": [_a_history(seed) for seed in range(TRANSCRIPTS)],
        "pairs": [_a_pair(seed) for seed in range(PAIRS)],
    }
    steps = [step for one in cases["transcripts"] for step in one["steps"]]
    assert sum("code" in step["said"] for step in steps) > 5
    assert sum(bool(step["said"].get("others")) for step in steps) > 5
    assert sum("restores" in step for step in steps) > 5
    assert sum(bool(pair["both"]) for pair in cases["pairs"]) > PAIRS / 10
    ran = subprocess.run(
        ["node", TWIN], input=json.dumps(cases), capture_output=True, text=True, check=False
    )
    said = f"{TRANSCRIPTS} and {PAIRS} agree\n"
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, said, "")
