"""Sound as mel cepstra: what a voice looks like, a hundred times a second."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gpu.contract import SAMPLE_RATE_HZ

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

FRAME_SAMPLES = 400
HOP_SAMPLES = 160
FFT_SAMPLES = 512
MELS = 40
CEPSTRA = 20  # without the 0th, which is only loudness


def cepstra_of(samples: Floats) -> Floats:
    """Mel cepstra (frames, CEPSTRA), 100 frames a second; the last are padded with silence."""
    frames = len(samples) // HOP_SAMPLES
    if not frames:
        return np.empty((0, CEPSTRA), np.float32)
    emphasised = np.append(samples[:1], samples[1:] - np.float32(0.97) * samples[:-1])
    padded = np.pad(emphasised, (0, FRAME_SAMPLES))
    views = np.lib.stride_tricks.sliding_window_view(padded, FRAME_SAMPLES)[::HOP_SAMPLES][:frames]
    spectrum = np.fft.rfft(views * _HAMMING, FFT_SAMPLES)
    power = (spectrum.real**2 + spectrum.imag**2).astype(np.float32)
    cepstra: Floats = np.log(power @ _MEL_FILTERS + np.float32(1e-8)) @ _COSINES
    return cepstra


def _mel_filters() -> Floats:
    """Triangular filters (bins, MELS) from 60 to 7,600 Hz."""
    low, high = (2595 * np.log10(1 + hertz / 700) for hertz in (60, 7600))
    hertz = 700 * (10 ** (np.linspace(low, high, MELS + 2) / 2595) - 1)
    bins = np.arange(FFT_SAMPLES // 2 + 1) * SAMPLE_RATE_HZ / FFT_SAMPLES
    left, centre, right = hertz[:-2], hertz[1:-1], hertz[2:]
    rising = (bins[:, None] - left) / (centre - left)
    falling = (right - bins[:, None]) / (right - centre)
    filters: Floats = np.maximum(0, np.minimum(rising, falling)).astype(np.float32)
    return filters


def _cosines() -> Floats:
    """The discrete cosine transform (MELS, CEPSTRA), orthonormal, without its 0th row."""
    order = np.arange(1, CEPSTRA + 1)
    angles = np.pi / MELS * (np.arange(MELS)[:, None] + 0.5) * order
    cosines: Floats = (np.sqrt(2 / MELS) * np.cos(angles)).astype(np.float32)
    return cosines


_HAMMING = np.hamming(FRAME_SAMPLES).astype(np.float32)
_MEL_FILTERS = _mel_filters()
_COSINES = _cosines()
