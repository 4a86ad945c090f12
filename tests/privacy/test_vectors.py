"""Format 1 on the Python side: what others sealed opens, and nothing changed about it does.

``VECTORS=FILE make test-vectors`` does the same with any file of the shape of ``vectors.json``.
"""

import hashlib
import json
import os
import subprocess
import unicodedata
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.bindings._rust import openssl
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, derive_private_key

from privacy import envelopes
from privacy.envelopes import (
    POINT_BYTES,
    SUITE,
    TAG_BYTES,
    Refused,
    bound,
    from_base64url,
    padded,
    pae,
    to_base64url,
)
from tests.privacy import twin
from tests.speech import ROOT

LIBRARY = ROOT / "static/js/crypto"
FILE = Path(os.environ.get("VECTORS") or LIBRARY / "vectors.json")
VECTORS = json.loads(FILE.read_text(encoding="utf-8"))
SETS = [name for name in VECTORS if name.startswith("made_by_")]

Work = Callable[[], object]


def test_there_is_something_to_check():
    assert SETS


@pytest.mark.parametrize("one", VECTORS.get("kat", {}).get("pbkdf2", []), ids=lambda one: one["c"])
def test_known_answers_of_pbkdf2(one):
    derived = hashlib.pbkdf2_hmac(
        "sha256", one["P"].encode(), one["S"].encode(), int(one["c"]), len(one["dk"]) // 2
    )
    assert derived.hex() == one["dk"]


@pytest.mark.parametrize("one", VECTORS.get("kat", {}).get("hpke_rfc9180", []))
def test_known_answers_of_hpke(one):
    raw = {name: bytes.fromhex(value) for name, value in one.items()}
    key = derive_private_key(int.from_bytes(raw["skRm"], "big"), SECP256R1())
    plain = openssl.hpke._decrypt_with_aad(
        SUITE, raw["enc"] + raw["ct"], key, info=raw["info"], aad=raw["aad"]
    )
    assert plain == raw["pt"]


@pytest.mark.parametrize("one", VECTORS.get("kat", {}).get("pae", []))
def test_known_answers_of_pae(one):
    assert pae(*one["in"]).hex() == one["out"]


@pytest.mark.parametrize("maker", SETS)
def test_everything_in_a_set_opens(maker):
    one = VECTORS[maker]
    uid, tid, doc = one["uid"], one["tid"], one["doc"]
    passphrase, code = one["slots"]
    master = bytes.fromhex(one["mk_hex"])
    assert twin.master_of(uid, passphrase, one["passphrase"]) == master
    assert twin.master_of(uid, code, bytes.fromhex(one["recovery_code_hex"])) == master
    wrap, state = (twin.subkey(uid, master, purpose) for purpose in ("wrap", "state"))
    said = twin.json_of(twin.opened(state, one["state"], bound("state", uid, one["epoch"])))
    assert (said["epoch"], said["pk"]) == (one["epoch"], one["pk"])
    dek = twin.dek_of(uid, tid, one["dekver"], wrap, one["dek"])
    assert dek.hex() == one["dek_hex"]
    text = twin.text_of(dek, one["content"], uid, tid, one["ver"])
    assert (len(text), twin.json_of(text)) == (one["doc_len"], doc)
    assert len(padded(doc)) == one["doc_len"]
    key = twin.private_key_of(uid, one["pk"], wrap, one["priv"])
    sealed = from_base64url(one["sealed"])
    assert twin.json_of(twin.result_of(key, one["pk"], sealed, uid, tid, one["job"])) == doc
    share_key = from_base64url(one["share_key"])
    assert twin.json_of(twin.share_of(one["share_id"], share_key, one["share"])) == doc
    assert twin.json_of(_upload(one, key)) == doc


