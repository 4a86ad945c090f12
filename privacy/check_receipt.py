"""Check a downloaded receipt, anywhere, with nothing but Python:

    python -m privacy.check_receipt receipt.json [a-later-download.json]

Each entry's digest is SHA-256 over the entry without it, as JSON with sorted names and no spaces
between its parts, in UTF-8; it counts the digest of the entry before it, and ``head`` is the last
one. Of two downloads the later must go on from the earlier: so nobody can rewrite what you have.
Ends with status 0 if all is well, 1 if it is not, 2 if it is no receipt.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

Receipt = dict[str, Any]
START = "0" * 64


def main(names: list[str]) -> int:
    if len(names) not in {1, 2}:
        print(__doc__)  # noqa: T201 - a command
        return 2
    try:
        receipts = [json.loads(Path(name).read_bytes()) for name in names]
        found = [fault for receipt in receipts for fault in faults(receipt)]
        found += rewritten(*receipts) if len(receipts) == 2 else []
    except (OSError, ValueError, KeyError, TypeError) as error:
        print(f"This is no receipt: {type(error).__name__}.")  # noqa: T201
        return 2
    for fault in found:
        print(fault)  # noqa: T201
    entries = len(receipts[-1]["entries"])
    print("Not intact." if found else f"Intact: {entries} entries.")  # noqa: T201
    return 1 if found else 0


def faults(receipt: Receipt) -> list[str]:
    found, previous = [], START
    for number, entry in enumerate(receipt["entries"], start=1):
        if entry["number"] != number or entry["job"] != receipt["job"]:
            found.append(f"Entry {number} is missing or out of its place.")
        if entry["previous"] != previous:
            found.append(f"Entry {number} does not follow the one before it.")
        if digest_of(entry) != entry["digest"]:
            found.append(f"Entry {number} was changed.")
        previous = entry["digest"]
    if receipt["head"] != previous:
        found.append("The end is missing.")
    return found


def rewritten(earlier: Receipt, later: Receipt) -> list[str]:
    digests = [entry["digest"] for entry in earlier["entries"]]
    same = [entry["digest"] for entry in later["entries"]][: len(digests)] == digests
    return [] if same else ["The later receipt does not go on from the earlier one."]


def digest_of(entry: dict[str, Any]) -> str:
    digested = {name: value for name, value in entry.items() if name != "digest"}
    text = json.dumps(digested, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
