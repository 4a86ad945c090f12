"""A transcript, its versions, the links that open it, and the files it is exported with."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from accounts.ids import new_id
from transcripts.models.owned import Owned
from transcripts.sealed import Sealed, SealedRow


class Transcript(Owned, SealedRow):
    """``key_id`` is the id that the recording had: one key from the upload to the last export.

    A private one has a key of its own, and is ciphertext that only its owner's browser opens:
    see transcripts/private.py.
    """

    key_id = models.CharField(max_length=32, default=new_id, editable=False)
    sealed_title = models.BinaryField(default=b"")
    sealed_folder = models.BinaryField(default=b"")
    sealed_tags = models.BinaryField(default=b"")
    sealed_document = models.BinaryField(default=b"")
    sealed_heard = models.BinaryField(default=b"")
    sealed_machine = models.BinaryField(default=b"")
    sealed_about = models.BinaryField(default=b"")
    language = models.CharField(max_length=16)
    model = models.CharField(max_length=64)
    duration_seconds = models.FloatField()
    media_sha256 = models.CharField(max_length=64, default="", blank=True, db_index=True)
    version = models.PositiveIntegerField(default=1)
    favourite = models.BooleanField(default=False)
    is_private = models.BooleanField(default=False)
    dek_version = models.PositiveIntegerField(default=0)  # of the key in privacy.WrappedKey
    updated_at = models.DateTimeField(auto_now=True)

    title = Sealed(str)
    folder = Sealed(str)
    tags = Sealed(list)
    document = Sealed(dict)
    machine = Sealed(dict)  # the document as it was before the first change
    about = Sealed(dict)  # of private ones only: title, folder and tags as an envelope
    heard = Sealed(dict)  # the machine's own words, of contributors only: see contributing.py

    class Meta:
        ordering = ["-created_at"]
        permissions = [("read_for_support", "Can read transcripts of others, giving a reason")]


LONG_COLUMNS = (
    "sealed_about",
    "sealed_document",
    "sealed_heard",
    "sealed_machine",
)  # not needed where transcripts are listed


class Version(models.Model):
    """One change of a transcript, and what takes it back: both sealed under the transcript's key.

    ``batch`` is the sender's name for the change, by which sending it twice is told. ``kinds``
    counts the operations by kind. ``heard_by`` is the model where a machine made it, by hearing
    the recording again; what it heard is sealed beside it.
    """

    transcript = models.ForeignKey(Transcript, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    batch = models.CharField(max_length=64)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    kinds = models.JSONField()
    restores = models.PositiveIntegerField(null=True)
    heard_by = models.CharField(max_length=64, default="")
    sealed_operations = models.BinaryField()
    sealed_inverse = models.BinaryField()
    sealed_heard = models.BinaryField(default=b"")

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["transcript", "number"], name="version_number"),
            models.UniqueConstraint(fields=["transcript", "batch"], name="version_batch"),
        ]


class Share(models.Model):
    """A link that opens one transcript. Its token is known to whoever made it, not to us.

    ``hint``: how the token begins, so that its owner can tell links apart.
    """

    id = models.CharField(primary_key=True, max_length=32, default=new_id, editable=False)
    transcript = models.ForeignKey(Transcript, models.CASCADE, related_name="shares")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    token_digest = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=8)
    expires_at = models.DateTimeField(null=True, db_index=True)
    password_hash = models.CharField(max_length=128, default="")
    allows_downloads = models.BooleanField(default=False)
    views = models.PositiveIntegerField(default=0)
    last_viewed_at = models.DateTimeField(null=True)

    @property
    def is_permanent(self) -> bool:
        return self.expires_at is None

    @property
    def has_password(self) -> bool:
        return bool(self.password_hash)


class PrivateShare(SealedRow):
    """A link that opens a copy of a private transcript, which only whoever has the link can read.

    Its id is made by its owner's browser, and is half of its address; of the other half the
    server knows a token's SHA-256. ``envelope`` is sealed under a key of the link's own.
    """

    id = models.CharField(primary_key=True, max_length=22, editable=False)
    key_id = models.CharField(max_length=32, default=new_id, editable=False)
    transcript = models.ForeignKey(Transcript, models.CASCADE, related_name="private_shares")
    created_at = models.DateTimeField(auto_now_add=True)
    token_digest = models.CharField(max_length=64)
    kdf = models.JSONField(null=True)  # of its password: salt and iterations
    expires_at = models.DateTimeField(null=True, db_index=True)
    max_views = models.PositiveIntegerField(null=True)
    views = models.PositiveIntegerField(default=0)
    last_viewed_at = models.DateTimeField(null=True)
    sealed_envelope = models.BinaryField(default=b"")

    envelope = Sealed(dict)

    @property
    def is_permanent(self) -> bool:
        return self.expires_at is None

    @property
    def has_password(self) -> bool:
        return self.kdf is not None


class DocumentTemplate(Owned, SealedRow):
    """A DOCX file of a user's own that exports are made from. It was looked through before."""

    key_id = models.CharField(max_length=32, default=new_id, editable=False)
    sealed_name = models.BinaryField(default=b"")
    sealed_body = models.BinaryField(default=b"")
    size_bytes = models.PositiveIntegerField()

    name = Sealed(str)
    body = Sealed(str)  # in Base64

    class Meta:
        ordering = ["created_at"]
