"""What belongs to somebody, and a recording on its way in."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from accounts.ids import new_id
from transcripts.sealed import Sealed, SealedRow


class Owned(models.Model):
    """A row of a user, of a guest (by the session's secret), or of whoever holds its id."""

    id = models.CharField(primary_key=True, max_length=32, default=new_id, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True)
    guest_key = models.CharField(max_length=64, default="", blank=True, db_index=True)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        abstract = True


class Upload(Owned, SealedRow):
    """A recording on its way in (tus 1.0). Its bytes are in the vault under the same id."""

    KEY_COLUMN = "id"

    sealed_file_name = models.BinaryField(default=b"")
    length_bytes = models.PositiveBigIntegerField()
    offset_bytes = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, default="", blank=True)
    key = models.BinaryField(max_length=32)
    expires_at = models.DateTimeField(db_index=True)

    file_name = Sealed(str)

    @property
    def key_id(self) -> str:
        return str(self.pk)

    @property
    def is_complete(self) -> bool:
        return self.offset_bytes == self.length_bytes
