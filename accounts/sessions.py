"""Sessions end by themselves: ``SESSION_COOKIE_AGE`` unused, or ``SESSION_MAX_AGE`` in use.

A guest's lasts for ``GUEST_SESSION_AGE`` since the last visit: it is the key to what they made.

As the session engine this holds for pages, uploads and sockets alike.
"""

import time
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore

BORN_AT = "born_at"
SAVED_AT = "saved_at"
SAVE_AGAIN_AFTER_SECONDS = 24 * 3600  # so that use keeps a session, without a write per request


class SessionStore(DatabaseStore):
    def load(self) -> dict[str, Any]:
        return self._within_lifetime(super().load())

    async def aload(self) -> dict[str, Any]:
        return self._within_lifetime(await super().aload())

    def encode(self, session_dict: dict[str, Any]) -> str:
        now = time.time()
        session_dict.setdefault(BORN_AT, now)
        session_dict[SAVED_AT] = now
        return super().encode(session_dict)

    def get_session_cookie_age(self) -> int:
        if SESSION_KEY in self:
            return settings.SESSION_COOKIE_AGE
        return int(settings.GUEST_SESSION_AGE.total_seconds())

    def begin_anew(self) -> None:
        """Who logs in starts a new lifetime; a guest's age does not count against it."""
        self[BORN_AT] = time.time()

    def _within_lifetime(self, data: dict[str, Any]) -> dict[str, Any]:
        now = time.time()
        age_seconds = now - data.get(BORN_AT, now)
        if SESSION_KEY in data and age_seconds > settings.SESSION_MAX_AGE.total_seconds():
            self._session_key = None
            return {}
        if data and now - data.get(SAVED_AT, 0) > SAVE_AGAIN_AFTER_SECONDS:
            self.modified = True
        return data
