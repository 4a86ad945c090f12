"""The library with 10,000 transcripts and 1,000,000 segments: its page, and searching them.

``python -m tests.bench.library`` is the process that fills a house and is measured in it.
``BENCH_SEGMENTS`` (1000000) is how many. Words are as frequent as words are (Zipf's law).
"""

import itertools
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from tests import services
from tests.bench import Row
from tests.speech import ROOT

TRANSCRIPTS = 10_000
WORDS_A_SEGMENT = 14
VOCABULARY = 20_000
# By how often they are said: from every other segment to hardly ever.
ASKED = [
    *("w0", "w5", "w50", "w500", "w5000", "w19000", "w50 w500", '"w0 w1"', "w3 -w50", "w190*"),
    *("w7 w77 w777", "w1000", "w2000", "w4000", "w8000", "w12000", "w16000", "title5", "nothing"),
]
SEARCH_MS, PAGE_MS = 100, 300


def rows() -> list[Row]:
    found = _rows_on("SQLite", {})
    try:
        with services.postgres() as url:
            found += _rows_on("PostgreSQL", {"DATABASE_URL": url, **services.other_databases(url)})
    except services.NotInstalled:
        found.append(Row("library on PostgreSQL", "not installed here"))
    return found


def _rows_on(name: str, databases: dict[str, str]) -> list[Row]:
    with tempfile.TemporaryDirectory() as data:
        environment = os.environ | databases | {"SOTTO_DATA": data, "LOG_LEVEL": "ERROR"}
        environment |= {"DJANGO_SETTINGS_MODULE": "config.settings", "ALLOWED_HOSTS": "testserver"}
        command = [sys.executable, "-m", "tests.bench.library"]
        done = subprocess.run(
            command, cwd=ROOT, check=True, stdout=subprocess.PIPE, env=environment
        )
    told: dict[str, Any] = json.loads(done.stdout)
    segments = f"{told['segments']:,} segments on {name}"
    return [
        Row(
            f"search of {segments}, p95",
            f"{told['search_ms']:.0f} ms",
            f"{SEARCH_MS} ms",
            told["search_ms"] / SEARCH_MS,
            "≤ 1",
            note=f"median {told['search_median_ms']:.0f} ms, worst {told['worst']}; "
            f"filled in {told['fill_s']:.0f} s",
        ),
        Row(
            f"library page of {TRANSCRIPTS:,} transcripts on {name}, p95",
            f"{told['page_ms']:.0f} ms",
            f"{PAGE_MS} ms",
            told["page_ms"] / PAGE_MS,
            "≤ 1",
            note=f"{told['queries']} queries, {told['queries_of_few']} with 30 transcripts",
        ),
        Row(
            f"deletion of one transcript from {segments}",
            f"{told['forget_ms']:.0f} ms",
            "1 s",
            told["forget_ms"] / 1000,
            "≤ 1",
        ),
    ]


