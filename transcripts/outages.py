"""What the database, the queue and the vault raise while they are away."""

from django.db import InterfaceError, OperationalError
from redis.exceptions import RedisError

OUTAGES = (OperationalError, InterfaceError, RedisError)
