"""Our own calls of the log: a sentence, and fields that the log lets through."""

import ast

import pytest

from config.logs import FIELDS
from tests.speech import ROOT

PACKAGES = ("config", "accounts", "billing", "privacy", "transcripts", "gpu")
METHODS = {"debug", "info", "warning", "error", "exception", "critical"}
WITH_A_MEANING = {*FIELDS, "request"}  # of a request its route is taken


def calls():
    for file in (path for package in PACKAGES for path in (ROOT / package).rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                owner = node.func.value
                if node.func.attr in METHODS and getattr(owner, "id", "") in {"logger", "log"}:
                    yield pytest.param(node, id=f"{file.relative_to(ROOT)}:{node.lineno}")


@pytest.mark.parametrize("call", list(calls()))
def test_a_call_of_the_log_has_one_sentence_and_known_fields(call):
    [sentence] = call.args
    assert isinstance(sentence, ast.Constant)
    assert "%" not in sentence.value
    given = {keyword.arg: keyword.value for keyword in call.keywords}
    assert set(given) <= {"extra", "exc_info"}
    names = [key.value for key in getattr(given.get("extra"), "keys", []) if key is not None]
    assert [name for name in names if name not in WITH_A_MEANING] == []