@pytest.mark.skipif("share_with_password" not in VECTORS, reason="an older file has none")
def test_a_shared_copy_with_a_password_opens():
    one = VECTORS["share_with_password"]
    for password in (one["password"], unicodedata.normalize("NFD", one["password"])):
        link = twin.link_of(from_base64url(one["share_key"]), one["kdf"], password)
        assert twin.json_of(twin.share_of(one["share_id"], link, one["share"])) == one["doc"]
        assert twin.token_of(one["share_id"], link) == one["token"]


def _of_passwords() -> Iterator[tuple[str, Work]]:
    one = VECTORS["share_with_password"]
    secret, kdf, words = one["share_key"], one["kdf"], one["password"]

    def copy(
        change: dict[str, Any] | None, how: tuple[str, str, str] = (words, secret, "")
    ) -> Work:
        password, link, more = how

        def work() -> bytes:
            used = None if change is None else kdf | change
            key = twin.link_of(from_base64url(link), used, password)
            return twin.share_of(one["share_id"] + more, key, one["share"])

        return work

    yield "share: wrong password", copy({}, (words + " ", secret, ""))
    yield "share: without its password", copy(None)
    yield "share: its password with another link", copy({}, (words, _flipped(secret, 0), ""))
    yield "share: other share id, with a password", copy({}, (words, secret, "x"))
    yield "share: fewer iterations", copy({"iter": 599_999})
    yield "share: endless iterations", copy({"iter": 10_000_001})
    yield "share: iterations relabelled", copy({"iter": kdf["iter"] + 1})
    yield "share: salt swapped", copy({"salt": _flipped(kdf["salt"], 0)})
    yield "share: salt of 16 bytes", copy({"salt": to_base64url(bytes(16))})


@pytest.mark.skipif("share_with_password" not in VECTORS, reason="an older file has none")
def test_nothing_changed_about_a_copy_with_a_password_opens():
    assert [name for name, work in _of_passwords() if not _is_refused(work)] == []


def _refusals(one: dict[str, Any]) -> Iterator[tuple[str, Work]]:
    """As in ``check.js``, by the same names."""
    yield from _of_uploads(one)
    yield from _of_slots(one)
    yield from _of_keys(one)
    yield from _of_texts(one)
    yield from _of_sealed(one)


def _of_uploads(one: dict[str, Any]) -> Iterator[tuple[str, Work]]:
    key, job = _private_key(one), one["job"]
    data, chunk = from_base64url(one["upload"]), one["upload_chunk"] + TAG_BYTES
    head = twin.SEALED_KEY_BYTES
    first, second = data[head : head + chunk], data[head + chunk : head + 2 * chunk]

    def upload(data: bytes, job: str = job) -> Work:
        return partial(_upload, one | {"job": job, "upload": to_base64url(data)}, key)

    swapped = data[:head] + second + first + data[head + 2 * chunk :]
    yield "upload: cut at a chunk border", upload(data[: head + chunk])
    yield "upload: chunks swapped", upload(swapped)
    yield "upload: other job", upload(data, job=job + "x")


def _of_slots(one: dict[str, Any]) -> Iterator[tuple[str, Work]]:
    uid, words = one["uid"], one["passphrase"]
    passphrase, code = one["slots"]

    def slot(who: str = uid, **change: Any) -> Work:
        return partial(twin.master_of, who, passphrase | change, words)

    longer = to_base64url(from_base64url(passphrase["env"]["ct"]) + b"\0")
    yield "wrong passphrase", partial(twin.master_of, uid, passphrase, words + " ")
    yield "wrong code", partial(twin.master_of, uid, code, bytes(20))
    yield "KDF downgrade to 100,000", slot(iter=100_000)
    yield "KDF blow-up to 4e9", slot(iter=4_000_000_000)
    yield "iterations relabelled in the slot only", slot(iter=passphrase["iter"] + 1)
    yield "salt swapped", slot(salt=code["salt"])
    yield "slot of another user", slot(uid + "x")
    yield "slot id relabelled", slot(id=code["id"])
    yield "slot ciphertext longer than 48 bytes", slot(env=passphrase["env"] | {"ct": longer})
    yield "non-canonical base64", slot(salt=_uncanonical(passphrase["salt"]))
    for name, broken in one["policy"].items():
        yield f"policy: {name}", partial(twin.master_of, uid, broken, words)


