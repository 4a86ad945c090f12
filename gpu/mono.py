"""From decoded frames of any shape to mono at ``SAMPLE_RATE_HZ``, in step with the clock.

Used in the decoder's child only. What a player shows at second 61 must stand at second 61 here
too, so a late start and holes (pauses, broken packets) become silence.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from av.audio.frame import AudioFrame
from av.filter import Graph

from gpu.contract import BYTES_PER_SAMPLE, SAMPLE_RATE_HZ

if TYPE_CHECKING:
    from collections.abc import Callable

    Write = Callable[[memoryview | bytes], None]

WRITE_SAMPLES = 32_768
QUEUE_SECONDS = 1
HOLE_SECONDS = 0.3
MAX_HOLE_SECONDS = 600.0
MAX_SILENCE_SECONDS = 3600.0
MAX_LAYOUT_CHANNELS = 8  # beyond it FFmpeg knows only some arrangements of loudspeakers


class Mono:
    """Push frames, then ``finish``; sound goes to ``write`` in pieces of ``WRITE_SAMPLES``."""

    def __init__(self, write: Write, starts_at_seconds: float | None) -> None:
        self.heard_samples = 0
        self._write = write
        self._clock = _Clock(starts_at_seconds)
        self._shape: tuple[int, str, str] | None = None
        self._graph: Graph | None = None
        self._queued_samples = 0

    def push(self, frame: AudioFrame) -> None:
        """Raises ``FFmpegError`` or ``ValueError`` for a shape that cannot be converted."""
        hole_seconds = self._clock.hole_before(frame)
        shape = (frame.sample_rate, frame.format.name, frame.layout.name)
        if hole_seconds or shape != self._shape or self._graph is None:
            self.finish()
            self._silence(hole_seconds)
            self._graph, self._shape = _graph(frame), shape
        self._graph.push(frame)
        self._queued_samples += frame.samples
        if self._queued_samples >= QUEUE_SECONDS * frame.sample_rate:
            self._drain(self._graph)

    def finish(self) -> None:
        """Write what the resampler still holds."""
        if self._graph is not None:
            self._graph.push(None)
            self._drain(self._graph)
            self._graph = None

    def _drain(self, graph: Graph) -> None:
        self._queued_samples = 0
        while True:
            try:
                frame = graph.pull()
            except (BlockingIOError, EOFError):
                return
            assert isinstance(frame, AudioFrame)
            self.heard_samples += frame.samples
            # The plane is padded; only its samples are sound.
            self._write(memoryview(frame.planes[0])[: frame.samples * BYTES_PER_SAMPLE])

    def _silence(self, seconds: float) -> None:
        samples = round(seconds * SAMPLE_RATE_HZ)
        while samples > 0:
            self._write(bytes(min(samples, WRITE_SAMPLES) * BYTES_PER_SAMPLE))
            samples -= WRITE_SAMPLES


class _Clock:
    """Compares the file's timestamps with the sound so far. Timestamps may lie: silence is capped."""

    def __init__(self, starts_at_seconds: float | None) -> None:
        self._expected_seconds = starts_at_seconds
        self._silence_left_seconds = MAX_SILENCE_SECONDS

    def hole_before(self, frame: AudioFrame) -> float:
        """Seconds of silence that belong before this frame, mostly 0."""
        expected, stamped = self._expected_seconds, frame.time
        if expected is None:
            expected = stamped
        hole_seconds = 0.0
        if stamped is not None and expected is not None:
            drift_seconds = stamped - expected
            if HOLE_SECONDS < drift_seconds <= min(MAX_HOLE_SECONDS, self._silence_left_seconds):
                hole_seconds = drift_seconds
                self._silence_left_seconds -= drift_seconds
            if abs(drift_seconds) > HOLE_SECONDS:
                expected = stamped
        if expected is not None:
            self._expected_seconds = expected + frame.samples / frame.sample_rate
        return hole_seconds


def _graph(frame: AudioFrame) -> Graph:
    """Source → downmix and resample → sink, which gathers samples so that writes are large."""
    graph = Graph()
    graph.threads = 1  # or it tries to start some, and is refused
    source = graph.add_abuffer(
        sample_rate=frame.sample_rate,
        format=frame.format.name,
        layout=frame.layout.name,
        time_base=frame.time_base,
    )
    target = graph.add(
        "aformat", sample_rates=str(SAMPLE_RATE_HZ), sample_fmts="s16", channel_layouts="mono"
    )
    sink = graph.add("abuffersink")
    channels = frame.layout.nb_channels
    if channels > MAX_LAYOUT_CHANNELS:
        average = graph.add("pan", "mono|c0<" + "+".join(f"c{n}" for n in range(channels)))
        graph.link_nodes(source, average, target, sink)
    else:
        graph.link_nodes(source, target, sink)
    graph.configure()
    graph.set_audio_frame_size(WRITE_SAMPLES)
    return graph
