"""The ASGI application, for any server: sockets, routes that carry audio, and Django."""

import contextlib
import os
from typing import Any

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

django = get_asgi_application()  # before anything that imports models

from channels.auth import AuthMiddlewareStack  # noqa: E402
from channels.routing import URLRouter  # noqa: E402
from channels.security.websocket import AllowedHostsOriginValidator  # noqa: E402
from django.conf import settings  # noqa: E402
from redis.exceptions import RedisError  # noqa: E402

from config.bodies import BoundedBodies  # noqa: E402
from transcripts.api import raw  # noqa: E402
from transcripts.consumers import websocket_urlpatterns  # noqa: E402
from transcripts.vault import vault  # noqa: E402

if settings.REDIS_URL:
    with contextlib.suppress(RedisError):  # down now: uploads are refused until it is there
        vault()  # refuses to start beside a Redis that writes to a disk

sockets = AllowedHostsOriginValidator(AuthMiddlewareStack(URLRouter(websocket_urlpatterns)))
pages = BoundedBodies(django, settings.REQUEST_BODY_MAX_BYTES, settings.DOCUMENT_BODY_MAX_BYTES)


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    if scope["type"] == "websocket":
        await sockets(scope, receive, send)
    elif scope["type"] == "http" and raw.is_raw(scope["path"]):
        await raw.application(scope, receive, send)
    elif scope["type"] == "http":
        await pages(scope, receive, send)
    else:
        raise ValueError(f"Sotto does not speak {scope['type']}.")
