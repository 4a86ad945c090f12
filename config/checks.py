"""Django system checks: settings that cannot work together, each with its mend."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.checks import Warning as Advice
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, connections
from redis.exceptions import RedisError

from config import env
from gpu.contract import MODELS_BY_ID
from privacy.routers import KEYS


def declare_checks() -> None:
    register(settings_fit_together, "sotto")
    register(redis_keeps_to_memory, Tags.database)  # asks a server, so only when told to


def settings_fit_together(**_: Any) -> list[CheckMessage]:
    return [*_servers(), *_keys(), *_hosted(), *_model()]


def redis_keeps_to_memory(databases: Any = None, **_: Any) -> list[CheckMessage]:
    """Recordings wait in Redis, so nothing of it may be written to a disk."""
    if not databases or not settings.REDIS_URL:
        return []
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
    return []


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
