"""JSON as RFC 8259 and I-JSON mean it: one meaning a document, or none."""

import json
import math
from typing import Any, NoReturn

from django.http import HttpRequest
from ninja.parser import Parser


class NotJson(ValueError):  # noqa: N818
    """The message may be shown to whoever sent it."""


class StrictParser(Parser):
    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        """Raises NotJson. Python's own limits end deep nesting and endless digits."""
        try:
            value: dict[str, Any] = json.loads(
                request.body.decode("utf-8"),
                object_pairs_hook=_once_each,
                parse_float=_finite,
                parse_constant=_refuse_constant,
            )
        except NotJson:
            raise
        except RecursionError:
            raise NotJson("The JSON is nested too deeply.") from None
        except ValueError:
            raise NotJson("The body is not JSON in UTF-8.") from None
        if b"\\ud" in request.body.lower() and not _is_text(value):
            raise NotJson("The JSON holds half a character.")
        return value


def _is_text(value: Any) -> bool:
    """Whether every string is Unicode: half a surrogate pair can be escaped, but not stored."""
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise NotJson("The JSON names a field twice.")
    return value


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise NotJson("The JSON holds a number that is too large.")
    return value


def _refuse_constant(name: str) -> NoReturn:
    raise NotJson(f"{name} is not a JSON number.")
