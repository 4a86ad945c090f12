"""What the promises are kept with: keys of contents, receipts, consents, contributions, reports."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.ids import new_id

# --- the small store of keys: a database of its own (config/routers.py) ----------------------


class ContentKey(models.Model):
    """The key that a recording's names and words are sealed with. Destroying it destroys them."""

    id = models.CharField(primary_key=True, max_length=32)
    key = models.BinaryField(max_length=32)
    created_at = models.DateTimeField(auto_now_add=True)


class DayKey(models.Model):
    """The key of all that Voice Lab was given on one day."""

    day = models.DateField(primary_key=True)
    key = models.BinaryField(max_length=32)


class Keyring(models.Model):
    """The locked keys of somebody's private transcripts. Nothing of it opens anything without them.

    It lies here, so that once it is deleted no backup of the texts is worth guessing passphrases for.
    ``keys_epoch`` is the epoch since which its master key is the one it is. ``manifest`` says, locked,
    which versions there are, by which its owner's browser knows what a server holds back.
    """

    owner_id = models.BigIntegerField(unique=True)  # users are in another database
    epoch = models.PositiveIntegerField()
    keys_epoch = models.PositiveIntegerField(default=1)
    ring = models.JSONField()
    manifest_epoch = models.PositiveIntegerField(default=0)
    manifest = models.JSONField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)


class WrappedKey(models.Model):
    """The key of a private transcript, locked by its owner's master key: see wrapped_keys.py."""

    transcript_id = models.CharField(max_length=32)
    owner_id = models.BigIntegerField(db_index=True)
    version = models.PositiveIntegerField()
    env = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["transcript_id", "version"], name="wrapped_once")
        ]


class Deletion(models.Model):
    """What was deleted, by id alone: replayed after a restore, so that nothing comes back."""

    class Kind(models.TextChoices):
        TRANSCRIPT = "transcript"
        ACCOUNT = "account"
        GIVEN = "given"
        CONSENT = "consent"
        CONTENT = "content"  # the plain state of a transcript, by its key

    kind = models.CharField(max_length=12, choices=Kind)
    object_id = models.CharField(max_length=64)
    at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "object_id"], name="deleted_once"),
        ]


# --- receipts ------------------------------------------------------------------------------


class Receipt(models.Model):
    """What happened to one job's data. It outlives the job; ``head`` is its last entry's digest."""

    job_id = models.CharField(primary_key=True, max_length=32)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True)
    guest_key = models.CharField(max_length=64, default="", db_index=True)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)
    length = models.PositiveIntegerField(default=0)
    head = models.CharField(max_length=64)
    expires_at = models.DateTimeField(null=True, db_index=True)
    mail_since = models.DateTimeField(null=True)
    mail_next_at = models.DateTimeField(null=True, db_index=True)


class Entry(models.Model):
    """One thing that happened, chained to the one before by its digest."""

    receipt = models.ForeignKey(Receipt, models.CASCADE, related_name="entries")
    number = models.PositiveIntegerField()
    at = models.DateTimeField()
    event = models.CharField(max_length=16)
    facts = models.JSONField()
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["receipt", "number"], name="one_entry_per_number")
        ]
        verbose_name_plural = "entries"


# --- consent and what was given ------------------------------------------------------------


class Consent(models.Model):
    """One choice at one moment. Rows are only added; the newest of a switch is what holds."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)
    switch = models.CharField(max_length=32)
    value = models.CharField(max_length=32)
    wording = models.CharField(max_length=64)
    interface = models.CharField(max_length=16)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["owner", "switch", "-id"], name="newest_consent")]


class Given(models.Model):
    """What Voice Lab holds of somebody. Two keys together open it: that of its day and its own.

    Its own is the ContentKey of its id. Without either, no copy of it can be read.
    """

    KEY_COLUMN = "id"

    id = models.CharField(primary_key=True, max_length=32, default=new_id, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)
    job_id = models.CharField(max_length=32, db_index=True)
    transcript_id = models.CharField(max_length=32, db_index=True, default="", blank=True)
    day = models.DateField(db_index=True)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        abstract = True


class HeldRecording(Given):
    """A recording that waits in the archive for corrections, in pieces of one length.

    It belongs to no transcript until its job is done.
    """

    is_whole = models.BooleanField(default=False)
    seconds = models.FloatField(default=0.0)
    pieces = models.PositiveIntegerField(default=0)


class Contribution(Given):
    """A corrected stretch: before and after, and its sound where that was consented to.

    ``sealed`` holds the two texts; ``audio`` names an object of the archive, and is empty where
    there is none or where it is still to be cut out of the recording.
    """

    class Kind(models.TextChoices):
        TEXT = "text", _("Text")
        AUDIO = "audio", _("Text and sound")

    segment_id = models.CharField(max_length=64)
    kind = models.CharField(max_length=8, choices=Kind)
    language = models.CharField(max_length=16)
    model = models.CharField(max_length=64)
    start_seconds = models.FloatField()
    end_seconds = models.FloatField()
    sealed = models.BinaryField()
    audio = models.CharField(max_length=120, default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["transcript_id", "segment_id"], name="one_contribution_per_segment"
            )
        ]


class DoomedObject(models.Model):
    """An object of the archive that nothing refers to any more, until it is deleted."""

    name = models.CharField(primary_key=True, max_length=120)
    since = models.DateTimeField(auto_now_add=True)


# --- the sweeper's reports -----------------------------------------------------------------


class SweepReport(models.Model):
    """One round of the sweeper: rows gone by rule, -1 for a rule that failed. No content."""

    started_at = models.DateTimeField(db_index=True)
    finished_at = models.DateTimeField()
    machine = models.CharField(max_length=80)
    gone = models.JSONField()
    clock_jump_seconds = models.FloatField(default=0.0)

    class Meta:
        ordering = ["-started_at"]
