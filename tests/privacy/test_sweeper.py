"""The loop over declared rules: all of them, again and again, whatever one of them does."""

import threading
from collections.abc import Iterable
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from privacy import retention, sweeper
from privacy.models import SweepReport
from privacy.retention import Rule, declare
from privacy.sweeper import Sweeper, sweep_once, sweep_until
from tests.processes import wait_until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def only_these_rules(monkeypatch):
    monkeypatch.setattr(retention, "_rules", {})


class Rows:
    """A table of keys that sweepers may race for."""

    def __init__(self, keys: Iterable[int]) -> None:
        self.keys = set(keys)
        self.taken: list[int] = []

    def end(self, key: int) -> bool:
        if key not in self.keys:
            return False
        self.keys.discard(key)
        self.taken.append(key)
        return True

    def rule(self, name: str, **more) -> Rule:
        return Rule(name, name, lambda: sorted(self.keys), self.end, **more)


def line(rule_id: str, said: str) -> str:
    return f"{rule_id:<14}{said:>7}  {'at once':<24}{rule_id}"


def reports() -> list[dict[str, int]]:
    return list(SweepReport.objects.order_by("pk").values_list("gone", flat=True))


def test_every_rule_runs_and_its_rows_are_counted():
    declare(Rows([1]).rule("one"))
    declare(Rows([1, 2, 3]).rule("three"))
    assert sweep_once() == {"one": 1, "three": 3}
    assert reports() == [{"one": 1, "three": 3}]


def test_a_row_that_another_sweeper_ended_is_not_counted():
    rows = Rows([1, 2, 3])
    declare(Rule("raced", "Raced", lambda: [1, 2, 3, 4], rows.end))
    assert sweep_once() == {"raced": 3}


def test_a_failing_rule_stops_no_other_and_is_logged_without_content(logged):
    def fail():
        raise ValueError("the words of somebody")

    declare(Rule("broken", "Broken", fail, bool))
    declare(Rows([1, 2]).rule("well"))
    assert sweep_once() == {"broken": -1, "well": 2}
    line = next(line for line in logged if line["event"] == "a sweep rule failed")
    assert line["rule"] == "broken"
    assert "the words of somebody" not in str(logged)


def test_a_row_that_cannot_end_stops_no_other_row():
    rows = Rows(range(6))

    def end(key: int) -> bool:
        if key == 2:
            raise ValueError
        return rows.end(key)

    declare(Rule("stubborn", "Stubborn", lambda: sorted(rows.keys), end))
    assert sweep_once() == {"stubborn": -1}
    assert rows.taken == [0, 1, 3, 4, 5]


def test_a_rule_with_much_to_do_goes_on_in_the_next_round(monkeypatch):
    monkeypatch.setattr(sweeper, "MOST_SECONDS_A_RULE", -1)
    rows = Rows(range(3))
    declare(rows.rule("much"))
    one = Sweeper()
    one.round()
    assert rows.taken == []
    monkeypatch.setattr(sweeper, "MOST_SECONDS_A_RULE", 5)
    one.round()
    assert rows.taken == [0, 1, 2]


def test_a_rule_runs_as_often_as_it_says():
    ran = []
    for name, every in (("quick", timedelta(0)), ("slow", timedelta(minutes=1))):
        declare(Rule(name, name, lambda name=name: ran.append(name) or [], bool, every=every))
    one = Sweeper()
    for _ in range(3):
        one.round()
    assert ran == ["quick", "slow", "quick", "quick"]


def test_quiet_rounds_leave_one_report_and_others_stay(monkeypatch):
    monkeypatch.setattr(sweeper, "REPORT_EVERY", timedelta(0))
    rows = Rows([1])
    declare(rows.rule("rows", every=timedelta(0)))
    one = Sweeper()
    for _ in range(4):
        one.round()
    rows.keys.add(2)
    one.round()
    newest = SweepReport.objects.latest("pk")
    assert reports() == [{"rows": 1}, {"rows": 0}, {"rows": 1}]
    assert timezone.now() - newest.finished_at < timedelta(seconds=5)
    assert newest.started_at <= newest.finished_at
    assert newest.machine


def test_what_went_between_two_reports_stands_in_the_later():
    rows = Rows([1])
    declare(rows.rule("rows", every=timedelta(0)))
    one = Sweeper()
    one.round()
    rows.keys |= {2, 3}
    one.round()
    rows.keys.add(4)
    one._reported -= 61
    one.round()
    assert reports() == [{"rows": 1}, {"rows": 3}]


def test_it_sweeps_at_once_then_every_so_often_and_stops_when_told():
    swept, stopped = [], threading.Event()
    declare(Rule("count", "Count", lambda: swept.append(1) or [], bool, every=timedelta(0)))
    thread = threading.Thread(target=sweep_until, args=(stopped, timedelta(seconds=0.05)))
    thread.start()
    wait_until(lambda: len(swept) >= 3, 5)
    stopped.set()
    thread.join(2)
    assert not thread.is_alive()


def test_the_command_says_what_went():
    declare(Rows([1]).rule("one"))
    out = StringIO()
    call_command("sweep", "--once", stdout=out)
    assert out.getvalue().splitlines()[1:] == [line("one", "1")]


def test_a_dry_run_says_what_is_due_and_ends_nothing():
    rows = Rows([1, 2])
    declare(rows.rule("two"))
    declare(Rule("broken", "broken", lambda: 1 / 0, bool))
    for _ in range(2):
        out = StringIO()
        call_command("sweep", "--once", "--dry-run", stdout=out)
        assert out.getvalue().splitlines()[1:] == [line("two", "2"), line("broken", "failed")]
    assert rows.taken == reports() == []
