"""Recognitions: alone, in a batch, handed over without being kept, and answered once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.db import models
from django.db.models import F, Q, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce, NullIf
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.ids import new_id
from gpu.contract import Options, Stage
from transcripts.models.owned import Owned
from transcripts.models.transcript import Transcript
from transcripts.sealed import Sealed, SealedRow


class Status(models.TextChoices):
    QUEUED = "queued", _("Waiting")
    RUNNING = "running", _("Working")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


LIVE = (Status.QUEUED, Status.RUNNING)


class Batch(Owned):
    """Recordings that were sent together. ``expected`` is how many their sender meant to send."""

    expected = models.PositiveIntegerField()
    wants_mail = models.BooleanField(default=False)
    settled_at = models.DateTimeField(null=True, db_index=True)
    mail_next_at = models.DateTimeField(null=True, db_index=True)


class Job(Owned, SealedRow):
    """The truth about one recognition; the queue's message is only a wake-up.

    ``attempt`` is the fence: a worker's write counts only while the row still carries the
    attempt that it claimed. ``line`` is whose turn it takes in the queue. ``lease_missed``: its
    lease has ended once, and its worker has one more to be heard in. ``retranscribes``: what it
    hears goes into that transcript, which is there already.
    """

    KEY_COLUMN = "audio_id"

    status = models.CharField(max_length=12, choices=Status, default=Status.QUEUED)
    priority = models.SmallIntegerField(default=10)
    sealed_file_name = models.BinaryField(default=b"")
    sealed_vocabulary = models.BinaryField(default=b"")
    size_bytes = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    options = models.JSONField()
    audio_id = models.CharField(max_length=32)
    audio_key = models.BinaryField(max_length=32, null=True)
    audio_destroyed_at = models.DateTimeField(null=True)
    keep = models.BooleanField(default=True)
    public_key = models.CharField(max_length=90, default="", blank=True)  # private: sealed to it
    for_voice_lab = models.BooleanField(default=False)  # its owner had the switch on at upload
    stage = models.CharField(max_length=16, default="", blank=True)
    progress = models.FloatField(default=0.0)
    eta_seconds = models.FloatField(null=True)
    attempt = models.PositiveSmallIntegerField(default=0)
    crashes = models.PositiveSmallIntegerField(default=0)
    worker = models.CharField(max_length=80, default="", blank=True)
    lease_expires_at = models.DateTimeField(null=True)
    lease_missed = models.BooleanField(default=False)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=32, default="", blank=True)
    decoded_seconds = models.FloatField(null=True)
    minutes = models.PositiveIntegerField(default=0)
    transcript = models.OneToOneField(Transcript, models.SET_NULL, null=True, related_name="job")
    retranscribes = models.ForeignKey(
        Transcript, models.CASCADE, null=True, related_name="retranscriptions"
    )
    batch = models.ForeignKey(Batch, models.SET_NULL, null=True, related_name="jobs")
    line = models.GeneratedField(
        expression=Coalesce(
            Cast("owner_id", models.CharField(max_length=64)),
            NullIf("guest_key", Value("")),
            F("id"),
        ),
        output_field=models.CharField(max_length=64),
        db_persist=True,
    )
    model = models.GeneratedField(
        expression=KeyTextTransform("model", "options"),
        output_field=models.CharField(max_length=64),
        db_persist=True,
    )

    file_name = Sealed(str)
    vocabulary = Sealed(list)

    class Meta:
        indexes = [
            models.Index(
                fields=["priority", "line", "created_at", "model"],
                name="job_queue",
                condition=Q(status="queued"),
            ),
            models.Index(fields=["line", "started_at"], name="job_turns"),
            models.Index(fields=["status", "lease_expires_at"], name="job_leases"),
            models.Index(
                fields=["finished_at"],
                name="job_leftover_audio",
                condition=Q(finished_at__isnull=False, audio_destroyed_at=None),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["queued", "running"]) | Q(finished_at__isnull=False),
                name="ended_jobs_say_when",
            ),
            models.UniqueConstraint(
                fields=["retranscribes"],
                condition=Q(status__in=["queued", "running"]),
                name="one_retranscription_at_once",
            ),
        ]

    @property
    def key_id(self) -> str:
        return self.audio_id

    @property
    def is_private(self) -> bool:
        return bool(self.public_key)

    @property
    def is_live(self) -> bool:
        return self.status in LIVE

    @property
    def result_id(self) -> str | None:
        """The transcript that it made, or has changed."""
        again = self.retranscribes_id if self.status == Status.DONE else None
        return self.transcript_id or again

    @property
    def parsed_options(self) -> Options:
        """Without the vocabulary, which is sealed: see ``whole_options``."""
        data: dict[str, Any] = self.options
        return Options.from_json(data)

    @property
    def whole_options(self) -> Options:
        return replace(self.parsed_options, vocabulary=tuple(self.vocabulary))

    @property
    def stage_value(self) -> Stage | None:
        return Stage(self.stage) if self.stage else None


class Handover(models.Model):
    """A transcript that is not kept: its bytes are in the vault under this id, until ``end``."""

    class End(models.TextChoices):
        """How it went, in the words that its owner reads."""

        ANSWERED = (
            "answered",
            _("The transcript went out with the answer and was destroyed. It is stored nowhere."),
        )
        DESTROYED = (
            "destroyed",
            _("The transcript was destroyed when you said so. It is stored nowhere."),
        )
        EXPIRED = (
            "expired",
            _("The transcript waited in memory until its time was over, and was destroyed."),
        )
        LOST = (
            "lost",
            _("The transcript was held in memory only, and went when the server was restarted."),
        )

    id = models.CharField(primary_key=True, max_length=32, default=new_id, editable=False)
    job = models.OneToOneField(Job, models.CASCADE, related_name="handover")
    key = models.BinaryField(max_length=32, null=True)
    expires_at = models.DateTimeField(db_index=True)
    end = models.CharField(max_length=12, choices=End, default="", blank=True)
    ended_at = models.DateTimeField(null=True)

    @property
    def is_over(self) -> bool:
        return bool(self.end) or self.expires_at <= timezone.now()

    @property
    def state(self) -> str:
        """``waiting``, or how it ended."""
        return self.end or (self.End.EXPIRED if self.is_over else "waiting")

    @property
    def how_it_ended(self) -> str:
        return str(self.End(self.state).label)


class IdempotencyKey(SealedRow):
    """The answer to a POST that carried ``Idempotency-Key``, kept for 24 hours."""

    key_id = models.CharField(max_length=32, default=new_id, editable=False)

    caller = models.CharField(max_length=80)
    key = models.CharField(max_length=255)
    request_digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)  # 0: still being answered
    about = models.CharField(max_length=32, default="", db_index=True)  # the job or upload made
    sealed_body = models.BinaryField(default=b"")
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    body = Sealed(dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["caller", "key"], name="one_answer_per_key")]
