"""The one door to the archive's objects: ciphertext by name, in S3 or in a folder.

What is to go is written down in the transaction that deletes the row it belongs to, and stays
written down until the storage has deleted it.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterable

from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage
from django.db import transaction
from django.db.models import QuerySet

from privacy.models import DoomedObject

A_FEW = 200
MOST_SECONDS_AT_ONCE = 2.0
"""For somebody who waits for an answer; the sweeper goes on with the rest."""


class StorageDown(Exception):  # noqa: N818 - what happened
    """The storage did not do as told; later it may. The cause says more."""


class ObjectGone(Exception):  # noqa: N818
    """There is no such object."""


def store(name: str, ciphertext: bytes) -> None:
    """Names are made of new ids, so nothing is ever there before. Raises StorageDown."""
    try:
        stored_as = default_storage.save(name, ContentFile(ciphertext))
    except Exception as error:  # each storage has its own kinds
        raise StorageDown from error
    if stored_as != name:
        doom([stored_as])
        raise StorageDown(f"{name} was taken")


def load(name: str) -> bytes:
    """Raises ObjectGone or StorageDown."""
    try:
        with default_storage.open(name) as file:
            content: bytes = file.read()
            return content
    except FileNotFoundError:
        raise ObjectGone from None
    except Exception as error:
        raise StorageDown from error


def doom(names: Iterable[str]) -> None:
    """In the transaction that deletes what refers to them. They go once it is committed."""
    doomed = [DoomedObject(name=name) for name in names if name]
    DoomedObject.objects.bulk_create(doomed, ignore_conflicts=True, batch_size=500)
    if doomed:
        transaction.on_commit(_delete_some)


def doomed_names() -> QuerySet[DoomedObject, str]:
    return DoomedObject.objects.order_by("since").values_list("name", flat=True)


def delete(name: str) -> bool:
    """Delete the object, then the note that it must go. Raises StorageDown."""
    try:
        default_storage.delete(name)
        _remove_empty_folder(name)
    except Exception as error:
        raise StorageDown from error
    return DoomedObject.objects.filter(pk=name).delete()[0] > 0


def _delete_some() -> None:
    """As many as a short time allows; a storage that is down is left to the sweeper."""
    began = time.monotonic()
    with contextlib.suppress(StorageDown):
        for name in list(doomed_names()[:A_FEW]):
            delete(name)
            if time.monotonic() - began > MOST_SECONDS_AT_ONCE:
                return


def _remove_empty_folder(name: str) -> None:
    if isinstance(default_storage._wrapped, FileSystemStorage):  # type: ignore[attr-defined]  # noqa: SLF001
        with contextlib.suppress(OSError):  # not empty
            default_storage.delete(name.rpartition("/")[0])
