"""Columns that hold names and words sealed: read and written in the clear, kept as ciphertext."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

from django.db import models

from privacy import content_keys
from privacy.content_keys import Shredded


class Sealed(property):
    """An attribute of a ``SealedRow``, kept in the column ``sealed_<name>``.

    Once the row's key is destroyed it reads as ``default()``.
    """

    def __init__(self, default: type[Any]) -> None:
        super().__init__(self._read, self._write)
        self._default = default

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def _read(self, row: SealedRow) -> Any:
        raw = getattr(row, f"sealed_{self._name}")
        kept = row.opened.get(self._name)
        if kept is not None and kept[0] is raw:
            return kept[1]
        value = self._default()
        if raw and row.content_key:
            value = content_keys.unseal(row.content_key, row.context(self._name), raw)
        row.opened[self._name] = (raw, value)
        return value

    def _write(self, row: SealedRow, value: Any) -> None:
        for column, raw in row.sealed(**{self._name: value}).items():
            setattr(row, column, raw)
            row.opened[self._name] = (raw, value)


class SealedRow(models.Model):
    """A row with sealed columns. ``key_id`` names its key in the store of keys.

    ``KEY_COLUMN`` is the column that ``key_id`` is read from.
    """

    key_id: Any
    KEY_COLUMN = "key_id"

    class Meta:
        abstract = True

    @property
    def opened(self) -> dict[str, tuple[Any, Any]]:
        """What was unsealed of this row, beside the bytes that it was unsealed from."""
        opened: dict[str, tuple[Any, Any]] = self.__dict__.setdefault("_opened", {})
        return opened

    @property
    def content_key(self) -> bytes:
        """Empty once it is destroyed."""
        if "_content_key" not in self.__dict__:
            try:
                self.__dict__["_content_key"] = content_keys.key_of(self.key_id)
            except Shredded:
                self.__dict__["_content_key"] = b""
        key: bytes = self.__dict__["_content_key"]
        return key

    def make_key(self) -> None:
        """For a row that is new; done by itself when something is sealed before it is saved."""
        self.__dict__["_content_key"] = content_keys.make_key(self.key_id)

    def context(self, name: str) -> str:
        """Binds a sealed value to its key and its place."""
        return f"{self.key_id} {name}"

    def deflated(self, name: str) -> bytes:
        """A sealed attribute as JSON in zlib's form, never unfolded. Raises Shredded."""
        if not self.content_key:
            raise Shredded
        raw = getattr(self, f"sealed_{name}")
        return content_keys.unseal_bytes(self.content_key, self.context(name), raw)

    def sealed(self, **values: Any) -> dict[str, bytes]:
        """The columns for these attributes, for ``update``. Raises Shredded."""
        if self._state.adding and "_content_key" not in self.__dict__:
            self.make_key()
        if not self.content_key:
            raise Shredded
        return {
            f"sealed_{name}": content_keys.seal(self.content_key, self.context(name), value)
            for name, value in values.items()
        }


Row = TypeVar("Row", bound=SealedRow)


def unlock(rows: Iterable[Row]) -> list[Row]:
    """The rows that can still be read, their keys fetched in one go."""
    found = list(rows)
    keys = content_keys.keys_of(row.key_id for row in found)
    for row in found:
        row.__dict__["_content_key"] = keys.get(row.key_id, b"")
    return [row for row in found if row.content_key]
