"""Jobs with a recording in the vault, as an upload leaves them."""

import hashlib

from accounts.callers import Caller
from accounts.ids import new_id
from gpu.contract import EMBEDDED_MODEL_ID, Options, Result, Segment, Word
from transcripts import jobs
from transcripts.document import Document, document_from_result
from transcripts.models import Job
from transcripts.vault import vault

KEY = bytes(range(32))


def submitted(
    data: bytes = b"sound",
    caller: Caller | None = None,
    *,
    keep: bool = True,
    public_key: str = "",
    **options,
) -> Job:
    audio_id = new_id()
    vault().reserve(audio_id, len(data))
    vault().append(audio_id, KEY, data, 0)
    vault().seal(audio_id)
    digest = hashlib.sha256(data).hexdigest()
    recording = jobs.Recording(audio_id, KEY, "talk.wav", len(data), digest)
    chosen = Options(EMBEDDED_MODEL_ID, **options)
    who = caller or Caller()
    return jobs.submit(who, recording, chosen, keep=jobs.Keep(keep, public_key))


def a_result(seconds: float = 61.0) -> Document:
    words = [Word("Good", 0.5, 0.9), Word("morning.", 0.9, 1.4)]
    segment = Segment(0.5, 1.4, "Good morning.", "Speaker 1", words=words)
    return document_from_result(
        Result("en", seconds, EMBEDDED_MODEL_ID, [segment], ["Speaker 1"], 0.9)
    )
