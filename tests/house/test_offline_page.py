"""The page that opens exports without a network: made from the source, whole, and nothing beside it."""

import base64
import hashlib
import re
from pathlib import Path

import pytest

from tests.speech import ROOT
from tools import offline_page

PAGE = offline_page.PAGE.read_text("utf-8")


def test_what_is_committed_is_what_the_source_makes():
    stale = [
        path.relative_to(ROOT).as_posix()
        for path, text in offline_page.files().items()
        if path.read_text("utf-8") != text
    ]
    assert stale == [], "run `make offline`"


def test_its_hash_is_told():
    line = f"{hashlib.sha256(PAGE.encode()).hexdigest()}  sotto-offline.html"
    assert offline_page.SUMS.read_text("utf-8") == f"{line}\n"
    assert (ROOT / "docs/private.md").read_text("utf-8").count(line) == 1


def test_its_policy_names_its_own_script_and_style_and_forbids_the_rest():
    [script] = re.findall(r"<script type=\"module\">(.*?)</script>", PAGE, re.DOTALL)
    [style] = re.findall(r"<style>(.*?)</style>", PAGE, re.DOTALL)
    [policy] = re.findall(r'Content-Security-Policy" content="([^"]*)"', PAGE)
    assert policy.split("; ") == [
        "default-src 'none'",
        f"script-src 'sha256-{_hash(script)}'",
        f"style-src 'sha256-{_hash(style)}'",
        "media-src blob:",
        "base-uri 'none'",
        "form-action 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    ]
    assert PAGE.index("Content-Security-Policy") < min(map(PAGE.index, ("<style", "<script")))


def test_it_is_small_enough_to_be_read_and_loads_nothing():
    assert len(PAGE.encode()) < 150_000
    assert (
        re.findall(r"<(?:link|iframe|img|object|embed)\b|\bsrc=|\burl\(|@import|\bfetch\(", PAGE)
        == []
    )


@pytest.mark.parametrize(
    "line",
    [
        'const later = import("./other.js");',
        "export default 1;",
        "export let changing = 1;",
        'export * from "./other.js";',
        'import "./other.js";',
        'import { zipSync } from "fflate";',
        "const here = import.meta.url;",
        'const end = "</script>";',
    ],
)
def test_what_the_builder_does_not_know_it_refuses(inside: Path, line: str):
    (inside / "other.js").write_text("export const other = 1;\n", "utf-8")
    (inside / "entry.js").write_text(f"{line}\n", "utf-8")
    with pytest.raises(offline_page.Unknown):
        offline_page.script_of(inside / "entry.js")


def test_modules_that_need_one_another_are_refused(inside: Path):
    (inside / "one.js").write_text('import { b } from "./two.js";\nexport const a = 1;\n', "utf-8")
    (inside / "two.js").write_text('import { a } from "./one.js";\nexport const b = 1;\n', "utf-8")
    with pytest.raises(offline_page.Unknown):
        offline_page.script_of(inside / "one.js")


def test_names_of_modules_do_not_clash(inside: Path):
    (inside / "one.js").write_text("const a = 1;\nexport const [b, c] = [a, 2];\n", "utf-8")
    (inside / "two.js").write_text(
        'import { b as first, c } from "./one.js";\nimport * as one from "./one.js";\n'
        "const a = first + c;\nexport async function sum() { return a + one.b; }\n",
        "utf-8",
    )
    script = offline_page.script_of(inside / "two.js")
    assert script.split("\n") == [
        "",
        "// ───── static/js/one.js",
        "const $one = (() => {",
        "const a = 1;",
        "const [b, c] = [a, 2];",
        "return { b, c };",
        "})();",
        "",
        "",
        "// ───── static/js/two.js",
        "const $two = (() => {",
        "const { b: first, c } = $one;",
        "const one = $one;",
        "const a = first + c;",
        "async function sum() { return a + one.b; }",
        "return { sum };",
        "})();",
        "",
    ]


@pytest.fixture
def inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of modules as if it were the product's."""
    folder = tmp_path / "static" / "js"
    folder.mkdir(parents=True)
    monkeypatch.setattr(offline_page, "ROOT", tmp_path)
    return folder


def _hash(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
