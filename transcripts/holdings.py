"""What of this app follows a guest into an account, and goes when the account goes."""

from django.utils.translation import gettext_lazy as _

from accounts.holdings import Holding, declare
from accounts.models import User
from transcripts import jobs
from transcripts.models import LIVE, Job, Transcript, Upload
from transcripts.vault import vault


def declare_holdings() -> None:
    declare(Holding("transcripts", _("Transcripts"), Transcript))
    declare(Holding("uploads", _("Uploads under way"), Upload, erase=end_uploads))
    declare(Holding("jobs", _("Jobs, running ones included"), Job, erase=end_jobs))


def end_jobs(user: User) -> None:
    """Running work stops and its audio goes; the rows go with the user's."""
    for job in Job.objects.filter(owner=user, status__in=LIVE):
        jobs.cancel(job)


def end_uploads(user: User) -> None:
    for upload in Upload.objects.filter(owner=user):
        vault().destroy(upload.pk)
