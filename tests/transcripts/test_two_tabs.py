"""Edits, undoing, lost lines and two tabs at random: nothing is lost, and all see the same."""

import json
import subprocess
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.transcripts.edits import Person as Editor
from tests.transcripts.edits import document as a_random_document
from tests.transcripts.things import Api, Person, a_person, a_transcript
from transcripts.document import Document
from transcripts.models import Transcript

# The twin on servers would take minutes, and tell what test_api_versions.py does there.
pytestmark = [pytest.mark.django_db, pytest.mark.embedded]

RUNS = 1000
STEPS = 8
CLIENTS = Path(__file__).with_name("clients.mjs")


class Tabs:
    """Two tabs in Node. What they ask of the server goes through the API as it is."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._node = subprocess.Popen(
            ["node", CLIENTS], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self._path = ""

    def open(self, transcript: Transcript) -> None:
        self._path = f"/v1/transcripts/{transcript.pk}"
        self("open")

    def __call__(self, order: str, tab: int = 0, **more: Any) -> dict[str, Any]:
        self._write({"do": order, "tab": tab, **more})
        while "ask" in (said := json.loads(self._node.stdout.readline())):
            self._write(self._answer(said))
        return said

    def document(self, tab: int) -> dict[str, Any]:
        return {"marks": [], **self("document", tab)["document"]}

    def close(self) -> None:
        with self._node:
            self._node.stdin.close()

    def _write(self, message: dict[str, Any]) -> None:
        self._node.stdin.write(json.dumps(message) + "\n")
        self._node.stdin.flush()

    def _answer(self, asked: dict[str, Any]) -> dict[str, Any]:
        if asked["ask"] == "load":
            answer = self._api("GET", f"{self._path}/document")
            version = int(answer.headers["ETag"].strip('"'))
            return {"status": 200, "body": {"document": answer.json(), "version": version}}
        body = {name: asked[name] for name in ("batch", "operations")}
        answer = self._api(
            "POST", f"{self._path}/operations", {"base_version": asked["base"], **body}
        )
        return {"status": answer.status_code, "body": answer.json()}


@pytest.fixture
def tabs():
    person = a_person()
    running = Tabs(person.api)
    running.person = person
    yield running
    running.close()


def stored(transcript: Transcript) -> dict[str, Any]:
    return {"marks": [], **Transcript.objects.get(pk=transcript.pk).document}


def a_start(random: Random, person: Person) -> Transcript:
    return a_transcript(person.caller, Document.from_json(a_random_document(random, segments=4)))


def test_one_tab_loses_nothing_whatever_becomes_of_the_line(tabs):
    for seed in range(RUNS // 2):
        random = Random(seed)
        transcript = a_start(random, tabs.person)
        tabs.open(transcript)
        editor = Editor(random)
        for _ in range(STEPS):
            match random.choice(("act", "act", "act", "undo", "redo", "line", "sync")):
                case "act":
                    edits = editor.edits(tabs.document(0), random.randint(1, 3))
                    tabs("act", operations=edits)
                case "line":
                    is_lost = random.random() < 0.5
                    tabs(
                        "line", **{"is": {"isOnline": random.random() < 0.5, "loseAnswer": is_lost}}
                    )
                case other:
                    tabs(other)
        shown = tabs.document(0)
        tabs("line", **{"is": {"isOnline": True, "loseAnswer": False}})
        tabs("sync")
        assert (stored(transcript), tabs.document(0)) == (shown, shown), seed


def test_two_tabs_come_to_the_same_and_lose_nothing_in_silence(tabs):
    for seed in range(RUNS // 2):
        random = Random(seed)
        transcript = a_start(random, tabs.person)
        tabs.open(transcript)
        editors = (Editor(random, "a"), Editor(random, "b"))
        for _ in range(STEPS):
            tab = random.randint(0, 1)
            if random.random() < 0.3:
                tabs("sync", tab)
                continue
            edits = editors[tab].edits(tabs.document(tab), 1)
            tabs("act", tab, operations=edits)
        for tab in (0, 1, 0):
            tabs("sync", tab)
            tabs("act", tab, operations=[{"op": "mark", "id": f"end{tab}", "time": 1, "text": ""}])
            tabs("sync", tab)
        assert tabs.document(0) == stored(transcript), seed
        tabs("act", 1, operations=[{"op": "mark", "id": "last", "time": 1, "text": ""}])
        tabs("sync", 1)
        assert tabs.document(1) == stored(transcript), seed
