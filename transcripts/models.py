from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.ids import new_id
from gpu.contract import Options, Stage


class Owned(models.Model):
    """A row of a user, of a guest (by the session's secret), or of whoever holds its id."""

    id = models.CharField(primary_key=True, max_length=32, default=new_id, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True)
    guest_key = models.CharField(max_length=64, default="", blank=True, db_index=True)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        abstract = True


class Upload(Owned):
    """A recording on its way in (tus 1.0). Its bytes are in the vault under the same id."""

    file_name = models.CharField(max_length=255, default="", blank=True)
    length_bytes = models.PositiveBigIntegerField()
    offset_bytes = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, default="", blank=True)
    key = models.BinaryField(max_length=32)
    expires_at = models.DateTimeField(db_index=True)

    @property
    def is_complete(self) -> bool:
        return self.offset_bytes == self.length_bytes


class Transcript(Owned):
    title = models.CharField(max_length=255)
    language = models.CharField(max_length=16)
    model = models.CharField(max_length=64)
    duration_seconds = models.FloatField()
    media_sha256 = models.CharField(max_length=64, default="", blank=True, db_index=True)
    document = models.JSONField()
    version = models.PositiveIntegerField(default=1)
    folder = models.CharField(max_length=80, default="", blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.title


class Tag(models.Model):
    transcript = models.ForeignKey(Transcript, models.CASCADE, related_name="tags")
    name = models.CharField(max_length=40, db_index=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["transcript", "name"], name="tag_once_per_transcript")
        ]


class Status(models.TextChoices):
    QUEUED = "queued", _("Waiting")
    RUNNING = "running", _("Working")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


LIVE = (Status.QUEUED, Status.RUNNING)


class Job(Owned):
    """The truth about one recognition; the queue's message is only a wake-up.

    ``attempt`` is the fence: a worker's write counts only while the row still carries the
    attempt that it claimed.
    """

    status = models.CharField(max_length=12, choices=Status, default=Status.QUEUED)
    priority = models.SmallIntegerField(default=10)
    file_name = models.CharField(max_length=255, default="", blank=True)
    size_bytes = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    options = models.JSONField()
    audio_id = models.CharField(max_length=32)
    audio_key = models.BinaryField(max_length=32, null=True)
    audio_destroyed_at = models.DateTimeField(null=True)
    stage = models.CharField(max_length=16, default="", blank=True)
    progress = models.FloatField(default=0.0)
    eta_seconds = models.FloatField(null=True)
    attempt = models.PositiveSmallIntegerField(default=0)
    crashes = models.PositiveSmallIntegerField(default=0)
    worker = models.CharField(max_length=80, default="", blank=True)
    lease_expires_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=32, default="", blank=True)
    decoded_seconds = models.FloatField(null=True)
    minutes = models.PositiveIntegerField(default=0)
    transcript = models.OneToOneField(Transcript, models.SET_NULL, null=True, related_name="job")

    class Meta:
        indexes = [
            models.Index(
                fields=["priority", "created_at"],
                name="job_queue",
                condition=Q(status="queued"),
            ),
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
            )
        ]

    @property
    def is_live(self) -> bool:
        return self.status in LIVE

    @property
    def parsed_options(self) -> Options:
        data: dict[str, Any] = self.options
        return Options.from_json(data)

    @property
    def stage_value(self) -> Stage | None:
        return Stage(self.stage) if self.stage else None


class IdempotencyKey(models.Model):
    """The answer to a POST that carried ``Idempotency-Key``, kept for 24 hours."""

    caller = models.CharField(max_length=80)
    key = models.CharField(max_length=255)
    request_digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)  # 0: still being answered
    body = models.JSONField(null=True)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["caller", "key"], name="one_answer_per_key")]
