"""A progress bar for a terminal; plain lines where nobody watches it move."""

import time
from typing import Self, TextIO

from gpu.contract import Progress, Stage

WIDTH_CHARS = 28
LINE_EVERY_SECONDS = 10.0


class ProgressBar:
    """``with ProgressBar(stderr, "talk.mp3") as bar: bar.show(progress)``."""

    def __init__(self, stream: TextIO, name: str) -> None:
        self._stream = stream
        self._name = name
        self._moves = stream.isatty()
        self._line_at = time.monotonic()
        self._stage: Stage | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._moves:
            self._write("\r\x1b[K")

    def show(self, progress: Progress) -> None:
        if self._moves:
            filled = round(progress.fraction * WIDTH_CHARS)
            bar = "█" * filled + "░" * (WIDTH_CHARS - filled)
            self._write(f"\r\x1b[K{self._name} {bar} {_words(progress)}")
        elif self._is_news(progress):
            self._write(f"{self._name}: {_words(progress)}\n")

    def _is_news(self, progress: Progress) -> bool:
        now = time.monotonic()
        if progress.stage == self._stage and now - self._line_at < LINE_EVERY_SECONDS:
            return False
        self._stage, self._line_at = progress.stage, now
        return True

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()


def _words(progress: Progress) -> str:
    return f"{progress.fraction:4.0%} {progress.stage}"
