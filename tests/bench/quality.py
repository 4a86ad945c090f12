"""Word errors, speed and speaker errors of the embedded engine, beside the bare engine.

Bare means: each clip whole, in one call of the library, as its own documentation has it. The
folder of speech is ``SPEECH`` (a ``manifest.tsv`` and, where there are any, RTTM files).
"""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator

from gpu.contract import EMBEDDED_MODEL_ID, ListeningFailed, Options, Result, Span
from gpu.engines import Engine, load_engine
from gpu.pipeline import listen
from tests.bench import Row
from tests.scores import NORMALISER, SpeakerErrors, Turns, WordErrors, speaker_errors, word_errors
from tests.sound import (
    blocks_of,
    can_make_conversations,
    conversation,
    pcm_of,
    recordings_with_turns,
    seconds_of,
)
from tests.speech import SPEECH, Clip, clips

CONVERSATIONS = [(speakers, 12, 1000 + n) for speakers in range(1, 6) for n in range(2)]
NOTHING: SpeakerErrors = SpeakerErrors(0, 0, 0, 0)


def rows() -> list[Row]:
    engine = load_engine(EMBEDDED_MODEL_ID)
    engine.prepare(Options(EMBEDDED_MODEL_ID))
    return [*_words(engine), *_speakers(engine)]


def _words(engine: Engine) -> Iterator[Row]:
    spoken = [clip for clip in clips("en") if clip.reference]
    seconds = sum(seconds_of(pcm_of(clip.path)) for clip in spoken)
    ours, our_seconds = _timed(lambda: [_text(_heard(engine, clip)) for clip in spoken])
    bare, bare_seconds = _timed(lambda: _bare(spoken))
    mine, peer = _errors(spoken, ours), _errors(spoken, bare)
    yield Row(
        f"{EMBEDDED_MODEL_ID}: word errors, {len(spoken)} clips",
        f"{mine.percent:.2f} %",
        f"{peer.percent:.2f} %",
        round(mine.percent - peer.percent, 2),
        "≤ 0.5",
        f"points more than the bare engine; {mine.words} words, normaliser {NORMALISER}",
    )
    yield Row(
        f"{EMBEDDED_MODEL_ID}: time ÷ length, with times and speakers",
        f"{our_seconds / seconds:.4f}",
        f"{bare_seconds / seconds:.4f}",
        our_seconds / bare_seconds,
        note=f"{seconds / 60:.1f} minutes; the bare engine gives text only",
    )


def _errors(spoken: list[Clip], heard: list[str]) -> WordErrors:
    return word_errors((clip.reference, text) for clip, text in zip(spoken, heard, strict=True))


def _timed(work: Callable[[], list[str]]) -> tuple[list[str], float]:
    started = time.monotonic()
    return work(), time.monotonic() - started


def _heard(engine: Engine, clip: Clip) -> Result | None:
    return _listen(engine, pcm_of(clip.path))


def _listen(engine: Engine, pcm: bytes) -> Result | None:
    try:
        return listen(
            blocks_of(pcm),
            Options(EMBEDDED_MODEL_ID),
            declared_seconds=None,
            on_progress=lambda progress: None,
            check_cancelled=lambda: None,
            engine=engine,
        )
    except ListeningFailed:
        return None


def _text(result: Result | None) -> str:
    return " ".join(segment.text for segment in result.segments) if result else ""


def _bare(spoken: list[Clip]) -> list[str]:
    """In a process of its own, where nothing of ours has set the library up."""
    sound = b"".join(
        len(pcm).to_bytes(8, "little") + pcm for pcm in (pcm_of(clip.path) for clip in spoken)
    )
    command = [sys.executable, "-c", "from tests.bench.quality import bare_main; bare_main()"]
    done = subprocess.run(command, input=sound, stdout=subprocess.PIPE, check=True)
    return done.stdout.decode().splitlines()


def bare_main() -> None:
    """Clips on stdin, each after its length; one line of text for each on stdout."""
    import numpy as np
    from moonshine_voice.moonshine_api import ModelArch
    from moonshine_voice.transcriber import Transcriber
    from moonshine_voice.utils import get_model_path

    whole_clips = {"vad_threshold": "0", "return_audio_data": "false"}
    bare = Transcriber(get_model_path("tiny-en"), ModelArch.TINY, options=whole_clips)
    while length := sys.stdin.buffer.read(8):
        pcm = sys.stdin.buffer.read(int.from_bytes(length, "little"))
        samples = (np.frombuffer(pcm, "<i2").astype(np.float32) / 32768).tolist()
        lines = bare.transcribe_without_streaming(samples, 16_000).lines
        print(" ".join(line.text.replace("\n", " ") for line in lines))


def _speakers(engine: Engine) -> Iterator[Row]:
    real = [(pcm_of(path), turns) for path, turns in recordings_with_turns()]
    if real:
        yield _speaker_row(engine, f"{len(real)} recordings of {SPEECH.name}", real)
    if can_make_conversations():
        made = [conversation(*plan) for plan in CONVERSATIONS]
        yield _speaker_row(engine, f"{len(made)} made conversations", made)


def _speaker_row(engine: Engine, what: str, recordings: list[tuple[bytes, Turns]]) -> Row:
    total, counted = NOTHING, 0
    for pcm, truth in recordings:
        heard = _turns(_listen(engine, pcm))
        total += speaker_errors(truth, heard)
        counted += len({name for _, name in truth}) == len({name for _, name in heard})
    confused = 100 * total.confused / total.reference
    return Row(
        f"speaker errors, {what}",
        f"{total.percent:.1f} %",
        note=f"no collar; {confused:.1f} % confused, the rest missed or "
        f"invented; number of speakers right in {counted} of {len(recordings)}",
    )


def _turns(result: Result | None) -> Turns:
    """Segments: a speaker holds the floor between the words of a sentence."""
    if result is None:
        return []
    return [(Span(part.start, part.end), part.speaker) for part in result.segments]
