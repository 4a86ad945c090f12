"""Lists of words for the browser: whole, the same for everybody, and kept by it."""

import gzip
import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client

from tests.speech import ROOT
from transcripts.vocabulary import EDITION, LANGUAGES, packed_words

FILES = "spellchecker/resources"


def ask(address: str, method: str = "GET", encoding: str = "gzip, br"):
    return Client(headers={"Accept-Encoding": encoding}).generic(method, address)


def in_package(language: str) -> list[str]:
    (folder,) = {Path(path) / FILES for path in sys.path if (Path(path) / FILES).is_dir()}
    counted = json.loads(gzip.decompress((folder / f"{language}.json.gz").read_bytes()))
    return [word for word in counted if '"' not in word]


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_every_word_of_the_package_is_there(language):
    words = gzip.decompress(packed_words(language)).decode().splitlines()
    assert words == in_package(language)


@pytest.mark.django_db
def test_a_list_is_kept_for_a_year_and_knows_nobody(django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = ask(f"/vocabulary/{EDITION}/en.txt")
    wanted = {
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Encoding": "gzip",
        "Cache-Control": "public, max-age=31536000, immutable",
    }
    assert {name: answer[name] for name in wanted} == wanted
    assert "Accept-Encoding" in answer["Vary"]
    assert "Cookie" not in answer["Vary"]
    assert dict(answer.cookies) == {}
    assert gzip.decompress(answer.content).decode().splitlines() == in_package("en")


@pytest.mark.django_db
def test_who_unpacks_nothing_gets_it_plain():
    answer = ask(f"/vocabulary/{EDITION}/fr.txt", encoding="identity")
    assert not answer.has_header("Content-Encoding")
    assert answer.content.decode().splitlines() == in_package("fr")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    [
        f"/vocabulary/{EDITION}/zh.txt",
        f"/vocabulary/{EDITION}/es.txt",
        f"/vocabulary/{EDITION}/EN.txt",
        f"/vocabulary/{EDITION}/..%2Fen.txt",
        "/vocabulary/0.0.1/en.txt",
    ],
)
def test_what_is_no_list_is_not_there(address):
    assert ask(address).status_code == 404


@pytest.mark.django_db
def test_it_is_only_read():
    assert ask(f"/vocabulary/{EDITION}/en.txt", "POST").status_code == 405


def test_the_web_process_does_not_load_the_checker():
    code = (
        "import sys, transcripts.vocabulary as v; v.packed_words('eu');"
        " print('spellchecker' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout == "False\n"
