"""Who of a new hearing is who of the old one, told by when they speak. No Django."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

Document = dict[str, Any]
Whose = dict[str | None, str | None]
Stretch = tuple[float, float, str | None]


def merged_into(heard: Document, current: Document) -> Whose:
    """Whom each old speaker is now: the same, or whom people made of them. Without the forgotten."""
    there = {speaker["id"] for speaker in current["speakers"]}
    missing = {speaker["id"] for speaker in heard["speakers"]} - there
    became = _became(heard, current, missing) if missing else {}
    stayed = {speaker["id"]: speaker["id"] for speaker in heard["speakers"]}
    return {None: None} | {old: new for old, new in stayed.items() if old in there} | became


def _became(heard: Document, current: Document, missing: set[str]) -> Whose:
    now = {row["id"]: row for row in current["segments"]}
    seconds: dict[str, Counter[str | None]] = {}
    for was in heard["segments"]:
        row = now.get(was["id"])
        if row is None or len(row["words"]) != len(was["words"]):
            continue
        for old, new in zip((was, *was["words"]), (row, *row["words"]), strict=True):
            if old["speaker"] in missing:
                length = max(1, round(1000 * (old["end"] - old["start"])))
                seconds.setdefault(old["speaker"], Counter())[new["speaker"]] += length
    return {old: heirs.most_common(1)[0][0] for old, heirs in seconds.items()}


class Voices:
    """Speakers of the new hearing under the ids of those whom people know."""

    def __init__(self, heard: Document, current: Document, fresh: Document) -> None:
        self._heard, self._current = heard, current
        whose = merged_into(heard, current)
        self._ids: Whose = {None: None}
        for new, old in _pairs(heard, fresh):
            if old in whose:
                self._ids[new] = whose[old]
        self._new: list[dict[str, str]] = []
        ids = {row["id"] for row in (*heard["speakers"], *current["speakers"])}
        names = {row["name"] for row in current["speakers"]}
        for speaker in fresh["speakers"]:
            if speaker["id"] not in self._ids:
                made = {"id": _unused("s", ids), "name": _another(speaker["name"], names)}
                self._ids[speaker["id"]] = made["id"]
                self._new.append(made)
                ids.add(made["id"])
                names.add(made["name"])

    def of(self, speaker: str | None) -> str | None:
        return self._ids.get(speaker)

    def speakers(self, segments: list[dict[str, Any]]) -> list[dict[str, str]]:
        """Without those of the machine's whose words are all gone now."""
        speak, spoke = set(_speaking(segments)), set(_speaking(self._current["segments"]))
        machines = [row for row in self._current["speakers"] if row in self._heard["speakers"]]
        gone = [row for row in machines if row["id"] in spoke - speak]
        stay = [row for row in self._current["speakers"] if row not in gone]
        return stay + [row for row in self._new if row["id"] in speak]


def _speaking(segments: list[dict[str, Any]]) -> Iterator[str | None]:
    for row in segments:
        yield row["speaker"]
        yield from (word["speaker"] for word in row["words"])


def _pairs(heard: Document, fresh: Document) -> list[tuple[str, str]]:
    """(new, old): who speaks longest at the same time, each at most once."""
    together: Counter[tuple[str, str]] = Counter()
    old, at = _stretches(heard), 0
    for start, end, new in _stretches(fresh):
        while at < len(old) and old[at][1] <= start:
            at += 1
        for index in range(at, len(old)):
            began, ended, was = old[index]
            if began >= end:
                break
            if new is not None and was is not None:
                shared = min(end, ended) - max(start, began)
                together[new, was] += max(0, round(1000 * shared))
    pairs: list[tuple[str, str]] = []
    for (new, was), shared in sorted(together.items(), key=lambda one: (-one[1], one[0])):
        if shared and all(new != pair[0] and was != pair[1] for pair in pairs):
            pairs.append((new, was))
    return pairs


def _stretches(document: Document) -> list[Stretch]:
    parts = (part for row in document["segments"] for part in row["words"] or [row])
    return sorted(
        ((part["start"], part["end"], part["speaker"]) for part in parts), key=lambda one: one[:2]
    )


def _unused(letter: str, ids: set[str]) -> str:
    number = 1
    while f"{letter}{number}" in ids:
        number += 1
    return f"{letter}{number}"


def _another(name: str, names: set[str]) -> str:
    """The name, or the next of its kind: "Speaker 3" where "Speaker 2" is somebody already."""
    stem, number = re.sub(r"\s*\d+\Z", "", name), 1
    while name in names:
        name = f"{stem} {number}"
        number += 1
    return name