def _of_keys(one: dict[str, Any]) -> Iterator[tuple[str, Work]]:
    uid, tid, version = one["uid"], one["tid"], one["dekver"]
    wrap, state = (
        twin.subkey(uid, bytes.fromhex(one["mk_hex"]), name) for name in ("wrap", "state")
    )
    about_state = bound("state", uid, one["epoch"] + 1)
    other = to_base64url(from_base64url(one["sealed"])[:POINT_BYTES])
    yield "old state replayed as new epoch", partial(twin.opened, state, one["state"], about_state)
    yield (
        "public key swapped under the private key",
        partial(twin.private_key_of, uid, other, wrap, one["priv"]),
    )
    yield (
        "another transcript served: its key",
        partial(twin.dek_of, uid, tid, version, wrap, one["dek_other"]),
    )
    yield (
        "another transcript served: its key version",
        partial(twin.dek_of, uid, tid, version + 1, wrap, one["dek"]),
    )


def _of_texts(one: dict[str, Any]) -> Iterator[tuple[str, Work]]:
    dek, content, of, at = bytes.fromhex(one["dek_hex"]), one["content"], one["tid"], one["ver"]

    def text(
        change: dict[str, Any], tid: str = of, version: int = at, kind: str = twin.CONTENT_TYPE
    ) -> Work:
        return partial(twin.text_of, dek, content | change, one["uid"], tid, version, kind)

    yield "content of another transcript", text(one["content_other"])
    yield "rollback to version 6", text(one["content_old"])
    yield "relabelled as another version", text({}, version=at + 1)
    yield "relabelled as another transcript", text({}, tid=of + "x")
    yield "content type confusion", text({}, kind="text/plain")
    yield "wrapped DEK used as content", text(one["dek"])
    yield "flipped ciphertext bit", text({"ct": _flipped(content["ct"], 5)})
    yield "flipped tag bit", text({"ct": _flipped(content["ct"], -1)})
    yield "flipped IV", text({"iv": _flipped(content["iv"], 0)})
    yield "truncated", text({"ct": to_base64url(from_base64url(content["ct"])[:-1])})
    yield "shorter than a tag", text({"ct": ""})
    yield "format downgrade v0", text({"v": 0})
    yield "format as text", text({"v": "1"})
    yield "format as a truth", text({"v": True})
    yield "algorithm relabel", text({"alg": "A128GCM"})
    yield "IV of 16 bytes", text({"iv": to_base64url(bytes(16))})


def _of_sealed(one: dict[str, Any]) -> Iterator[tuple[str, Work]]:
    key, blob, share_key = _private_key(one), from_base64url(one["sealed"]), one["share_key"]

    def sealed(data: bytes, tid: str = one["tid"], job: str = one["job"]) -> Work:
        return partial(twin.result_of, key, one["pk"], data, one["uid"], tid, job)

    def shared(share_id: str, kind: str) -> Work:
        return partial(twin.share_of, share_id, from_base64url(share_key), one["share"], kind)

    off_curve = from_base64url(_flipped(one["sealed"], POINT_BYTES - 1))
    yield "sealed: other job", sealed(blob, job=one["job"] + "x")
    yield "sealed: other transcript", sealed(blob, tid=one["tid"] + "x")
    yield "sealed: flipped", sealed(from_base64url(_flipped(one["sealed"], -1)))
    yield "sealed: point not on curve", sealed(off_curve)
    yield "sealed: too short", sealed(blob[:80])
    yield "share: other share id", shared(one["share_id"] + "x", twin.CONTENT_TYPE)
    yield "share: other content type", shared(one["share_id"], "text/plain")


@pytest.mark.parametrize("maker", SETS)
def test_nothing_changed_about_a_set_opens(maker):
    assert [name for name, work in _refusals(VECTORS[maker]) if not _is_refused(work)] == []


