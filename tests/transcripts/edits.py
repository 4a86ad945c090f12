"""Documents and edits at random, such as people make: each fits the document it is made for."""

from __future__ import annotations

from random import Random
from typing import Any

from transcripts.operations import Draft, Operation
from transcripts.retiming import visible

WORDS = (
    "the quick brown fox jumps over a lazy dog, is it? Naïve café 10:30 — well… "
    "北京 会议 東京タワー สวัสดี مرحبا שלום नमस्ते 👩‍👩‍👧 e\u0301 <b> --> =1+1 \u3000 x"
).split(" ")
SPEAKERS = ("s1", "s2", "s3")


def document(random: Random, segments: int = 6) -> dict[str, Any]:
    rows, at = [], 0.0
    for number in range(segments):
        words = [_word(random, number) for _ in range(random.randint(0, 7))]
        start = at
        for word in words:
            word |= {"start": round(at, 3), "end": round(at + random.random(), 3)}
            at = word["end"] + random.choice((0.0, 0.25))
        speaker = words[0]["speaker"] if words else None
        rows.append(
            {
                "id": f"g{number}",
                "start": round(start, 3),
                "end": round(at, 3),
                "text": " ".join(word["text"] for word in words),
                "speaker": speaker,
                "confidence": random.choice((None, round(random.random(), 3))),
                "edited": False,
                "note": random.choice(("", "ask again")),
                "words": words,
            }
        )
    speakers = [{"id": name, "name": f"Speaker {name[1:]}"} for name in SPEAKERS]
    return {
        "schema": 1,
        "language": "en",
        "duration": round(at, 3),
        "model": "some",
        "speakers": speakers,
        "segments": rows,
        "unheard": [],
        "warnings": [],
    }


def _word(random: Random, number: int) -> dict[str, Any]:
    speaker = SPEAKERS[(number + (random.random() < 0.1)) % 3]
    return {
        "text": random.choice(WORDS),
        "confidence": round(random.random(), 3),
        "speaker": speaker,
    }


def heard_again(random: Random, heard: dict[str, Any]) -> dict[str, Any]:
    """The same recording by another machine: other words here and there, other times and borders."""
    words = [dict(word) for row in heard["segments"] for word in row["words"]]
    words = [word for word in words if random.random() < 0.95]
    at = 0.0
    for word in words:
        start = max(at, word["start"] + random.uniform(-0.15, 0.15))
        at = max(start, word["end"] + random.uniform(-0.15, 0.15))
        word |= {"start": round(start, 3), "end": round(at, 3)}
        if random.random() < 0.1:
            word["text"] = random.choice(WORDS)
    others = {"s1": "s2", "s2": "s1"}
    for word in words:
        word["speaker"] = others.get(word["speaker"], word["speaker"])
    rows = []
    while words:
        some = [words.pop(0) for _ in range(min(len(words), random.randint(1, 6)))]
        row = {"id": f"g{len(rows)}", "start": some[0]["start"], "end": some[-1]["end"]}
        row |= {"text": " ".join(word["text"] for word in some), "speaker": some[0]["speaker"]}
        rows.append({**row, "confidence": 0.5, "edited": False, "note": "", "words": some})
    return {**heard, "model": "other", "segments": rows}


