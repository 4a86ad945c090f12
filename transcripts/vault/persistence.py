"""Whether a Redis writes to a disk: recordings wait in it, so then it is not used."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ImproperlyConfigured
from redis.exceptions import ResponseError

MEND = 'Start it with --save "" --appendonly no, or give Sotto a Redis of its own.'
KEEPS_ALL = "noeviction"


def refuse_persistence(server: Any) -> None:
    """Raises ImproperlyConfigured, with what is wrong and the mend; RedisError when it is down.

    Nothing is switched off from here: at its next start Redis would have it on again.
    """
    try:
        snapshots = _setting(server, "save")
        log = _setting(server, "appendonly")
    except (ResponseError, KeyError):
        raise ImproperlyConfigured(
            "Redis does not let Sotto see whether it writes to a disk. "
            "Let this user run CONFIG GET and INFO, or give Sotto a Redis of its own."
        ) from None
    if log != "no":
        raise ImproperlyConfigured(
            f"Redis writes an append-only file, so recordings would reach a disk. {MEND}"
        )
    if snapshots:
        raise ImproperlyConfigured(
            f"Redis saves snapshots, so recordings would reach a disk. {MEND}"
        )
    _refuse_copies(server.info("replication"))


def evicts(server: Any) -> str:
    """The policy by which Redis would throw recordings away when it is full; empty if none."""
    policy = str(server.config_get("maxmemory-policy").get("maxmemory-policy", KEEPS_ALL))
    return "" if policy == KEEPS_ALL else policy


def _refuse_copies(replication: dict[str, Any]) -> None:
    """A copy is sent as a snapshot, and what the other Redis does with it cannot be seen."""
    if replication["role"] != "master":
        raise ImproperlyConfigured("Redis is a replica: give Sotto one of its own.")
    if replication["connected_slaves"]:
        raise ImproperlyConfigured(
            "Redis has replicas, so recordings would be copied there. Give Sotto one without."
        )


def _setting(server: Any, name: str) -> str:
    return str(server.config_get(name)[name])
