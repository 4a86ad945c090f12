"""What a browser finds in private transcripts is what the index finds in others."""

import json
import shutil
import subprocess
import sys
import unicodedata
from random import Random
from typing import Any

import pytest

from tests.speech import ROOT
from tests.transcripts.test_search import FOUND, HOSTILE, SAID
from tests.transcripts.test_search_random import a_query, a_segment, fits, saying
from tests.transcripts.things import a_document
from transcripts.document import Document
from transcripts.index.analyser import folded, tokens
from transcripts.search import Wanted

pytestmark = pytest.mark.skipif(shutil.which("node") is None, reason="node not to be had here")


def browser(name: str, given: Any) -> Any:
    done = subprocess.run(
        ["node", str(ROOT / "tests/js/finds.mjs")],
        input=json.dumps([name, given]),
        check=True,
        capture_output=True,
        encoding="utf-8",
    )
    return json.loads(done.stdout)


def in_browser(texts: dict[str, Document], asked: list[dict[str, Any]]) -> list[dict[str, Any]]:
    given = [{"title": title, "document": text.to_json()} for title, text in texts.items()]
    return browser("found", {"texts": given, "asked": asked})


def test_every_script_is_found_by_the_same_words():
    texts = {title: a_document(text) for title, text in SAID.items()}
    answers = in_browser(texts, [{"words": words} for words in FOUND])
    assert {words: one["titles"] for words, one in zip(FOUND, answers, strict=True)} == FOUND


def test_no_query_is_an_error_there_either():
    texts = {title: a_document(text) for title, text in SAID.items()}
    asked = [words.encode("utf-8", "replace").decode() for words in HOSTILE]
    for answer in in_browser(texts, [{"words": words} for words in asked]):
        assert answer["titles"] in ([], ["English"])


def test_characters_that_are_one_here_are_one_there():
    """Of all there are. A character may fold to another there, as long as the same ones meet."""
    known = [
        character
        for character in map(chr, range(sys.maxunicode + 1))
        if unicodedata.category(character) not in {"Cn", "Cs", "Co", "Cc"}
    ]
    theirs = browser("folded", known)
    pairs = {(folded(one), other) for one, other in zip(known, theirs, strict=True)}
    assert len(pairs) == len({ours for ours, _ in pairs}) == len({other for _, other in pairs})


def test_a_text_is_cut_at_the_same_places():
    chance = Random(4)
    texts = [*SAID.values(), *(saying(chance) for _ in range(300)), "a_b x\u00b2 ½ Ⅷ №5 don't 3.5"]
    assert browser("tokens", texts) == [tokens(text) for text in texts]


def test_hits_open_at_the_second_and_are_marked_there_too():
    texts = {title: a_document(text) for title, text in SAID.items()}
    texts["Long"] = a_document("lorem ipsum " * 60 + "needle " + "dolor sit " * 600)
    several = a_document()
    several.segments = [a_segment(Random(n), n) for n in range(6)]
    said = ["tea", "tea", "tea", "tea", "coffee", "tea and coffee"]
    for number, (segment, text) in enumerate(zip(several.segments, said, strict=True)):
        segment.text, segment.start = text, float(number)
    texts["Several"] = several
    asked = ["munchen laut", "北京大学", "京", "qui*", "needle", "tea coffee"]
    german, beijing, capital, quick, long, tea = (
        one["hits"] for one in in_browser(texts, [{"words": words} for words in asked])
    )
    assert german == [[[0.0, "Der Straßenverkehr in [München] war [laut]."]]]
    assert beijing == [[[0.0, "我今天去[北京大学]学习中文。"]]]
    assert sorted(hit for [hit] in capital) == [
        [0.0, "今日は東[京]で会議があります。ガギグ"],
        [0.0, "我今天去北[京]大学学习中文。"],
    ]
    assert quick == [[[0.0, "The [quick] brown fox costs $5; don't touch it."]]]
    [[[_, shown]]] = long
    assert (shown[:2], "[needle]" in shown, shown[-2:], len(shown) < 300) == (
        "… ",
        True,
        " …",
        True,
    )
    assert [where for where, _ in tea[0]] == [0.0, 1.0, 5.0]


@pytest.mark.parametrize("seed", range(2))
def test_what_is_found_is_what_is_said(seed):
    chance = Random(seed)
    texts = {}
    for number in range(12):
        texts[f"{number} {saying(chance)}"] = document = a_document()
        document.segments = [a_segment(chance, at) for at in range(chance.choice((1, 3, 40)))]
    asked = [
        {
            "words": a_query(chance),
            "speaker": chance.choice(("", "", "Speaker 1", "Speaker 2")),
            "unfinished": chance.random() < 0.2,
        }
        for _ in range(150)
    ]
    told = 0
    for one, answer in zip(asked, in_browser(texts, asked), strict=True):
        wanted = Wanted(**one)
        fitting = [title for title, text in texts.items() if fits(_said(title, text), wanted)]
        assert (one, answer["titles"]) == (one, sorted(fitting))
        told += 0 < len(fitting) < len(texts)
    assert told > 50


def _said(title: str, document: Document) -> list[tuple[str, list[str]]]:
    said = [
        (document.speaker_name(segment.speaker), tokens(segment.text))
        for segment in document.segments
    ]
    return [("", tokens(title)), *said]
