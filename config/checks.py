"""Django system checks: settings that cannot work together, each with its mend."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.checks import Warning as Advice
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection, connections
from redis.exceptions import RedisError

from config import env, postgresql
from config.error_reports import reporter
from gpu.contract import MODELS_BY_ID
from privacy.routers import KEYS
from transcripts.index.routers import SEARCH


def declare_checks() -> None:
    register(settings_fit_together, "sotto")
    register(reports_have_a_reporter, "sotto")
    # These ask a server, so only when told to.
    register(redis_keeps_to_memory, Tags.database)
    register(databases_log_no_values, Tags.database)


def settings_fit_together(**_: Any) -> list[CheckMessage]:
    return [*_servers(), *_keys(), *_search(), *_hosted(), *_model()]


def redis_keeps_to_memory(databases: Any = None, **_: Any) -> list[CheckMessage]:
    """Recordings wait in Redis, so nothing of it may be written to a disk."""
    if not databases or not settings.REDIS_URL:
        return []
    from transcripts import readiness
    from transcripts.vault import vault

    try:
        vault()
    except ImproperlyConfigured as wrong:
        return [Error(str(wrong), id="sotto.E010")]
    except RedisError as down:
        return [
            Advice(
                f"Redis does not answer ({type(down).__name__}).",
                hint="Start it, or check REDIS_URL.",
                id="sotto.W011",
            )
        ]
    if policy := readiness.eviction_policy():
        return [
            Advice(
                f"Redis throws recordings away when it is full ({policy}).",
                hint="Set maxmemory-policy noeviction.",
                id="sotto.W012",
            )
        ]
    return []


def databases_log_no_values(databases: Any = None, **_: Any) -> list[CheckMessage]:
    """A statement in PostgreSQL's log carries what it was about. Only a superuser can mend it."""
    advice: list[CheckMessage] = []
    for alias in databases or ():
        try:
            wrong = postgresql.talkative(alias)
        except DatabaseError:  # others say that it is down
            continue
        if wrong:
            said = ", ".join(f"{name} = {value}" for name, value in wrong.items())
            hint = postgresql.mend(alias, wrong)
            message = f"PostgreSQL may write content into its log ({alias}: {said})."
            advice.append(Advice(message, hint=hint, id="sotto.W013"))
    return advice


def reports_have_a_reporter(**_: Any) -> list[CheckMessage]:
    if not settings.ERROR_REPORTER:
        return []
    try:
        if callable(reporter()):
            return []
    except ImportError:
        pass
    return [
        Error(
            f"ERROR_REPORTER names nothing that can be called: {settings.ERROR_REPORTER}.",
            hint="Set it to package.module.callable, or unset it.",
            id="sotto.E014",
        )
    ]


def _servers() -> Iterator[CheckMessage]:
    on_sqlite = connection.vendor == "sqlite"
    if settings.REDIS_URL and on_sqlite:
        yield Advice(
            "REDIS_URL is set and DATABASE_URL is not: all processes must share one SQLite file.",
            hint="Set DATABASE_URL=postgres://… before web and worker run on different machines.",
            id="sotto.W001",
        )
    if not settings.REDIS_URL and not on_sqlite and settings.HOSTED:
        yield Error(
            "The hosted service needs a queue that its processes share.",
            hint="Set REDIS_URL=redis://host:6379/0 (a Redis that writes nothing to disk).",
            id="sotto.E002",
        )


def _keys() -> Iterator[CheckMessage]:
    vendors = (connections["default"].vendor, connections[KEYS].vendor)
    if settings.REDIS_URL and vendors == ("postgresql", "sqlite"):
        yield Error(
            "KEYS_DATABASE_URL is not set: each machine would keep keys of its own, and none "
            "could read what another has sealed.",
            hint="Make a second, small PostgreSQL database and set KEYS_DATABASE_URL=postgres://…",
            id="sotto.E007",
        )


def _search() -> Iterator[CheckMessage]:
    vendors = (connections["default"].vendor, connections[SEARCH].vendor)
    if settings.REDIS_URL and vendors == ("postgresql", "sqlite"):
        yield Error(
            "SEARCH_DATABASE_URL is not set: each machine would have an index of its own, and "
            "find only what it has stored itself.",
            hint="Make a PostgreSQL database that is not backed up and set "
            "SEARCH_DATABASE_URL=postgres://…",
            id="sotto.E015",
        )


def _hosted() -> Iterator[CheckMessage]:
    if not settings.HOSTED:
        return
    if settings.REDIS_URL and not env.text("SECRET_KEY"):
        yield Error(
            "EDITION=hosted on several machines has no SECRET_KEY: each would make its own.",
            hint="Set SECRET_KEY to 50 random characters, the same for all processes.",
            id="sotto.E003",
        )
    if not settings.HTTPS:
        yield Advice(
            "EDITION=hosted is reached without TLS.",
            hint="Set PUBLIC_URL=https://… and put a proxy that speaks TLS in front.",
            id="sotto.W004",
        )
    if settings.DEBUG:
        yield Error(
            "EDITION=hosted with DEBUG=1 shows its inside to strangers.",
            hint="Unset DEBUG.",
            id="sotto.E005",
        )


def _model() -> Iterator[CheckMessage]:
    if settings.DEFAULT_MODEL not in MODELS_BY_ID:
        yield Error(
            f"DEFAULT_MODEL names no model: {settings.DEFAULT_MODEL}.",
            hint=f"Choose one of: {', '.join(MODELS_BY_ID)}.",
            id="sotto.E006",
        )
