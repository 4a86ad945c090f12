"""The loop over declared rules: all of them, again and again, whatever one of them does."""

import threading
import time
from collections.abc import Iterable
from datetime import datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from privacy import retention, sweeper
from privacy.models import SweepReport
from privacy.retention import NO_REST, Rule, declare
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


def a_report_at(moment: datetime, **fields) -> None:
    SweepReport.objects.create(
        started_at=moment, finished_at=moment, machine="m", gone={}, **fields
    )


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


@pytest.fixture
def wall(monkeypatch) -> list[float]:
    """By how many seconds the wall's clock is ahead."""
    ahead, true_time = [0.0], time.time
    monkeypatch.setattr(time, "time", lambda: true_time() + ahead[0])
    return ahead


@pytest.mark.parametrize("seconds", [172_800, -3600, 61, -61])
def test_F17_after_a_jump_what_goes_by_the_clock_rests_and_the_rest_goes_on(wall, logged, seconds):
    clocked, other, leases = Rows([]), Rows([]), Rows([])
    often = timedelta(0)
    declare(clocked.rule("clocked", every=often))
    declare(other.rule("other", every=often, rests=NO_REST))
    declare(leases.rule("leases", every=often, rests=timedelta(seconds=40)))
    one = Sweeper()
    one.round()
    for rows in (clocked, other, leases):
        rows.keys |= {1, 2}
    wall[0] = seconds
    one.round()
    assert (clocked.taken, other.taken, leases.taken) == ([], [1, 2], [])
    report = SweepReport.objects.latest("pk")
    assert report.gone == {"other": 2}
    assert report.clock_jump_seconds == pytest.approx(seconds, abs=1)
    assert [row["seconds"] for row in logged] == [pytest.approx(seconds, abs=1)]
    one._jumped -= 41
    one.round()
    assert (clocked.taken, leases.taken) == ([], [1, 2])
    one._jumped -= 3600
    one.round()
    assert clocked.taken == [1, 2]


def test_F17_a_rule_does_not_act_on_what_it_found_while_the_clock_jumped(wall):
    taken = []

    def due() -> list[int]:
        wall[0] = 172_800
        return [1]

    declare(Rule("jumpy", "Jumpy", due, lambda key: taken.append(key) or True))
    assert sweep_once() == {"jumpy": 0}
    assert taken == []


def test_F17_less_than_a_minute_is_no_jump(wall):
    declare(Rows([]).rule("rows"))
    one = Sweeper()
    one.round()
    wall[0] = 59
    one.round()
    assert SweepReport.objects.exclude(clock_jump_seconds=0).count() == 0


def test_F17_a_clock_behind_the_newest_report_is_found_at_the_start(logged):
    a_report_at(timezone.now() + timedelta(hours=1))
    rows = Rows([1])
    declare(rows.rule("rows"))
    sweep_once()
    assert rows.taken == []
    assert SweepReport.objects.latest("pk").clock_jump_seconds == pytest.approx(-3600, abs=1)
    assert [row["event"] for row in logged] == ["the clock has jumped"]


@pytest.mark.parametrize(("minutes", "taken"), [(59, []), (61, [1])])
def test_F17_a_new_sweeper_keeps_the_rest_that_an_earlier_one_began(minutes, taken):
    a_report_at(timezone.now() - timedelta(minutes=minutes), clock_jump_seconds=172_800.0)
    a_report_at(timezone.now())
    rows = Rows([1])
    declare(rows.rule("rows"))
    sweep_once()
    assert rows.taken == taken


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
