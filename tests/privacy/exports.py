"""An export of private transcripts as a browser makes it, made in Python."""

from __future__ import annotations

import copy
import io
import json
import secrets
import zipfile
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from privacy.envelopes import Envelope, bound, padded, seal_result, to_base64url
from tests.accounts.test_keyring import VECTORS, a_ring
from tests.privacy import twin

SET = VECTORS["made_by_node"]
UID: str = SET["uid"]
PASSPHRASE: str = SET["passphrase"]
CODE = bytes.fromhex(SET["recovery_code_hex"])
MASTER = bytes.fromhex(SET["mk_hex"])
JOB = "j1"
MADE_AT = "2026-11-23T09:30:00Z"
Files = dict[str, Any]


def sealed(key: bytes, plain: bytes, aad: bytes) -> dict[str, object]:
    iv = secrets.token_bytes(12)
    return Envelope(iv, AESGCM(key).encrypt(iv, plain, aad)).to_json()


def a_text(*said: str, speakers: tuple[str, ...] = ("Ada", "Grace")) -> dict[str, Any]:
    """A document in which they speak in turn, five seconds each."""
    segments = [
        {
            "id": f"g{number}",
            "start": 5.0 * number,
            "end": 5.0 * number + 4,
            "text": text,
            "speaker": f"s{number % len(speakers)}",
            "confidence": 0.9,
            "edited": False,
            "note": "",
            "words": [],
        }
        for number, text in enumerate(said)
    ]
    named = [{"id": f"s{number}", "name": name} for number, name in enumerate(speakers)]
    about = {"schema": 1, "language": "en", "duration": 5.0 * len(said), "model": "m"}
    empty: dict[str, list[Any]] = {"unheard": [], "warnings": [], "marks": []}
    return {**about, **empty, "speakers": named, "segments": segments}


def _keyring() -> dict[str, Any]:
    return {"uid": UID, "ring": copy.deepcopy(a_ring(epoch=SET["epoch"]))}


@dataclass
class Export:
    """Of one person. ``files`` by name, as JSON."""

    files: Files = field(default_factory=lambda: {"keyring.json": _keyring()})
    listed: dict[str, list[int]] = field(default_factory=dict)

    def add(
        self, tid: str, title: str, document: dict[str, Any], version: int = 1
    ) -> dict[str, Any]:
        """As it was saved."""
        dek = secrets.token_bytes(32)
        wrap = twin.subkey(UID, MASTER, "wrap")
        content = {"schema": 1, "document": document, "history": [], "dek_epoch": SET["epoch"]}
        about = {
            "title": title,
            "folder": "",
            "tags": [],
            "speakers": [],
            "sha256": "",
            "file_name": "",
        }
        key = {"version": 1, "env": sealed(wrap, dek, bound("dek", UID, tid, 1))}
        kept = {
            "format": "sotto-private-1",
            "uid": UID,
            "id": tid,
            "created_at": MADE_AT,
            "duration": document["duration"],
            "version": version,
            "dek": key,
            "document": self._text(dek, tid, version, content),
            "about": sealed(dek, padded(about), bound("meta", UID, tid, version)),
        }
        if version > 1:
            heard = content | {"document": {**document, "segments": document["segments"][:1]}}
            kept["machine"] = {"version": 1, "dek": key, "document": self._text(dek, tid, 1, heard)}
        self.listed[tid] = [version, 1]
        self.files[f"transcripts/{tid}.json"] = kept
        return kept

    def add_sealed(self, tid: str, document: dict[str, Any]) -> None:
        """As the worker left it."""
        blob = seal_result(document, SET["pk"], uid=UID, tid=tid, job=JOB)
        result = {"sealed": to_base64url(blob), "public_key": SET["pk"], "job": JOB}
        kept = {"format": "sotto-private-1", "uid": UID, "id": tid, "version": 0, **result}
        self.files[f"transcripts/{tid}.json"] = kept

    def add_manifest(self, epoch: int = 4) -> None:
        plain = json.dumps(self.listed).encode()
        env = sealed(twin.subkey(UID, MASTER, "state"), plain, bound("manifest", UID, epoch))
        self.files["keyring.json"]["manifest"] = {"epoch": epoch, "env": env}

    def zipped(self) -> bytes:
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in self.files.items():
                archive.writestr(name, json.dumps(content))
        return made.getvalue()

    @staticmethod
    def _text(dek: bytes, tid: str, version: int, content: object) -> dict[str, object]:
        return sealed(dek, padded(content), bound("doc", UID, tid, version, twin.CONTENT_TYPE))


def an_export() -> Export:
    """Two that were saved, the first of them edited, and one that was not opened yet."""
    export = Export()
    export.add(
        "t1", "Interview in Köln", a_text("Guten Tag.", "How are you?", "Fine <b>indeed</b>."), 3
    )
    export.add(
        "t2",
        "会议",
        a_text("今天的会议开始了。", "Then we speak of elephants.", speakers=("王芳", "Ada")),
    )
    export.add_manifest()
    export.add_sealed("t3", a_text("Nobody has read this yet."))
    return export
