"""The archive in both kinds of storage."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.storage import default_storage

from config import env
from tests.object_store import object_store
from tests.privacy.giving import a_giver


class Folder:
    def __init__(self, path: Path) -> None:
        self.path = path

    def names(self) -> set[str]:
        files = (file for file in self.path.rglob("*") if file.is_file())
        return {file.relative_to(self.path).as_posix() for file in files}

    def contents(self) -> bytes:
        return b"".join((self.path / name).read_bytes() for name in sorted(self.names()))

    def stop(self) -> None:
        self.path.rename(self.path.with_suffix(".away"))
        self.path.write_bytes(b"no folder")

    def start(self) -> None:
        self.path.unlink()
        self.path.with_suffix(".away").rename(self.path)


class Bucket:
    def __init__(self, store) -> None:
        self.store = store

    def names(self) -> set[str]:
        return set(self.store.objects)

    def contents(self) -> bytes:
        return b"".join(self.store.objects.values())

    def stop(self) -> None:
        self.store.down = True

    def start(self) -> None:
        self.store.down = False


@pytest.fixture(params=["folder", "s3"])
def kept(request, settings, tmp_path, monkeypatch):
    """The archive, behind the product's own settings."""
    if request.param == "folder":
        monkeypatch.delenv("STORAGE_URL", raising=False)
        folder = tmp_path / "objects"
        folder.mkdir()
        settings.STORAGES = {**settings.STORAGES, "default": env.storage("STORAGE_URL", folder)}
        yield Folder(folder)
        return
    with object_store() as store:
        monkeypatch.setenv("STORAGE_URL", store.url)
        default = env.storage("STORAGE_URL", tmp_path)
        settings.STORAGES = {**settings.STORAGES, "default": default}
        yield Bucket(store)
        default_storage.connection.meta.client.close()


@pytest.fixture
def giver(kept):
    return a_giver("voice_lab")
