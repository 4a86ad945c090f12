"""Lists of the words of a language, for browsers: no word of a transcript comes here to be looked up.

They are the files of pyspellchecker, found without importing it: ``"word": count``, most of them one a line.
"""

from __future__ import annotations

import gzip
import re
from functools import cache
from importlib.metadata import distribution
from io import BytesIO
from pathlib import Path

_PACKAGE = distribution("pyspellchecker")
_FOLDER = Path(str(_PACKAGE.locate_file("spellchecker/resources")))
_SUFFIX = ".json.gz"
_WORD = re.compile(rb'"((?:[^"\\]|\\.)+)": *\d')

# The Spanish list has no "tiene" and no "está", the others less than thirty thousand forms.
_TOO_POOR = {"es", "fa", "ru"}

EDITION = _PACKAGE.version
LANGUAGES = frozenset(path.name.removesuffix(_SUFFIX) for path in _FOLDER.glob(f"*{_SUFFIX}"))
LANGUAGES -= _TOO_POOR


@cache
def packed_words(language: str) -> bytes:
    """One word a line, compressed by gzip: less than 1.5 MB for each of the LANGUAGES."""
    made = BytesIO()
    with (
        gzip.open(_FOLDER / f"{language}{_SUFFIX}") as counted,
        gzip.GzipFile(fileobj=made, mode="wb", compresslevel=6, mtime=0) as packed,
    ):
        for line in counted:
            packed.writelines(
                found[1] + b"\n" for found in _WORD.finditer(line) if b"\\" not in found[1]
            )
    return made.getvalue()
