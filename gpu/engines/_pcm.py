"""PCM bytes as samples, at a level recognisers like."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Samples = NDArray[np.float32]

# Moonshine hears worse when speech of ordinary level is touched, so only the really quiet is.
QUIET_PEAK = 0.05
TARGET_PEAK = 0.35
MAX_GAIN = 40.0
# Below -60 dBFS there is nothing but the noise of a converter; making it loud invents speech.
SILENT_PEAK = 0.001


def samples_of(pcm: bytes) -> Samples:
    """Float samples in -1..1 from signed 16 bit little endian."""
    return np.frombuffer(pcm, dtype="<i2").astype(np.float32) / np.float32(32768.0)


def levelled(samples: Samples) -> Samples:
    """``samples``, made louder where the recording is quiet; never quieter.

    The peak is the 99.9th percentile, so that one click does not hide a whisper; such clicks
    are clipped.
    """
    if not samples.size:
        return samples
    peak = float(np.quantile(np.abs(samples), 0.999))
    if not SILENT_PEAK < peak < QUIET_PEAK:
        return samples
    louder: Samples = samples * np.float32(min(TARGET_PEAK / peak, MAX_GAIN))
    np.clip(louder, -1.0, 1.0, out=louder)
    return louder
