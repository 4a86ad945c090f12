"""Listening in tests: to the real engine, and to one that follows a script."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache

from gpu.contract import EMBEDDED_MODEL_ID, Options, Progress, Result, Span, Word
from gpu.engines import Chunk, Engine, Heard, load_engine
from gpu.pipeline import listen
from tests.sound import blocks_of, seconds_of


@cache
def embedded_engine() -> Engine:
    """Warm, as in the recogniser: what one test leaves in it, the next one meets."""
    return load_engine(EMBEDDED_MODEL_ID)


def heard_by(
    engine: Engine,
    blocks: Iterable[bytes],
    *,
    declared_seconds: float | None = None,
    on_progress: Callable[[Progress], None] = lambda progress: None,
    check_cancelled: Callable[[], None] = lambda: None,
    **options: object,
) -> Result:
    return listen(
        iter(blocks),
        Options(EMBEDDED_MODEL_ID, **options),
        declared_seconds=declared_seconds,
        on_progress=on_progress,
        check_cancelled=check_cancelled,
        engine=engine,
    )


def heard(pcm: bytes, *, block_seconds: float = 60.0, **options: object) -> Result:
    return heard_by(embedded_engine(), blocks_of(pcm, block_seconds), **options)


def words_of(result: Result) -> list[Word]:
    return [word for segment in result.segments for word in segment.words]


def text_of(result: Result) -> str:
    return " ".join(segment.text for segment in result.segments)


@dataclass
class ScriptedEngine:
    """Finds ``speech`` (in each window) and hears one ``word`` for each span, "" for none."""

    speech: tuple[tuple[float, float], ...] = ((1.0, 3.0),)
    word: str = "yes"
    times_estimated: bool = False
    max_chunk_seconds: float = 20.0
    chunks: list[Chunk] = field(default_factory=list)

    def prepare(self, options: Options) -> None: ...

    def find_speech(self, pcm: bytes) -> list[Span]:
        length = seconds_of(pcm)
        return [Span(start, min(end, length)) for start, end in self.speech if start < length]

    def recognise(self, chunks: Iterable[Chunk], options: Options) -> Iterator[Heard]:
        for chunk in chunks:
            self.chunks.append(chunk)
            spans = chunk.spans if self.word else ()
            words = [Word(self.word, span.start, span.end) for span in spans]
            yield Heard(chunk.spans, words, "en", self.times_estimated)

    def close(self) -> None: ...
