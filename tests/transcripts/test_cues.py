"""Cues: what the browser shows while somebody works is what the exports write."""

import json
import subprocess
from copy import deepcopy
from dataclasses import fields
from pathlib import Path
from random import Random
from typing import Any

from tests.transcripts.edits import Person
from tests.transcripts.edits import document as some_document
from transcripts.document import Document, Segment, Word
from transcripts.exports import BOUNDS, ExportOptions
from transcripts.exports._cues import cues

TWIN = Path(__file__).with_name("cues_twin.mjs")
SEEDS = range(1000)
TEXTS = (
    *(
        "北京会议。东京タワーへ行きましょう、ねえ\uff1f「はい」と彼は言った。",
        "ภาษาไทยไม่มีช่องว่างระหว่างคำ",
    ),
    *("مرحبا، كيف الحال؟", "क्षत्रिय नमस्ते", "e\u0301" * 30, "x" * 95, "\u0300" * 50, "👩‍👩‍👧" * 9),
    *(
        "a\u2028b\x00c\ufeff \ufffe d",
        "",
        " \u3000 ",
        "“Quite.” (Yes!) No… well; so:",
        "9\u00a0000",
    ),
)
NAMES = ("Ada", "", "Someone of a very long name indeed 北京", "A\tB")


def options_at(random: Random) -> ExportOptions:
    """All that may be asked for, and often what stands at an edge."""
    asked: dict[str, Any] = {"speakers": random.choice((None, True, False))}
    for name, (least, most) in BOUNDS.items():
        usual = getattr(ExportOptions(), name)
        value = random.choice((usual, least, most, round(random.uniform(least, most), 3)))
        asked[name] = int(value) if isinstance(usual, int) else float(value)
    return ExportOptions(**asked)


def document_at(random: Random) -> dict[str, Any]:
    """Edited, unlike its words, overlapping, without length, out of order, in many scripts."""
    document = some_document(random, segments=random.randint(0, 8))
    Person(random).edits(document, random.randint(0, 4))
    for row in document["segments"]:
        if random.random() < 0.3:
            row["text"] = random.choice(TEXTS)
            row["words"] = random.choice(([], row["words"], spelled(random, row)))
        if random.random() < 0.3:
            row["start"] = round(max(0.0, row["start"] - random.random() * 3), 3)
        if random.random() < 0.3:
            row["end"] = random.choice(
                (row["start"], round(row["start"] + random.random() * 20, 4))
            )
        row["end"] = max(row["start"], row["end"])
    for speaker in document["speakers"]:
        speaker["name"] = random.choice((*NAMES, speaker["name"]))
    return document


def spelled(random: Random, row: dict[str, Any]) -> list[dict[str, Any]]:
    """Words that say the text, one of them for a long time."""
    times = sorted(round(row["start"] + random.random() * 9, 3) for _ in row["text"].split())
    return [
        {"text": text, "start": time, "end": time + random.choice((0.2, 8.5)), "speaker": None}
        for text, time in zip(row["text"].split(), times, strict=True)
    ]


def test_the_browser_makes_the_same_cues():
    cases = []
    for seed in SEEDS:
        random = Random(seed)
        document, options = document_at(random), options_at(random)
        label_in_text = random.random() < 0.5
        made = cues(Document.from_json(deepcopy(document)), options, label_in_text=label_in_text)
        asked = {one.name: getattr(options, one.name) for one in fields(options)}
        cases.append(
            {
                "document": document,
                "options": {name: asked[name] for name in ("speakers", *BOUNDS)},
                "labelInText": label_in_text,
                "cues": [[cue.start_ms, cue.end_ms, cue.lines, cue.speaker] for cue in made],
            }
        )
    assert sum(len(case["cues"]) for case in cases) > 5 * len(SEEDS)
    ran = subprocess.run(
        ["node", TWIN], input=json.dumps(cases), capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, f"{len(cases)} agree\n", "")


def test_a_cue_reaches_to_where_somebody_set_its_segment():
    words = [Word("Good", 2.0, 2.3), Word("evening.", 2.4, 3.0)]
    said = Document(
        "en", 60.0, "m", segments=[Segment("g1", 1.5, 4.2, "Good evening.", words=words)]
    )
    [cue] = cues(said, ExportOptions())
    assert (cue.start_ms, cue.end_ms) == (1500, 4200)
    said.segments[0].end = 40.0
    [cue] = cues(said, ExportOptions())
    assert (cue.start_ms, cue.end_ms) == (1500, 8500)
