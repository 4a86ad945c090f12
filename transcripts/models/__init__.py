"""Every row of this app. The modules are by subject; everybody imports from here."""

from transcripts.models.job import LIVE, Batch, Handover, IdempotencyKey, Job, Status
from transcripts.models.owned import Owned, Upload
from transcripts.models.transcript import (
    LONG_COLUMNS,
    DocumentTemplate,
    PrivateShare,
    Share,
    Transcript,
    Version,
)

__all__ = [
    "LIVE",
    "LONG_COLUMNS",
    "Batch",
    "DocumentTemplate",
    "Handover",
    "IdempotencyKey",
    "Job",
    "Owned",
    "PrivateShare",
    "Share",
    "Status",
    "Transcript",
    "Upload",
    "Version",
]
