"""Static files carry a hash in their names; an import map tells the browser which is which."""

import base64
import hashlib
import json
from functools import cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from whitenoise.storage import CompressedManifestStaticFilesStorage

MODULE_FOLDERS = ("js", "vendor/noble-hashes", "vendor/mediabunny", "vendor/fflate")


class HashedStaticFilesStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Leaves ``import`` statements alone: modules import one another by their plain addresses."""


@cache
def import_map() -> dict[str, dict[str, str]]:
    """From each module's plain address to the one that may be cached for ever."""
    root = Path(settings.BASE_DIR) / "static"
    names = sorted(
        path.relative_to(root).as_posix()
        for folder in MODULE_FOLDERS
        for path in (root / folder).rglob("*.js")
    )
    return {
        "imports": {f"{settings.STATIC_URL}{name}": staticfiles_storage.url(name) for name in names}
    }


@cache
def integrity_of(name: str) -> str:
    """What a browser holds the file to, of the bytes that are served."""
    address = staticfiles_storage.url(name).removeprefix(settings.STATIC_URL)
    served = Path(settings.STATIC_ROOT) / address
    path = served if served.is_file() and not settings.DEBUG else finders.find(name)
    return f"sha384-{_digest('sha384', Path(str(path)).read_bytes())}"


@cache
def checked_map() -> str:
    """The import map, as text, of pages that run no module but those that were released."""
    plain = import_map()["imports"]
    integrity = {
        address: integrity_of(name.removeprefix(settings.STATIC_URL))
        for name, address in plain.items()
    }
    text = json.dumps({"imports": plain, "integrity": integrity}, separators=(",", ":"))
    return text.replace("<", "\\u003c")


@cache
def checked_map_source() -> str:
    """The same as a policy names it."""
    return f"'sha256-{_digest('sha256', checked_map().encode())}'"


def _digest(algorithm: str, data: bytes) -> str:
    return base64.b64encode(hashlib.new(algorithm, data).digest()).decode()
