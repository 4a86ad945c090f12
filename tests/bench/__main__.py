"""``python -m tests.bench [module…]``: run the measurements and print them as one table."""

import importlib
import os
import pkgutil
import platform
import sys
import time
import traceback
from collections.abc import Iterator

from tests import bench
from tests.bench import Row

HEAD = ("what", "ours", "peer", "ratio", "target", "met", "note")


def main(wanted: list[str]) -> int:
    names = wanted or sorted(module.name for module in pkgutil.iter_modules(bench.__path__))
    rows = [row for name in names if not name.startswith("__") for row in _measure(name)]
    print(f"\n{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}\n")
    print("\n".join(table(rows)))
    return 1 if any(row.met is False for row in rows) else 0


def table(rows: list[Row]) -> Iterator[str]:
    """Markdown, padded, so that it reads in a terminal and in a page."""
    cells = [HEAD, *(_cells(row) for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(HEAD))]
    for index, line in enumerate(cells):
        padded = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        yield f"| {' | '.join(padded)} |"
        if index == 0:
            yield f"|{'|'.join('-' * (width + 2) for width in widths)}|"


def _cells(row: Row) -> tuple[str, ...]:
    ratio = "" if row.ratio is None else f"{row.ratio:.3g}"
    met = {None: "", True: "yes", False: "NO"}[row.met]
    return (row.name, row.ours, row.peer, ratio, row.target, met, row.note)


def _measure(name: str) -> list[Row]:
    started = time.monotonic()
    try:
        module = importlib.import_module(f"tests.bench.{name}")
        rows: list[Row] = module.rows()
    except Exception as error:  # noqa: BLE001 - one broken measurement must not hide the others
        traceback.print_exc()
        rows = [Row(name, "failed", ratio=0, target="> 0", note=str(error)[:80])]
    print(f"{name}: {time.monotonic() - started:.0f} s", file=sys.stderr)
    return rows


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
