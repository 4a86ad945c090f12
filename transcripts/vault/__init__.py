"""Where audio waits: in memory, under a budget, never on a disk.

``vault()`` gives the one for this process: memfd when web and worker share a process, Redis
when they do not.
"""

from threading import Lock
from typing import Protocol

from django.conf import settings

# What is best appended at a time: encrypted it fills a Redis value of 1,048,512 bytes, which
# costs 0.2 % of overhead where 1 MiB costs 25 %.
BLOCK_BYTES = 1_048_496


class VaultFull(Exception):  # noqa: N818
    """No room under the budget now. Answer 503 with ``Retry-After``."""


class AudioLost(Exception):  # noqa: N818
    """The vault no longer holds this recording."""


class Overtaken(Exception):  # noqa: N818
    """Another writer was faster: the recording does not end where this one thinks."""


class Vault(Protocol):
    """Bytes of recordings by id. Every recording is destroyed exactly by ``destroy`` or its age."""

    def reserve(self, audio_id: str, size_bytes: int) -> None:
        """Set room aside before the first byte. Raises VaultFull."""

    def extend(self, audio_id: str, more_bytes: int) -> None:
        """Set more room aside. Raises VaultFull or AudioLost."""

    def append(
        self, audio_id: str, key: bytes, data: bytes | memoryview, at: int, part: str = ""
    ) -> None:
        """Add bytes at the end, which must be ``at``.

        Those of a named ``part`` follow one another, but belong to the recording only when
        ``accept`` was called; until then anybody else's append throws them away.
        Raises AudioLost, Overtaken, or VaultFull beyond what was set aside.
        """

    def accept(self, audio_id: str, part: str) -> None:
        """From now on the bytes of the part count. Raises AudioLost or Overtaken."""

    def seal(self, audio_id: str) -> None:
        """Nothing more will come: give back the room that was not needed. Raises AudioLost."""

    def size_bytes(self, audio_id: str) -> int:
        """Bytes held. Raises AudioLost."""

    def holds(self, audio_id: str) -> bool: ...

    def open(self, audio_id: str, key: bytes) -> int:
        """A readable, seekable descriptor of anonymous memory; the caller closes it.

        Raises AudioLost.
        """

    def destroy(self, audio_id: str) -> bool:
        """Free the bytes and their room. False if they were gone already."""

    def idle_for(self, seconds: float) -> list[str]:
        """Recordings that nobody has added to for so long, whole ones that wait included."""

    def older_than(self, seconds: float) -> list[str]:
        """The ids of recordings past that age, by the vault's own clock."""

    def held_bytes(self) -> int:
        """Room set aside in all, for the budget and for the doctor."""

    def place(self) -> dict[str, str | int]:
        """Where recordings are, as a receipt says it: ``where``, and whose memory."""

    @property
    def budget_bytes(self) -> int: ...


_vaults: list[Vault] = []
_making = Lock()


def vault() -> Vault:
    """Raises ImproperlyConfigured where audio would reach a disk."""
    with _making:  # two threads that ask first must not get two vaults
        if not _vaults:
            _vaults.append(_make())
        return _vaults[0]


def forget_vault() -> None:
    """For tests: destroy all audio; the next one to ask gets a new vault."""
    with _making:
        while _vaults:
            old = _vaults.pop()
            for audio_id in old.older_than(-1):
                old.destroy(audio_id)


def _make() -> Vault:
    if settings.REDIS_URL:
        from transcripts.vault.redis import RedisVault

        return RedisVault(settings.REDIS_URL, settings.AUDIO_BUDGET_BYTES, settings.AUDIO_MAX_AGE)
    from transcripts.vault.memory import MemoryVault

    return MemoryVault(settings.AUDIO_BUDGET_BYTES)