class Person:
    """Edits a document as it stands. ``name`` keeps the ids that two people make apart."""

    def __init__(self, random: Random, name: str = "a", kinds: tuple[str, ...] = ()) -> None:
        self._random = random
        self._name = name
        self._kinds = kinds or _KINDS
        self._made = 0

    def edits(self, document: dict[str, Any], count: int) -> list[Operation]:
        """Each made for what the ones before leave; ``document`` is changed by all of them."""
        draft = Draft(document)
        made = []
        while len(made) < count:
            operation = self._edit(draft.document)
            if operation:
                draft.apply(operation)
                made.append(operation)
        return made

    def _edit(self, document: dict[str, Any]) -> Operation | None:
        kind = self._random.choice(self._kinds)
        if not document["segments"] and kind not in {"add_speaker", "mark", "splice"}:
            return None
        operation: Operation | None = getattr(self, f"_{kind}")(document)
        return operation and {"op": kind, **operation}

    def _new_id(self) -> str:
        self._made += 1
        return f"{self._name}{self._made}"

    def _one(self, document: dict[str, Any]) -> dict[str, Any]:
        row: dict[str, Any] = self._random.choice(document["segments"])
        return row

    def _text(self, document: dict[str, Any]) -> Operation:
        row = self._one(document)
        words = row["text"].split(" ")
        at = self._random.randint(0, len(words))
        gone = self._random.randint(0, 3)
        words[at : at + gone] = self._random.choices(WORDS, k=self._random.randint(0, 3))
        return {"segment": row["id"], "text": " ".join(words)}

    def _accept(self, document: dict[str, Any]) -> Operation | None:
        row = self._one(document)
        if not row["words"]:
            return None
        return {"segment": row["id"], "words": [self._random.randrange(len(row["words"]))]}

    def _times(self, document: dict[str, Any]) -> Operation:
        row = self._one(document)
        start = round(max(0, row["start"] + self._random.uniform(-0.5, 0.5)), 3)
        return {"segment": row["id"], "start": start, "end": round(start + 1.234, 3)}

    def _note(self, document: dict[str, Any]) -> Operation:
        return {"segment": self._one(document)["id"], "note": self._random.choice(WORDS)}

    def _speaker(self, document: dict[str, Any]) -> Operation:
        names = [speaker["id"] for speaker in document["speakers"]]
        rows = {self._one(document)["id"] for _ in range(3)}
        return {"segments": sorted(rows), "speaker": self._random.choice([None, *names])}

    def _put(self, document: dict[str, Any]) -> Operation:
        return {"segments": [{**self._one(document), "text": "put", "words": []}]}

    def _split(self, document: dict[str, Any]) -> Operation | None:
        row = self._one(document)
        at = self._random.randint(0, len(row["text"]))
        left, right = row["text"][:at], row["text"][at:]
        if not visible(left) or not visible(right):
            return None
        return {"segment": row["id"], "left": left, "right": right, "id": self._new_id()}

    def _merge(self, document: dict[str, Any]) -> Operation | None:
        rows = document["segments"]
        if len(rows) < 2:
            return None
        at = self._random.randrange(len(rows) - 1)
        return {"segment": rows[at]["id"], "next": rows[at + 1]["id"]}

    def _delete(self, document: dict[str, Any]) -> Operation:
        return {"segments": [self._one(document)["id"]]}

    def _splice(self, document: dict[str, Any]) -> Operation:
        rows = document["segments"]
        at = self._random.randint(0, len(rows))
        gone = rows[at : at + self._random.randint(0, 2)]
        row = {
            "start": 1.0,
            "end": 2.0,
            "text": "new here",
            "confidence": None,
            "edited": True,
            "note": "",
            "words": [],
            "speaker": None,
        }
        return {
            "after": rows[at - 1]["id"] if at else None,
            "remove": [one["id"] for one in gone],
            "insert": [{"id": self._new_id(), **row}],
        }

    def _add_speaker(self, _document: dict[str, Any]) -> Operation:
        return {"id": self._new_id(), "name": self._random.choice(WORDS)}

    def _rename_speaker(self, document: dict[str, Any]) -> Operation | None:
        if not document["speakers"]:
            return None
        return {"id": self._random.choice(document["speakers"])["id"], "name": "Ada"}

    def _merge_speakers(self, document: dict[str, Any]) -> Operation | None:
        names = [speaker["id"] for speaker in document["speakers"]]
        if len(names) < 2:
            return None
        gone, into = self._random.sample(names, 2)
        return {"id": gone, "into": into}

    def _mark(self, document: dict[str, Any]) -> Operation:
        time = round(self._random.uniform(0, document["duration"]), 3)
        return {"id": self._new_id(), "time": time, "text": self._random.choice(WORDS)}

    def _unmark(self, document: dict[str, Any]) -> Operation | None:
        marks = document.get("marks", [])
        return {"id": self._random.choice(marks)["id"]} if marks else None


_KINDS = tuple(
    name.removeprefix("_")
    for name in (
        *("_text", "_text", "_text", "_accept", "_times", "_note", "_speaker", "_put"),
        *("_split", "_split", "_merge", "_merge", "_delete", "_splice"),
        *("_add_speaker", "_rename_speaker", "_merge_speakers", "_mark", "_unmark"),
    )
)
