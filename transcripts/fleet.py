"""Which workers live, and which models they can run: told by their pulses, kept in the cache.

In the embedded house the worker is in this process. Elsewhere the web may have none of the
models that its workers have, and each worker others than the next.
"""

from __future__ import annotations

import time
from datetime import timedelta

from django.conf import settings
from django.core.cache import cache
from redis.exceptions import RedisError

from gpu.contract import MODELS, MODELS_BY_ID, Model, is_installed, why_not_installed

FORGOTTEN_AFTER_SECONDS = 15
_NAMES = "workers"

Fleet = list[frozenset[str]]


def models_here() -> list[str]:
    """The models that a worker on this machine can run now."""
    return [model.id for model in MODELS if is_installed(model, settings.MODELS_DIR)]


def pulse(worker: str) -> None:
    """Said by every worker every few seconds. Raises RedisError.

    Two that write the list of names in the same moment may lose one; its next pulse is soon.
    """
    here = models_here()
    cache.set(_key_of(worker), here, FORGOTTEN_AFTER_SECONDS)
    cache.set(_NAMES, sorted({*_living(), worker}), FORGOTTEN_AFTER_SECONDS)
    cache.set_many({_offered(model): True for model in here}, _offered_seconds())
    cache.delete_many([_missing(model) for model in here])


def living() -> Fleet | None:
    """The models of each worker that lives; None where nobody can tell."""
    try:
        return [frozenset(models) for models in _living().values()]
    except RedisError:
        return None


def companions(model: str) -> frozenset[str] | None:
    """Models whose jobs compete with this one's for a worker; None where no worker has it."""
    sets = [models for models in living() or [] if model in models]
    return frozenset[str]().union(*sets) if sets else None


def missed_for(model: str) -> timedelta:
    """Since when this was first asked of a model that no worker has; a pulse that has it ends it.

    Raises RedisError.
    """
    now = time.time()
    cache.add(_missing(model), now, 2 * settings.MODEL_AWAITED.total_seconds())
    return timedelta(seconds=now - cache.get(_missing(model), now))


def why_unavailable(model: Model) -> str:
    """For an operator, why a job for this model would not be taken; "" when it would.

    A worker that restarts takes its models from nobody.
    """
    if not settings.REDIS_URL:
        return why_not_installed(model, settings.MODELS_DIR)
    try:
        offered = cache.get_many([_offered(name) for name in MODELS_BY_ID])
    except RedisError:
        offered = {}
    if not offered:  # no worker has been heard of yet
        return why_not_installed(model, settings.MODELS_DIR)
    return "" if _offered(model.id) in offered else "no worker has it"


def _living() -> dict[str, list[str]]:
    names = cache.get(_NAMES, [])
    found = cache.get_many([_key_of(name) for name in names])
    return {name: found[_key_of(name)] for name in names if _key_of(name) in found}


def _offered_seconds() -> float:
    """A model is one of this house for as long as a job would wait for a worker that has it."""
    return settings.MODEL_AWAITED.total_seconds()


def _offered(model: str) -> str:
    return f"model-offered:{model}"


def _missing(model: str) -> str:
    return f"model-missing:{model}"


def _key_of(worker: str) -> str:
    return f"worker:{worker}"
