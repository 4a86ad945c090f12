"""What goes in and out, as the OpenAPI document says it. Built by ``shapes.py``."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any

from ninja import Schema
from pydantic import BaseModel, BeforeValidator, Field, StrictBool

from gpu.contract import MAX_SPEAKERS, MAX_VOCABULARY_TERM_CHARS, MAX_VOCABULARY_TERMS, Stage
from privacy.receipts import Event
from transcripts.api.document_schemas import DocumentOut
from transcripts.exports import BOUNDS, EXPORTS, ExportOptions
from transcripts.imports import IMPORTS
from transcripts.models import Handover, Status
from transcripts.queue import WaitsFor
from transcripts.search import Sort

MOST_EXPORTED_AT_ONCE = 500
# PostgreSQL stores no NUL, in text or in JSON.
NO_NUL = r"^[^\x00]*$"
Text = Annotated[str, Field(pattern=NO_NUL)]


def _year_month_day(value: object) -> object:
    """Not seconds since 1970, which pydantic would take too."""
    if value is not None and (not isinstance(value, str) or len(value) != len("2026-01-31")):
        raise ValueError("a day looks like 2026-01-31")
    return value


Day = Annotated[date, BeforeValidator(_year_month_day)]

JobStatus = StrEnum("JobStatus", {value: value for value in Status.values})  # type: ignore[misc]
JobStage = StrEnum("JobStage", {stage.value: stage.value for stage in Stage})  # type: ignore[misc]
HandoverState = StrEnum(  # type: ignore[misc]
    "HandoverState", {value: value for value in ("waiting", *Handover.End.values)}
)
ExportFormat = StrEnum("ExportFormat", {row.id: row.id for row in EXPORTS})  # type: ignore[misc]


class Problem(Schema):
    """RFC 9457. ``code`` is stable; ``errors`` names the fields that are wrong."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: dict[str, str] | None = None


class BothTexts(Schema):
    """null: it has no text of its own on this side, for it is not there, or its words stayed."""

    segment: str
    yours: str | None
    theirs: str | None


class VersionConflict(Problem):
    current_version: int | None = None
    current_document: dict[str, Any] | None = None
    conflicts: list[BothTexts] = []


# What can go wrong with any request, besides what each operation names.
_ALWAYS = (401, 500)


def problems(*statuses: int) -> dict[int, type[Problem]]:
    return dict.fromkeys(sorted({*_ALWAYS, *statuses}), Problem)


class PageQuery(Schema):
    cursor: Text = Field("", max_length=500, description="From the “next” address of a page.")
    limit: int = Field(50, ge=1, le=100)


class JobQuery(PageQuery):
    status: JobStatus | None = None


class TranscriptQuery(PageQuery):
    q: Text = Field(
        "",
        max_length=200,
        description="Words of titles and texts, all of which must be there, in any script: "
        '`word`, `"side by side"`, `-without`, `begin*`. Case, width and accents count nothing.',
    )
    tag: Text = Field("", max_length=40)
    folder: Text = Field("", max_length=80)
    speaker: Text = Field("", max_length=80, description="Somebody who says what is looked for.")
    language: Text = Field("", max_length=16)
    since: Day | None = Field(None, description="The first day, in UTC.")
    until: Day | None = Field(None, description="The last day, in UTC.")
    favourite: bool = Field(default=False, description="Favourites only.")
    status: JobStatus | None = Field(None, description="What is listed here is “done”.")
    sort: Sort = Field(Sort.NEWEST)


class JobIn(BaseModel):
    """Unknown fields are ignored; so are ``response_format`` and ``wait``: the answer is a job."""

    upload: str | None = Field(None, description="The id of a finished upload.")
    url: str | None = Field(None, description="Links are not taken yet.")
    batch: Text | None = Field(None, description="The id of a batch that it belongs to.")
    replaces: Text | None = Field(
        None, description="The id of a job of that batch that ended badly and is tried again."
    )
    model: str | None = None
    language: str | None = Field(None, description="A code of /v1/languages, or “auto”.")
    diarize: bool | None = None
    speakers: int | None = Field(None, description=f"0 finds out; at most {MAX_SPEAKERS}.")
    keep: bool | None = Field(
        None,
        description="false: the transcript is handed over from memory and never stored. Left "
        "out: as your privacy settings say.",
    )
    private: bool | None = Field(
        None,
        description="true: what is heard is sealed to `public_key` and stored as ciphertext only, "
        "without a title or the file's name.",
    )
    public_key: Text | None = Field(
        None, max_length=90, description="That of your keyring: only with `private`."
    )
    vocabulary: list[str] | str | None = Field(
        None,
        description=f"At most {MAX_VOCABULARY_TERMS} terms of {MAX_VOCABULARY_TERM_CHARS} characters.",
    )


class HandoverOut(Schema):
    """A transcript that is not kept: it waits in memory until it is destroyed."""

    state: HandoverState
    url: str | None
    until: datetime


class JobError(Schema):
    code: str
    title: str
    detail: str


