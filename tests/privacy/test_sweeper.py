"""The loop over declared rules: all of them, again and again, whatever one of them does."""

import threading
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command

from privacy import retention
from privacy.retention import Rule, declare, rules
from privacy.sweeper import sweep_once, sweep_until
from tests.processes import wait_until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def only_these_rules(monkeypatch):
    monkeypatch.setattr(retention, "_rules", {})


def test_every_rule_runs_and_is_counted():
    declare(Rule("one", "One", lambda: 1))
    declare(Rule("three", "Three", lambda: 3))
    assert sweep_once() == {"one": 1, "three": 3}


def test_a_failing_rule_stops_no_other_and_is_logged_without_content(logged):
    def fail():
        raise ValueError("the words of somebody")

    declare(Rule("broken", "Broken", fail))
    declare(Rule("well", "Well", lambda: 2))
    assert sweep_once() == {"broken": -1, "well": 2}
    [line] = logged
    assert (line["event"], line["rule"]) == ("a sweep rule failed", "broken")
    assert [error["type"] for error in line["errors"]] == ["ValueError"]
    assert "the words of somebody" not in str(line)


def test_it_sweeps_at_once_then_every_so_often_and_stops_when_told():
    swept, stopped = [], threading.Event()
    declare(Rule("count", "Count", lambda: swept.append(1) or 0))
    thread = threading.Thread(target=sweep_until, args=(stopped, timedelta(seconds=0.05)))
    thread.start()
    wait_until(lambda: len(swept) >= 3, 5)
    stopped.set()
    thread.join(2)
    assert not thread.is_alive()


def test_the_command_says_what_went():
    declare(Rule("one", "One", lambda: 1))
    out = StringIO()
    call_command("sweep", "--once", stdout=out)
    assert out.getvalue() == "one\t1\n"


def test_the_house_declares_its_rules(monkeypatch):
    from transcripts.retention import declare_rules

    declare_rules()
    assert {rule.id for rule in rules()} == {
        "leases", "lost_audio", "wake_ups", "ended", "audio", "uploads", "guests", "traces", "answers",
    }  # fmt: skip
    assert sweep_once() == {rule.id: 0 for rule in rules()}
