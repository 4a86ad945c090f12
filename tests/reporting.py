"""An error reporter for tests: keeps every report in the data directory of the house."""

import json
from pathlib import Path

from django.conf import settings

SINK = "tests.reporting.keep"
FILE = "reports.jsonl"


def keep(report: dict) -> None:
    with (Path(settings.DATA_DIR) / FILE).open("a", encoding="utf-8") as sink:
        sink.write(json.dumps(report) + "\n")


def kept(data: Path) -> list[dict]:
    file = data / FILE
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]
