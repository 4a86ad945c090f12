"""A transcript of ten hours, 100,000 words, in every format: seconds, file, memory on top.

Each in a process of its own (``python -m tests.bench.exports FORMAT SCRIPT``), for the peak of one
says nothing of the next. English has the short way to a page, Arabic the long one.
"""

import json
import random
import resource
import subprocess
import sys
import time

from tests.bench import Row
from tests.speech import ROOT
from transcripts.document import Document, Segment, Speaker, Word
from transcripts.exports import EXPORTS, ExportOptions, render

WORDS, SEGMENT_WORDS, WORD_SECONDS = 100_000, 12, 0.36
VOCABULARY = {
    "en": "and so my fellow Americans ask not what your country can do for you".split(),
    "ar": "نتحدث اليوم عن تسجيلات لا تُكتب أبدًا على القرص في هذا العام".split(),
}
LONG_WAY = "pdf"
TARGET_SECONDS = {"pdf": 60}
ENOUGH_SECONDS = 10


def rows() -> list[Row]:
    asked = [(export.id, "en") for export in EXPORTS]
    return [_row(*each) for each in [*asked, (LONG_WAY, "ar")]]


def _row(format_id: str, language: str) -> Row:
    command = [sys.executable, "-m", "tests.bench.exports", format_id, language]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
    found = json.loads(done.stdout)
    allowed = TARGET_SECONDS.get(format_id, ENOUGH_SECONDS)
    return Row(
        f"export of ten hours as {format_id}, {language}",
        f"{found['seconds']:.1f} s",
        f"{allowed} s",
        found["seconds"] / allowed,
        "< 1",
        f"{found['file_bytes'] / 1e6:.1f} MB, {found['more_bytes'] / 1e6:.0f} MB of memory on top",
    )


def document_of(language: str) -> Document:
    """Two speakers in turns of seven segments; the same words every time."""
    choose = random.Random(1).choice
    segments = []
    for index in range(WORDS // SEGMENT_WORDS + 1):
        start = index * SEGMENT_WORDS * WORD_SECONDS
        words = [
            Word(
                choose(VOCABULARY[language]),
                round(start + place * WORD_SECONDS, 3),
                round(start + (place + 1) * WORD_SECONDS - 0.05, 3),
                0.9,
            )
            for place in range(SEGMENT_WORDS)
        ]
        text = " ".join(word.text for word in words)
        speaker = f"s{1 + index // 7 % 2}"
        segments.append(
            Segment(f"g{index}", words[0].start, words[-1].end, text, speaker, words=words)
        )
    return Document(
        language, segments[-1].end, "m", [Speaker("s1", "A"), Speaker("s2", "B")], segments
    )


def _measure(format_id: str, language: str) -> None:
    document = document_of(language)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.perf_counter()
    _type, file = render(format_id, document, ExportOptions(timestamps=True))
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    found = {"seconds": seconds, "file_bytes": len(file), "more_bytes": (peak - before) * 1024}
    print(json.dumps(found))


if __name__ == "__main__":
    _measure(*sys.argv[1:])
