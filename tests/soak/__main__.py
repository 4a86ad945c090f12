"""``python -m tests.soak``: a table of what was done to the house, and whether it kept its word."""

import os
import sys

from tests.soak import run

FAULTS = 1000

if __name__ == "__main__":
    soak = run(int(os.environ.get("SOAK_FAULTS", FAULTS)), int(os.environ.get("SOAK_SEED", "1")))
    print(soak.table())
    sys.exit(not (soak.verdict and soak.verdict.kept))