def _is_refused(work: Work) -> bool:
    try:
        work()
    except Refused:
        return True
    return False


def test_both_sides_are_asked_the_same():
    names = {name for maker in SETS for name, _ in _refusals(VECTORS[maker])}
    if "share_with_password" in VECTORS:
        names |= {name for name, _ in _of_passwords()}
    told = _node(_NAMES)
    assert set(json.loads(told)) == names


def test_a_browser_opens_what_the_server_sealed():
    one = VECTORS[SETS[0]]
    sealed = envelopes.seal_result(
        {"text": "größer 会議"}, one["pk"], uid=one["uid"], tid="t_new", job="j_new"
    )
    assert json.loads(_node(_OPEN, to_base64url(sealed))) == {"text": "größer 会議"}


def test_what_is_no_envelope_is_seen_without_a_key():
    right = {"v": 1, "alg": "A256GCM", "iv": to_base64url(bytes(12)), "ct": to_base64url(bytes(16))}
    assert envelopes.Envelope.of_json(right).to_json() == right
    wrong = [{"v": 2}, {"v": True}, {"alg": "none"}, {"iv": "AAAA"}, {"ct": "AAAA"}, {"ct": None}]
    for value in [None, [], "x", {}, *(right | change for change in wrong)]:
        with pytest.raises(Refused):
            envelopes.Envelope.of_json(value)


@pytest.mark.parametrize("key", ["", "AAAA", to_base64url(b"\x04" + bytes(64)), None, 7])
def test_nothing_is_sealed_to_what_is_no_key(key):
    with pytest.raises(Refused):
        envelopes.seal_result({}, key, uid="u", tid="t", job="j")


_NAMES = """
import { readFileSync } from "node:fs";
const { guarded, refusals } = await import("%s/check.js");
const file = JSON.parse(readFileSync("%s"));
const sets = Object.keys(file).filter((name) => name.startsWith("made_by_"));
const told = sets.flatMap((name) => refusals(file[name]));
if (file.share_with_password) told.push(...guarded(file.share_with_password)[1]);
console.log(JSON.stringify(told.map(([one]) => one)));
"""
_OPEN = """
import { readFileSync } from "node:fs";
const [library, path] = ["%s", "%s"];
const { unlock } = await import(`${library}/vault.js`);
const { fromBase64url } = await import(`${library}/format.js`);
const one = Object.values(JSON.parse(readFileSync(path))).find((set) => set.slots);
const pairs = [{ pk: one.pk, env: one.priv }];
const ring = { epoch: one.epoch, slots: one.slots, state: one.state, pk: one.pk, pairs };
const vault = await unlock(one.uid, ring, one.passphrase);
const sealed = fromBase64url(readFileSync(0, "utf8"));
console.log(JSON.stringify(await vault.openResult("t_new", "j_new", one.pk, sealed)));
"""


def _node(script: str, said: str = "") -> str:
    command = ["node", "--input-type=module", "-e", script % (LIBRARY.as_uri(), FILE)]
    return subprocess.run(command, input=said, check=True, capture_output=True, text=True).stdout


def _private_key(one: dict[str, Any]) -> Any:
    wrap = twin.subkey(one["uid"], bytes.fromhex(one["mk_hex"]), "wrap")
    return twin.private_key_of(one["uid"], one["pk"], wrap, one["priv"])


def _upload(one: dict[str, Any], key: Any) -> bytes:
    about = bound("upload", one["uid"], one["job"], from_base64url(one["pk"]))
    return twin.upload_of(key, from_base64url(one["upload"]), about, one["upload_chunk"])


def _flipped(text: str, at: int) -> str:
    data = bytearray(from_base64url(text))
    data[at] ^= 1
    return to_base64url(bytes(data))


def _uncanonical(text: str) -> str:
    """The same bytes, with a bit beyond the last."""
    return text[:-1] + chr(ord(text[-1]) + 1)
