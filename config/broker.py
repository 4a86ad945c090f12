"""Dramatiq's broker: Redis where there is one, else inside this process.

Only wake-ups travel through it (house style 3), so losing all of it loses nothing but time.
"""

import dramatiq
from django.conf import settings
from dramatiq.broker import Broker
from dramatiq.brokers.redis import RedisBroker
from dramatiq.brokers.stub import StubBroker
from dramatiq.middleware import AgeLimit, Callbacks, Pipelines, Retries, ShutdownNotifications

from transcripts.jobs import QUEUE


def set_broker() -> None:
    dramatiq.set_broker(make_broker(settings.REDIS_URL))


def make_broker(redis_url: str) -> Broker:
    """No TimeLimit: a recording may take hours, and the lease in the database ends a dead one."""
    middleware = [AgeLimit(), ShutdownNotifications(), Callbacks(), Pipelines(), Retries()]
    broker: Broker = (
        RedisBroker(url=redis_url, middleware=middleware, heartbeat_timeout=15_000)
        if redis_url
        else StubBroker(middleware=middleware)
    )
    broker.declare_queue(QUEUE)
    return broker
