"""Static files carry a hash in their names; an import map tells the browser which is which."""

from functools import cache
from pathlib import Path

from django.conf import settings
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
