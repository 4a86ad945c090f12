from django.conf import settings
from django.db import models


class LedgerEntry(models.Model):
    """Minutes that a job cost. The balance is always a sum over rows, never a counter."""

    class Kind(models.TextChoices):
        SETTLE = "settle"

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True)
    guest_key = models.CharField(max_length=64, default="", db_index=True)
    job_id = models.CharField(max_length=32)
    kind = models.CharField(max_length=8, choices=Kind)
    minutes = models.PositiveIntegerField()
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["job_id", "kind"], name="one_entry_per_job_and_kind")
        ]
        verbose_name_plural = "ledger entries"
