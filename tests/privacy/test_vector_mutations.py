"""The vectors bite: with any one rule taken out of either side, something of theirs is no longer held."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.speech import ROOT

LIBRARY = ROOT / "static/js/crypto"
# file, what stands there, what would stand there if somebody had forgotten it
IN_JAVASCRIPT = {
    "the floor of iterations": ("keys.js", " && iter >= ITERATIONS.least", ""),
    "the cap on iterations": ("keys.js", " && iter <= ITERATIONS.most", ""),
    "NFC": ("keys.js", '.normalize("NFC")', ""),
    "the user in a slot": ("keys.js", 'bound("slot", uid, id', 'bound("slot", "", id'),
    "the slot's id": ("keys.js", "uid, id, type", "uid, type"),
    "the iterations in a slot": ("keys.js", "KDF[type], iter ?? 0, salt", "KDF[type], salt"),
    "the length of a master key": ("keys.js", "length: KEY_BYTES });\n});", "});\n});"),
    "the transcript of a key": ("keys.js", 'bound("dek", uid, tid, version)', 'bound("dek", uid)'),
    "the public key of a private one": (
        "keys.js",
        'bound("priv", uid, fromBase64url(pk, POINT_BYTES))',
        'bound("priv", uid)',
    ),
    "the info of HPKE": ("keys.js", '"info_hash", info', '"info_hash", NONE'),
    "the password of a link": (
        "keys.js",
        "joined(secret, await bits(...(await typed(password, kdf.salt, kdf.iter))))",
        "secret",
    ),
    "the link beside its password": (
        "keys.js",
        "joined(secret, await bits",
        "joined(NONE, await bits",
    ),
    "the length of a salt": (
        "keys.js",
        "salt: fromBase64url(salt, SALT_BYTES)",
        "salt: fromBase64url(salt)",
    ),
    "the share's id": ("keys.js", 'bound("share-doc", shareId)', 'bound("share-doc")'),
    "the version": ("format.js", "envelope.v === 1 && ", ""),
    "the algorithm": ("format.js", " && envelope.alg === ALGORITHM", ""),
    "the length of an IV": ("format.js", "envelope.iv, IV_BYTES", "envelope.iv"),
    "canonical base64": ("format.js", "refuseUnless(!over ||", "refuseUnless(true ||"),
    "the alphabet": ("format.js", "/^[A-Za-z0-9_-]*$/.test(text) && ", ""),
    "the mark on the last chunk": ("format.js", "Number(number === pieces.length - 1)", "0"),
    "the number of a chunk": ("format.js", ".setUint32(7, number)", ".setUint32(7, 0)"),
    "lengths in PAE": ("format.js", "[le64(piece.length), piece]", "[piece]"),
    "one message": (
        "format.js",
        "throw new Refused();\n  }\n}\n\nexport const random",
        "throw new Error('x');\n  }\n}\n\nexport const random",
    ),
    "padding": ("format.js", "fill(0x20)", "fill(0)"),
    "the epoch of a state": ("vault.js", 'bound("state", uid, ring.epoch)', 'bound("state", uid)'),
    "the version of a text": (
        "vault.js",
        'openText = async (dek, tid, version, env) => parsed(await open(dek, env, bound("doc", this.uid, tid, version',
        'openText = async (dek, tid, version, env) => parsed(await open(dek, env, bound("doc", this.uid, tid',
    ),
}
IN_PYTHON = {
    "the version": ("privacy/envelopes.py", ' or value["v"] != 1', ""),
    "the version's type": ("privacy/envelopes.py", 'type(value.get("v")) is not int or ', ""),
    "the algorithm": ("privacy/envelopes.py", ' or value.get("alg") != ALGORITHM', ""),
    "the length of an IV": ("privacy/envelopes.py", 'value.get("iv"), IV_BYTES', 'value.get("iv")'),
    "a tag at least": ("privacy/envelopes.py", "len(ciphertext) < TAG_BYTES or ", ""),
    "the length of a key": (
        "privacy/envelopes.py",
        " or length not in {None, len(ciphertext) - TAG_BYTES}",
        "",
    ),
    "canonical base64": ("privacy/envelopes.py", "to_base64url(data) != text or ", ""),
    "lengths in PAE": (
        "privacy/envelopes.py",
        'parts += [len(piece).to_bytes(8, "little"), piece]',
        "parts += [piece]",
    ),
    "padding": ("privacy/envelopes.py", 'b" " * (-len(encoded) % BLOCK_BYTES)', 'b""'),
    "the transcript of a result": (
        "privacy/envelopes.py",
        'bound("sealed", uid, tid, job,',
        'bound("sealed", uid, job,',
    ),
}


@pytest.mark.parametrize("rule", IN_JAVASCRIPT)
def test_the_library_without_a_rule_is_found_out(tmp_path: Path, rule: str) -> None:
    shutil.copytree(LIBRARY, tmp_path, dirs_exist_ok=True)
    _without(tmp_path, *IN_JAVASCRIPT[rule])
    _one_set(tmp_path / "vectors.json")
    assert _failures(tmp_path)


def test_the_library_as_it_is_passes_there(tmp_path: Path) -> None:
    shutil.copytree(LIBRARY, tmp_path, dirs_exist_ok=True)
    _one_set(tmp_path / "vectors.json")
    assert _failures(tmp_path) == []


@pytest.mark.parametrize("rule", [*IN_PYTHON, ""])
def test_the_twin_without_a_rule_is_found_out(tmp_path: Path, rule: str) -> None:
    for name in ("privacy/envelopes.py", "tests/speech.py", "tests/privacy/twin.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    shutil.copy(ROOT / "tests/privacy/test_vectors.py", tmp_path / "tests/privacy")
    shutil.copytree(LIBRARY, tmp_path / "static/js/crypto")
    _one_set(tmp_path / "static/js/crypto/vectors.json")
    if rule:
        _without(tmp_path, *IN_PYTHON[rule])
    options = ["-q", "-x", "-p", "no:cacheprovider", "--noconftest", "--rootdir", "."]
    ended = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            *options,
            "-c",
            "/dev/null",
            "tests/privacy/test_vectors.py",
        ],
        cwd=tmp_path,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(tmp_path)},
        check=False,
        capture_output=True,
        text=True,
    )
    assert ended.returncode == (1 if rule else 0), ended.stdout


def _without(folder: Path, name: str, stands: str, instead: str) -> None:
    text = (folder / name).read_text(encoding="utf-8")
    assert text.count(stands) == 1, stands
    (folder / name).chmod(0o644)
    (folder / name).write_text(text.replace(stands, instead), encoding="utf-8")


def _one_set(path: Path) -> None:
    """One maker's is enough here, and a third of the work."""
    names = ("kat", "made_by_node", "share_with_password")
    file = json.loads(path.read_text(encoding="utf-8"))
    path.chmod(0o644)
    path.write_text(json.dumps({name: file[name] for name in names}))


def _failures(library: Path) -> list[str]:
    script = 'import { readFileSync } from "node:fs"; import { failuresIn } from "./check.js";'
    script += (
        'console.log(JSON.stringify(await failuresIn(JSON.parse(readFileSync("vectors.json")), 1)))'
    )
    told = subprocess.run(
        ["node", "--input-type=module", "-e", script],
        cwd=library,
        check=True,
        capture_output=True,
        text=True,
    )
    failures: list[str] = json.loads(told.stdout)
    return failures