def measure() -> dict[str, Any]:
    import django

    django.setup()
    from django.core.management import call_command
    from django.test import Client

    from accounts.models import User

    call_command("prepare", stderr=sys.stderr)
    few, many = (User.objects.create_user(f"{name}@example.org") for name in ("few", "many"))
    segments = int(os.environ.get("BENCH_SEGMENTS", "1000000"))
    began = time.perf_counter()
    _fill(few, 30, 10)
    _fill(many, TRANSCRIPTS, segments // TRANSCRIPTS)
    told: dict[str, Any] = {"segments": segments, "fill_s": time.perf_counter() - began}
    told |= _searches(many)
    clients = {user: Client() for user in (few, many)}
    for user, client in clients.items():
        client.force_login(user)
    told["queries_of_few"] = _queries(clients[few])
    told["queries"] = _queries(clients[many])
    addresses = ["/library/", "/library/?page=200", "/library/?sort=title", "/library/?tag=tag7"]
    timed = [_ms(lambda at=at: clients[many].get(at)) for at in addresses * 5]
    told["page_ms"] = statistics.quantiles(timed, n=20)[-1]
    told["forget_ms"] = _forget(many)
    return told


def _fill(user: Any, transcripts: int, segments: int) -> None:
    """As the index would be filled, without documents that would only be sealed for it."""
    from django.db import transaction

    chance = random.Random(7)
    weights = list(itertools.accumulate(1 / (number + 2) for number in range(VOCABULARY)))
    words = [f"w{number}" for number in range(VOCABULARY)]

    def say() -> str:
        return " ".join(chance.choices(words, cum_weights=weights, k=WORDS_A_SEGMENT))

    for first in range(0, transcripts, 250):
        with transaction.atomic(), transaction.atomic(using="search"):
            for number in range(first, min(first + 250, transcripts)):
                _fill_one(user, number, [say() for _ in range(segments)])


def _fill_one(user: Any, number: int, said: list[str]) -> None:
    from django.utils import timezone

    from transcripts.index.models import Label, Listed
    from transcripts.index.passages import Passage, engine, passage_id
    from transcripts.index.writing import owner_token
    from transcripts.models import Transcript

    at, owner = timezone.now() - timedelta(minutes=number), owner_token(user.pk, "")
    row = Transcript(owner=user, language="en", model="m", duration_seconds=number)
    row.save(force_insert=True)
    Transcript.objects.filter(pk=row.pk).update(created_at=at)
    listed = Listed.objects.create(
        transcript_id=row.pk,
        owner=owner,
        title=f"title{number % 50} {number}",
        title_order=f"title{number % 50} {number}",
        folder=f"folder{number % 9}",
        language="en",
        duration_seconds=number,
        created_at=at,
        updated_at=row.updated_at,
    )
    Label.objects.bulk_create(
        Label(listed=listed, kind=kind, name=name)
        for kind, name in (("tag", f"tag{number % 20}"), ("speaker", "Ada"))
    )
    passages = [Passage("", 0.0, "", listed.title)]
    passages += [Passage(f"g{at}", at * 5.0, "Ada", text) for at, text in enumerate(said)]
    places = (passage_id(listed.number, place) for place in range(len(passages)))
    engine().replace((owner, owner), [], list(zip(places, passages, strict=True)))


def _searches(user: Any) -> dict[str, Any]:
    """Each as the page asks: how many, the first page of them, and their finds."""
    from accounts.callers import Caller
    from transcripts.search import Wanted, matching, rows_of

    caller = Caller(user)

    def search(words: str) -> None:
        wanted = Wanted(words)
        found = matching(caller, wanted)
        found.count()
        rows_of(caller, list(found[:25]), wanted)

    for words in ASKED:
        search(words)
    timed = {words: [_ms(lambda words=words: search(words)) for _ in range(5)] for words in ASKED}
    every = sorted(itertools.chain.from_iterable(timed.values()))
    worst = max(timed, key=lambda words: statistics.median(timed[words]))
    print({words: round(statistics.median(ms)) for words, ms in timed.items()}, file=sys.stderr)
    return {
        "search_ms": statistics.quantiles(every, n=20)[-1],
        "search_median_ms": statistics.median(every),
        "worst": f"{worst} {statistics.median(timed[worst]):.0f} ms",
    }


def _queries(client: Any) -> int:
    from django.db import connections
    from django.test.utils import CaptureQueriesContext

    with (
        CaptureQueriesContext(connections["default"]) as default,
        CaptureQueriesContext(connections["keys"]) as keys,
        CaptureQueriesContext(connections["search"]) as search,
    ):
        assert client.get("/library/").status_code == 200
    return len(default) + len(keys) + len(search)


def _forget(user: Any) -> float:
    from transcripts import search
    from transcripts.models import Transcript

    ids = list(Transcript.objects.filter(owner=user).values_list("pk", flat=True)[:5])
    return statistics.median(_ms(lambda one=one: search.forget([one])) for one in ids)


def _ms(what: Callable[[], object]) -> float:
    began = time.perf_counter()
    what()
    return (time.perf_counter() - began) * 1000


if __name__ == "__main__":
    print(json.dumps(measure()))
