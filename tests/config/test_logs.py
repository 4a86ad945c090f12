"""A line of the log: constants of the code and allow-listed fields, never what they are about."""

import json
import logging
import subprocess
import sys

import pytest

from config.error_reports import report_of
from config.logs import FIELDS, Lines
from tests.speech import ROOT

SECRET = "the words of somebody"
logger = logging.getLogger("tests.somewhere")


@pytest.fixture
def line(logged):
    """The only line that was logged."""

    def only():
        [found] = logged
        return {name: value for name, value in found.items() if name != "time"}

    return only


def test_an_event_is_the_sentence_of_the_code_without_what_would_fill_it(line):
    logger.warning("a sentence with %s and %d words", SECRET, 4)
    assert line() == {
        "level": "WARNING",
        "logger": "tests.somewhere",
        "event": "a sentence with %s and %d words",
    }


def test_a_text_that_was_put_together_is_withheld(line):
    logger.warning(f"a sentence about {SECRET}")  # noqa: G004 - what must not pass
    found = line()
    assert found.pop("at").startswith("tests/config/test_logs.py:")
    assert found == {"level": "WARNING", "logger": "tests.somewhere", "event": "(withheld)"}


@pytest.mark.parametrize("text", [ValueError(SECRET), {"a": SECRET}, 4])
def test_what_is_no_text_is_withheld(line, text):
    logger.warning(text)
    assert line()["event"] == "(withheld)"


def test_only_allow_listed_fields_pass_and_only_codes_in_them(line):
    logger.warning(
        "done",
        extra={
            "job": "8hKz", "count": 3, "seconds": 1.23456, "rule": SECRET, "title": SECRET,
            "failure": 'a"b', "frames": ["a.py:1:f", SECRET], "cause": {"a": SECRET},
        },
    )  # fmt: skip
    assert line() == {
        "level": "WARNING",
        "logger": "tests.somewhere",
        "event": "done",
        "job": "8hKz",
        "count": 3,
        "seconds": 1.235,
        "rule": "(withheld)",
        "failure": "(withheld)",
        "frames": ["a.py:1:f", "(withheld)"],
        "cause": "(withheld)",
    }


def test_an_error_leaves_its_type_and_its_places_and_so_do_its_causes(line):
    def deep():
        raise KeyError(SECRET)

    try:
        try:
            deep()
        except KeyError as error:
            raise ValueError(SECRET) from error
    except ValueError:
        logger.exception("it failed")
    outer, inner = line()["errors"]
    assert (outer["type"], inner["type"]) == ("ValueError", "KeyError")
    names = [frame.rpartition(":")[2] for frame in inner["frames"]]
    this = "test_an_error_leaves_its_type_and_its_places_and_so_do_its_causes"
    assert names == [this, "deep"]
    assert SECRET not in json.dumps(line())


def test_a_record_is_one_line_whatever_is_in_it(capsys):
    record = logging.LogRecord("a\nb\u2028c\x1b", logging.ERROR, "f\n.py", 1, "x\ny", (), None)
    record.job = "a\r\nINFO forged"
    written = Lines().format(record)
    assert written.isascii()
    assert written.isprintable()
    assert json.loads(written)["job"] == "(withheld)"


def test_a_report_has_what_the_log_has_and_nothing_else(settings):
    settings.RELEASE = "1.2.3"
    reports = []

    class Catcher(logging.Handler):
        def emit(self, record):
            reports.append(report_of(record))

    catcher = Catcher()
    logger.addHandler(catcher)
    try:
        int(SECRET)
    except ValueError:
        logger.exception("it failed for %s", SECRET, extra={"job": "8hKz", "title": SECRET})
    finally:
        logger.removeHandler(catcher)
    [report] = reports
    [frame] = report.pop("frames")
    assert frame.startswith("tests/config/test_logs.py:")
    assert report == {
        "event": "it failed for %s",
        "type": "ValueError",
        "causes": [],
        "route": "",
        "job": "8hKz",
        "release": "1.2.3",
    }


DEATHS = {
    "in the main thread": (
        "raise ValueError('canary')",
        "the process dies of an error",
    ),
    "in a thread": (
        "import threading\nt = threading.Thread(target=int, args=['canary']); t.start(); t.join()",
        "a thread dies of an error",
    ),
    "where nobody can catch it": (
        "class A:\n def __del__(self): raise ValueError('canary')\nA()",
        "an error that nobody could catch",
    ),
}


@pytest.mark.parametrize(("code", "event"), DEATHS.values(), ids=DEATHS)
def test_what_nobody_catches_is_logged_without_its_message(tmp_path, code, event):
    begin = "import os, django; os.environ['DJANGO_SETTINGS_MODULE'] = 'config.settings'\n"
    begin += "django.setup()\nfrom config.process import log_what_nobody_catches as f; f()\n"
    done = subprocess.run(
        [sys.executable, "-c", begin + code],
        cwd=ROOT,
        env={"SOTTO_DATA": str(tmp_path), "PYTHONPATH": str(ROOT)},
        check=False,
        capture_output=True,
        text=True,
    )
    [written] = done.stderr.splitlines()
    found = json.loads(written)
    assert (found["event"], found["errors"][0]["type"]) == (event, "ValueError")
    assert "canary" not in done.stderr + done.stdout


def test_every_field_is_described():
    page = (ROOT / "docs" / "logs.md").read_text("utf-8")
    assert [name for name in FIELDS if f"| `{name}` |" not in page] == []
