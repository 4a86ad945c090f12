"""What the database, the queue and the vault raise while they are away, or take no writes."""

from django.db import InterfaceError, InternalError, OperationalError
from redis.exceptions import RedisError

# InternalError: PostgreSQL has become read-only.
OUTAGES = (OperationalError, InterfaceError, InternalError, RedisError)
