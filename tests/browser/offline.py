"""Exports, good and bad, and what the page that opens them says: for every browser."""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.privacy.exports import PASSPHRASE, Export, a_text, an_export

BEGINS = {
    "wrong": "This passphrase does not open it.",
    "cheap": "These keys were changed: their passphrase could be guessed too cheaply",
    "other": "These keys are not as you left them:",
}


@dataclass(frozen=True)
class Case:
    """``said`` begins what stands there: before a passphrase, at it, or in the list of problems."""

    archive: bytes
    secret: str
    said: str
    titles: tuple[str, ...] = ()


def cases() -> dict[str, Case]:
    return {**_of_files(), **_of_keys(), **_of_transcripts()}


def written(folder: Path) -> Path:
    """A file that tells another program of the cases, with their archives beside it."""
    told = []
    for name, case in cases().items():
        archive = folder / f"{name.replace(' ', '-')}.zip"
        archive.write_bytes(case.archive)
        told.append({"name": name, "archive": str(archive), "secret": case.secret})
    listed = folder / "cases.json"
    listed.write_text(json.dumps(told), "utf-8")
    return listed


def expected() -> dict[str, tuple[str, list[str]]]:
    return {name: (case.said, list(case.titles)) for name, case in cases().items()}


def cut(said: dict[str, Any]) -> dict[str, tuple[str, list[str]]]:
    """What a browser showed, as far as ``expected`` says it."""
    lengths = {name: len(case.said) or None for name, case in cases().items()}
    return {name: (one["said"][: lengths[name]], one["titles"]) for name, one in said.items()}


TITLES = ("Interview in Köln", "会议", "Nobody has read this yet.")


def _of_files() -> dict[str, Case]:
    whole = an_export()
    keyless, empty = copy.deepcopy(whole), copy.deepcopy(whole)
    del keyless.files["keyring.json"]
    empty.files = {"keyring.json": whole.files["keyring.json"]}
    return {
        "whole": Case(whole.zipped(), PASSPHRASE, "", TITLES),
        "without keys": Case(keyless.zipped(), "", "The locked keys, keyring.json, are not among"),
        "without texts": Case(empty.zipped(), "", "There are no private transcripts among"),
        "cut off": Case(whole.zipped()[:-40], "", "cut-off.zip is damaged, or no ZIP."),
    }


def _of_keys() -> dict[str, Case]:
    def with_slot(**change: Any) -> bytes:
        export = an_export()
        export.files["keyring.json"]["ring"]["slots"][0] |= change
        return export.zipped()

    def with_ring(change: Any) -> bytes:
        export = an_export()
        change(export.files["keyring.json"]["ring"])
        return export.zipped()

    def one_slot_more(ring: dict[str, Any]) -> None:
        ring["slots"].append(ring["slots"][0] | {"id": "k9", "salt": "A" * 43})

    def another_key(ring: dict[str, Any]) -> None:
        ring["pk"] = ring["pk"][:-1] + ("0" if ring["pk"][-1] != "0" else "4")

    def state_of_another_day(ring: dict[str, Any]) -> None:
        ring["epoch"] += 1

    return {
        "wrong passphrase": Case(an_export().zipped(), f"{PASSPHRASE} ", BEGINS["wrong"]),
        "cheap iterations": Case(with_slot(iter=100_000), PASSPHRASE, BEGINS["cheap"]),
        "endless iterations": Case(with_slot(iter=4_000_000_000), PASSPHRASE, BEGINS["cheap"]),
        "other iterations": Case(with_slot(iter=600_001), PASSPHRASE, BEGINS["wrong"]),
        "one slot more": Case(with_ring(one_slot_more), PASSPHRASE, BEGINS["other"]),
        "another key": Case(with_ring(another_key), PASSPHRASE, BEGINS["other"]),
        "another state": Case(with_ring(state_of_another_day), PASSPHRASE, BEGINS["other"]),
    }


def _of_transcripts() -> dict[str, Case]:
    def changed(change: Any) -> bytes:
        export = an_export()
        change(export.files)
        return export.zipped()

    def swap(files: dict[str, Any]) -> None:
        files["transcripts/t2.json"] |= {"about": files["transcripts/t1.json"]["about"]}

    def flip(files: dict[str, Any]) -> None:
        about = files["transcripts/t2.json"]["about"]
        about["ct"] = ("A" if about["ct"][0] != "A" else "B") + about["ct"][1:]

    def drop(files: dict[str, Any]) -> None:
        del files["transcripts/t2.json"]

    def forge(files: dict[str, Any]) -> None:
        files["keyring.json"]["manifest"]["epoch"] += 1

    def move(files: dict[str, Any]) -> None:
        files["transcripts/t2.json"]["uid"] = "u_other"

    older = an_export()
    older.add("t2", "会议", a_text("Before."), 1)
    older.files["keyring.json"]["manifest"] = _two_versions_later()
    others = (TITLES[0], TITLES[2])
    name = "transcripts/t2.json"
    return {
        "swapped": Case(changed(swap), PASSPHRASE, f"{name} does not open: it was changed", others),
        "flipped": Case(changed(flip), PASSPHRASE, f"{name} does not open: it was changed", others),
        "missing": Case(changed(drop), PASSPHRASE, "A transcript that should be in", others),
        "forged list": Case(changed(forge), PASSPHRASE, "The list of what should be in", TITLES),
        "another person": Case(changed(move), PASSPHRASE, f"{name} belongs to another", others),
        "older": Case(older.zipped(), PASSPHRASE, f"“会议” ({name}) is an older version", TITLES),
    }


def _two_versions_later() -> dict[str, Any]:
    later = Export()
    later.listed = {"t1": [3, 1], "t2": [3, 1]}
    later.add_manifest()
    return later.files["keyring.json"]["manifest"]
