"""Headers of tus 1.0 (tus.io/protocols/resumable-upload), read and written. Pure."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping

from django.utils.translation import gettext as _

from transcripts.failures import Refusal

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,termination,checksum,expiration"
CHECKSUMS = {"sha1": 20, "sha256": 32}  # bytes of a digest
PART_TYPE = "application/offset+octet-stream"

Headers = Mapping[str, str]


def require_version(headers: Headers) -> None:
    """Raises Refusal ``tus_version_unsupported``."""
    if headers.get("Tus-Resumable") != VERSION:
        raise Refusal("tus_version_unsupported")


def whole_number(headers: Headers, name: str) -> int:
    """Raises Refusal ``bad_request``."""
    value = headers.get(name, "")
    if not re.fullmatch(r"[0-9]{1,18}", value):
        raise Refusal("bad_request", _("The header “%s” must be a whole number.") % name)
    return int(value)


def metadata(headers: Headers) -> dict[str, str]:
    """``Upload-Metadata`` decoded: keys with values that may be "". Raises Refusal."""
    found: dict[str, str] = {}
    for pair in filter(None, headers.get("Upload-Metadata", "").split(",")):
        key, _space, encoded = pair.strip().partition(" ")
        if not key or key in found:
            raise Refusal("bad_request", _("The header “%s” is malformed.") % "Upload-Metadata")
        found[key] = _decoded(encoded, "Upload-Metadata").decode("utf-8", "replace")
    return found


def as_metadata(key: str, value: str) -> str:
    return f"{key} {base64.b64encode(value.encode()).decode()}"


def checksum(headers: Headers) -> tuple[str, bytes] | None:
    """The algorithm and the digest of ``Upload-Checksum``, if there is one. Raises Refusal."""
    value = headers.get("Upload-Checksum", "")
    if not value:
        return None
    algorithm, _space, encoded = value.partition(" ")
    digest = _decoded(encoded, "Upload-Checksum")
    if len(digest) != CHECKSUMS.get(algorithm):
        names = ", ".join(CHECKSUMS)
        raise Refusal("bad_request", _("Checksums here are of these kinds: %s.") % names)
    return algorithm, digest


def _decoded(text: str, name: str) -> bytes:
    try:
        return base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        raise Refusal("bad_request", _("The header “%s” is malformed.") % name) from None
