"""A recording on its way in: bytes go straight to the vault, are counted and hashed as they pass."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import threading
import unicodedata
from collections import OrderedDict
from typing import TYPE_CHECKING, Self

from django.utils import timezone

from accounts.ids import new_id
from transcripts.failures import Refusal, no_room
from transcripts.jobs import Recording
from transcripts.vault import AudioLost, Vault, VaultFull, vault

if TYPE_CHECKING:
    from hashlib import _Hash

KEY_BYTES = 32
ROOM_STEP_BYTES = 16 * 1024 * 1024  # set aside at a time where nobody said how much will come
FILE_NAME_MAX_CHARS = 200
_JOINERS = "\u200c\u200d"  # belong to words in Persian and Hindi, and to emoji
_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn"}


class Intake:
    """Takes one recording of at most ``max_bytes``, and destroys it unless ``keep`` was called.

    ``expected_bytes`` is set aside whole at the first byte, so that two recordings never wait for
    each other half-way; None sets room aside in steps.
    """

    def __init__(self, max_bytes: int, expected_bytes: int | None = None) -> None:
        self.audio_id = new_id()
        self.key = secrets.token_bytes(KEY_BYTES)
        self.size_bytes = 0
        self._max_bytes = max_bytes
        self._expected_bytes = expected_bytes
        self._room_bytes = 0
        self._digest = hashlib.sha256()
        self._kept = False
        self._began_at = timezone.now()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: object
    ) -> None:
        if not self._kept:
            vault().destroy(self.audio_id)

    def write(self, data: bytes) -> None:
        """Raises Refusal ``file_too_large`` or ``unavailable``."""
        if self.size_bytes + len(data) > self._max_bytes:
            raise Refusal("file_too_large")
        try:
            self._make_room(len(data))
            vault().append(self.audio_id, self.key, data, self.size_bytes)
        except (VaultFull, AudioLost):
            raise no_room() from None
        self._digest.update(data)
        self.size_bytes += len(data)

    def finish(self, file_name: str) -> Recording:
        """Nothing more will come. Raises Refusal ``unreadable_media`` when nothing came."""
        if not self.size_bytes:
            raise Refusal("unreadable_media")
        vault().seal(self.audio_id)
        return Recording(
            self.audio_id,
            self.key,
            clean_file_name(file_name),
            self.size_bytes,
            self._digest.hexdigest(),
            began_at=self._began_at,
        )

    def keep(self) -> None:
        """A job answers for the bytes from now on."""
        self._kept = True

    def _make_room(self, more_bytes: int) -> None:
        missing = self.size_bytes + more_bytes - self._room_bytes
        if missing <= 0:
            return
        step = max(missing, ROOM_STEP_BYTES)
        if not self._room_bytes:
            step = max(missing, min(self._expected_bytes or step, self._max_bytes))
            vault().reserve(self.audio_id, step)
        else:
            vault().extend(self.audio_id, step)
        self._room_bytes += step


def clean_file_name(name: str) -> str:
    """A name to show: no path, nothing invisible, nothing that turns the reading direction.

    At most ``FILE_NAME_MAX_CHARS`` characters; the extension survives the cut. "" stays "".
    """
    last = unicodedata.normalize("NFC", re.split(r"[/\\]", name)[-1])
    spaced = re.sub(r"\s+", " ", last)
    visible = "".join(
        sign for sign in spaced if sign in _JOINERS or unicodedata.category(sign) not in _INVISIBLE
    ).strip(" .")
    stem, dot, extension = visible.rpartition(".")
    if not stem or len(extension) > 10:
        return visible[:FILE_NAME_MAX_CHARS]
    return stem[: FILE_NAME_MAX_CHARS - len(dot + extension)] + dot + extension


class RunningDigests:
    """SHA-256 over uploads that come in parts, kept between the parts.

    The state cannot be stored, so it lives in the process that took the last part. An upload
    that another process goes on with, or that was crowded out, is read once more at its end.
    """

    def __init__(self, kept: int = 500) -> None:
        self._kept = kept
        self._states: OrderedDict[str, tuple[int, _Hash]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, audio_id: str, offset: int) -> _Hash | None:
        """The state at ``offset``, or None where this process does not have it."""
        with self._lock:
            at, state = self._states.pop(audio_id, (0, hashlib.sha256()))
        return state if at == offset else None

    def keep(self, audio_id: str, offset: int, state: _Hash | None) -> None:
        if state is None:
            return
        with self._lock:
            self._states[audio_id] = (offset, state)
            while len(self._states) > self._kept:
                self._states.popitem(last=False)


running_digests = RunningDigests()


def digest_of(held: Vault, audio_id: str, key: bytes) -> str:
    """SHA-256 of a whole recording, read from the vault. Raises AudioLost."""
    with os.fdopen(held.open(audio_id, key), "rb", buffering=0) as audio:
        return hashlib.file_digest(audio, "sha256").hexdigest()
