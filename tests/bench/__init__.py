"""What `make bench` measures: every module beside this one has ``rows() -> list[Row]``.

Ours and its peer are measured in one run on one machine; the ratio is what counts.
"""

import operator
import re
from dataclasses import dataclass

_COMPARE = {"≤": operator.le, "<": operator.lt, "≥": operator.ge, ">": operator.gt}


@dataclass(frozen=True)
class Row:
    """One line of the table. ``target`` reads like ``≤ 1.15`` and is held against ``ratio``."""

    name: str
    ours: str
    peer: str = ""
    ratio: float | None = None
    target: str = ""
    note: str = ""

    @property
    def met(self) -> bool | None:
        """None where there is nothing to hold against a number."""
        wanted = re.match(r"([≤<≥>])\s*([\d.]+)", self.target)
        if self.ratio is None or wanted is None:
            return None
        return bool(_COMPARE[wanted[1]](self.ratio, float(wanted[2])))
