"""Documents that a test can break: what the code offers stands in the docs, and nothing else."""

import ast
import re
from pathlib import Path

import pytest

from tests.house.reference import BLOCK, PAGES, TABLES, page_with_fresh_tables
from tests.speech import ROOT

DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]


@pytest.mark.django_db
@pytest.mark.embedded
def test_the_reference_is_what_the_code_says():
    pages = [path.read_text(encoding="utf-8") for path in PAGES]
    assert {name for page in pages for _, name, _ in BLOCK.findall(page)} == set(TABLES)
    assert pages == [page_with_fresh_tables(page) for page in pages], "run `make reference`"


def test_every_setting_is_documented():
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    documented = re.findall(r"^\| `([A-Z_]+)` \|", page, re.MULTILINE)
    assert sorted(documented) == sorted(_settings_read())


def test_only_the_readers_touch_the_environment():
    """Else a setting could escape the page above. Listening is told what it needs by values."""
    found = [
        str(file.relative_to(ROOT))
        for file in _product_files()
        if re.search(r"os\.(environ(?!\.setdefault)|getenv)", file.read_text("utf-8"))
    ]
    assert [name for name in found if not name.startswith("gpu/")] == ["config/env.py"]


def test_every_make_target_is_explained():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    explained = set(re.findall(r"^([a-z-]+):.*## \S", makefile, re.MULTILINE))
    assert targets == explained


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_and_files_named_exist(document: Path):
    text = document.read_text(encoding="utf-8")
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", text)
    named = re.findall(
        r"`((?:accounts|billing|config|gpu|privacy|static|templates|tests|tools|"
        r"transcripts|docs)/[\w./-]*\w/?)`",
        text,
    )
    missing = [name for name in links if not (document.parent / name).exists()]
    missing += [name for name in named if not (ROOT / name).exists()]
    assert missing == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_make_targets_named_exist(document: Path):
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    named = set(re.findall(r"\bmake ([a-z]+(?:-[a-z]+)*)\b", _code_in(document)))
    assert named <= targets


def _code_in(document: Path) -> str:
    text = document.read_text(encoding="utf-8")
    blocks = re.findall(r"^```\w*\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    return "\n".join(blocks + re.findall(r"`([^`\n]+)`", text))


def _settings_read() -> set[str]:
    return {
        node.args[0].value
        for file in _product_files()
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "env"
        and node.args
        and isinstance(node.args[0], ast.Constant)
    }


def _product_files() -> list[Path]:
    packages = ("config", "accounts", "billing", "privacy", "transcripts", "gpu")
    return [file for package in packages for file in (ROOT / package).rglob("*.py")]
