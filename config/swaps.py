"""Whether memory may reach a disk as it is: swap that is neither compressed memory nor encrypted."""

from __future__ import annotations

import os
from pathlib import Path

SWAPS = Path("/proc/swaps")
BLOCK_DEVICES = Path("/sys/dev/block")


def unencrypted(swaps: Path = SWAPS, devices: Path = BLOCK_DEVICES) -> list[str]:
    """Names as in /proc/swaps."""
    return [name for name in in_use(swaps) if not _is_safe(Path(name), devices)]


def in_use(swaps: Path = SWAPS) -> list[str]:
    if not swaps.exists():
        return []
    names = [line.split()[0] for line in swaps.read_text().splitlines()[1:] if line.strip()]
    return [name.replace("\\040", " ") for name in names]


def _is_safe(name: Path, devices: Path) -> bool:
    if name.name.startswith("zram"):
        return True
    try:
        status = name.stat()
    except OSError:
        return False
    number = status.st_rdev if name.is_block_device() else status.st_dev
    return _is_encrypted(devices / f"{os.major(number)}:{os.minor(number)}")


def _is_encrypted(device: Path) -> bool:
    """By the kernel's device mapper, or because all that it lies on is."""
    identity = device / "dm" / "uuid"
    if identity.exists() and identity.read_text().startswith("CRYPT-"):
        return True
    below = sorted((device / "slaves").glob("*"))
    return bool(below) and all(_is_encrypted(each) for each in below)