class JobOut(Schema):
    id: str
    status: JobStatus
    stage: JobStage | None
    progress: float = Field(ge=0, le=1)
    eta_seconds: float | None
    queue_position: int | None
    waits_for: WaitsFor | None = Field(
        description="What a waiting job waits for: its turn, a worker, or a worker with its model."
    )
    batch: str | None
    transcript: str | None = Field(description="The id of the transcript, once it is there.")
    retranscribes: str | None = Field(
        description="The id of a transcript that was there before, and takes what is heard."
    )
    keep: bool
    private: bool
    handover: HandoverOut | None = Field(description="Once it is done, where nothing is kept.")
    error: JobError | None
    receipt: str | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    file_name: str
    size_bytes: int
    duration: float | None
    minutes: int
    model: str
    language: str
    diarize: bool
    speakers: int
    vocabulary: list[str]


class EntryOut(Schema):
    """One thing that happened. All but ``digest`` is what the digest is taken of."""

    job: str
    number: int
    at: datetime
    event: str = Field(description=", ".join(Event))
    facts: dict[str, str | int]
    previous: str = Field(description="The digest of the entry before; 64 zeros at the start.")
    digest: str = Field(
        description="SHA-256 of the entry without it, as JSON: sorted names, no spaces, UTF-8."
    )


class ReceiptOut(Schema):
    job: str
    created_at: datetime
    expires_at: datetime | None = Field(description="Set once the transcript is gone.")
    entries: list[EntryOut]
    head: str = Field(description="The digest of the last entry.")
    intact: bool


class JobPage(Schema):
    results: list[JobOut]
    next: str | None = Field(description="The address of the next page.")


class TranscriptOut(Schema):
    id: str
    title: str
    status: JobStatus
    language: str
    model: str
    duration: float
    folder: str
    tags: list[str]
    favourite: bool
    private: bool = Field(description="Its document is ciphertext, and its title in that.")
    version: int = Field(description="0: private, and not saved by its owner's browser yet.")
    created_at: datetime
    updated_at: datetime


class WholeTranscript(TranscriptOut):
    document: DocumentOut | None = Field(None, description="Left out where it is private.")


class PieceOut(Schema):
    text: str
    found: bool


class HitOut(Schema):
    """A passage in which words that were asked for are said."""

    segment: str
    start: float = Field(
        description="Seconds from the beginning: `/t/{id}/#t={start}` opens there."
    )
    speaker: str
    pieces: list[PieceOut]


class TranscriptFound(TranscriptOut):
    hits: list[HitOut] = Field(description="With `q`: the first passages that were found.")


class TranscriptPage(Schema):
    results: list[TranscriptFound]
    next: str | None = Field(description="The address of the next page.")


class TranscriptPatch(BaseModel):
    """What is left out, or null, stays as it is. Unknown fields are ignored."""

    title: Text | None = Field(None, min_length=1, max_length=255)
    folder: Text | None = Field(None, max_length=80)
    tags: list[Annotated[Text, Field(min_length=1, max_length=40)]] | None = Field(
        None, max_length=50
    )
    favourite: StrictBool | None = None


class HandoverQuery(Schema):
    format: ExportFormat = Field(ExportFormat("json"))


def _bounded(name: str, description: str) -> Any:
    least, most = BOUNDS[name]
    return Field(getattr(ExportOptions(), name), ge=least, le=most, description=description)


class ExportQuery(Schema):
    """What a format has no use for changes nothing: ``EXPORTS`` says which takes which."""

    speakers: bool | None = Field(None, description="Default: where there is more than one.")
    timestamps: bool = Field(False, description="For formats that can do without.")  # noqa: FBT003
    paragraphs: bool = Field(True, description="false: each segment by itself.")  # noqa: FBT003
    notes: bool = Field(False, description="Notes and bookmarks too.")  # noqa: FBT003
    max_chars: int = _bounded("max_chars", "Characters in a subtitle's line.")
    max_lines: int = _bounded("max_lines", "Lines of a subtitle.")
    max_cps: float = _bounded("max_cps", "Characters a second.")
    min_seconds: float = _bounded("min_seconds", "A subtitle stands no shorter, if there is room.")
    max_seconds: float = _bounded("max_seconds", "A subtitle is parted rather than stand longer.")
    gap_seconds: float = _bounded("gap_seconds", "Left free between two subtitles.")
    template: Text = Field("", max_length=32, description="The id of a DOCX template of your own.")


class ExportsIn(ExportQuery):
    transcripts: list[Text] = Field(
        description=f"Ids of your own transcripts, 1 to {MOST_EXPORTED_AT_ONCE}."
    )
    format: ExportFormat


class ImportIn(BaseModel):
    name: Text = Field(
        max_length=255, description=f"Ends in {', '.join(f'.{row.id}' for row in IMPORTS)}."
    )
    content: str = Field(description="What the file holds.")
    title: Text = Field("", max_length=255, description="Left out: the name of the file.")
    language: Text = Field("", description="A code of /v1/languages; else what the file says.")
