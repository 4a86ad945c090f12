"""Each sentence of the security page has tests that prove it, and the page says each."""

import ast
from html import escape

import pytest
from django.test import Client

from privacy.promises import PROMISES, STEPS
from tests.speech import ROOT


@pytest.mark.parametrize("promise", PROMISES, ids=lambda row: row.id)
def test_every_promise_is_proven_by_tests_that_exist(promise):
    assert promise.tests
    for name in promise.tests:
        path, _, function = name.partition("::")
        assert function in _functions(path), name


def test_a_promise_is_found_by_its_id():
    assert len({promise.id for promise in PROMISES}) == len(PROMISES)
    assert {promise.step for promise in PROMISES} == set(STEPS)


@pytest.mark.django_db
def test_the_page_says_every_promise():
    page = Client().get("/security/").content.decode()
    for promise in PROMISES:
        assert f'id="{promise.id}"' in page
        assert escape(str(promise.sentence)) in page
        assert all(name in page for name in promise.tests)
    for word in ("end-to-end", "zero-knowledge"):
        assert word not in page.lower()


def _functions(path: str) -> set[str]:
    """Of a test file, those in classes included; none where there is no such file."""
    file = ROOT / path
    if not file.is_file():
        return set()
    return {
        node.name
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
