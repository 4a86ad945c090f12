"""Dramatiq's broker: Redis where there is one, else inside this process.

Only wake-ups travel through it (house style 3), so losing all of it loses nothing but time.
"""

import dramatiq
from django.conf import settings
from dramatiq.broker import Broker
from dramatiq.brokers.stub import StubBroker
from dramatiq.middleware import Middleware, Retries

from transcripts.moves import QUEUE

DEAD_AFTER_MS = 15_000
ALWAYS = 1_000_000


def set_broker() -> None:
    dramatiq.set_broker(make_broker(settings.REDIS_URL))


def make_broker(redis_url: str) -> Broker:
    """No TimeLimit: a recording may take hours, and the lease in the database ends a dead one."""
    middleware: list[Middleware] = [Retries()]
    broker: Broker
    if redis_url:
        from dramatiq.brokers.redis import RedisBroker

        # By default a dead worker's messages are looked for on 0.1 % of all commands.
        broker = RedisBroker(  # type: ignore[no-untyped-call]
            url=redis_url,
            middleware=middleware,
            heartbeat_timeout=DEAD_AFTER_MS,
            maintenance_chance=ALWAYS,
        )
    else:
        broker = StubBroker(middleware=middleware)
    broker.declare_queue(QUEUE)
    return broker
