"""Rows of the index. All of them can be thrown away: the sealed transcripts are the truth."""

from __future__ import annotations

from django.db import models


class Listed(models.Model):
    """A transcript as the library shows it. ``number`` is short, for the index of words.

    ``owner`` is whom it is found by (``writing.owner_token``); ``updated_at`` is that of the
    transcript that this was made from.
    """

    number = models.BigAutoField(primary_key=True)
    transcript_id = models.CharField(max_length=32, unique=True)
    owner = models.CharField(max_length=64)
    title = models.TextField()
    title_order = models.TextField()
    folder = models.TextField()
    language = models.CharField(max_length=16)
    duration_seconds = models.FloatField()
    favourite = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["owner", "-created_at"], name="listed_newest"),
            models.Index(fields=["owner", "folder"], name="listed_folders"),
        ]


class Label(models.Model):
    """A tag of a transcript, or the name of somebody who speaks in it."""

    class Kind(models.TextChoices):
        TAG = "tag"
        SPEAKER = "speaker"

    listed = models.ForeignKey(Listed, models.CASCADE, related_name="labels")
    kind = models.CharField(max_length=8, choices=Kind)
    name = models.TextField()

    class Meta:
        indexes = [models.Index(fields=["kind", "name"], name="labels_by_name")]


class Stale(models.Model):
    """A table, or a shard, that deleted words may still be read from as raw bytes."""

    name = models.CharField(primary_key=True, max_length=32)
