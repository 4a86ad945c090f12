"""Versions as entity tags (RFC 9110): a change names the version that it was made from."""

import re

from transcripts.failures import Refusal

_TAG = re.compile(r'(?:W/)?"([^"]*)"')
NO_VERSION = -1


def etag(version: int) -> str:
    return f'"{version}"'


def base_version(if_match: str | None, current: int) -> int:
    """The version that ``If-Match`` allows a change of, or NO_VERSION, which none ever has.

    Weak tags never match (RFC 9110, 13.1.1). Raises Refusal ``precondition_required``.
    """
    if if_match is None:
        raise Refusal("precondition_required")
    if if_match.strip() == "*":
        return current
    tags = [tag.strip() for tag in if_match.split(",")]
    return current if etag(current) in tags else NO_VERSION


def is_fresh(if_none_match: str | None, current: int) -> bool:
    """Whether whoever asks already has this version."""
    return if_none_match is not None and str(current) in _TAG.findall(if_none_match)
