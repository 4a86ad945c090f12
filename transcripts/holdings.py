"""What of this app follows a guest into an account, and goes when the account goes."""

from django.utils.translation import gettext_lazy as _

from accounts.holdings import Holding, declare
from accounts.models import User
from privacy.content_keys import shred
from privacy.models import Deletion
from transcripts import jobs
from transcripts.models import Job, Transcript, Upload
from transcripts.vault import vault


def declare_holdings() -> None:
    declare(Holding("transcripts", _("Transcripts"), Transcript, erase=shred_transcripts))
    declare(Holding("uploads", _("Uploads under way"), Upload, erase=end_uploads))
    declare(Holding("jobs", _("Jobs, running ones included"), Job, erase=end_jobs))


def end_jobs(user: User) -> None:
    """Running work stops and its audio goes; the rows go with the user's."""
    for job in Job.objects.filter(owner=user):
        if job.is_live:
            jobs.cancel(job)
        shred([job.key_id])


def end_uploads(user: User) -> None:
    for upload in Upload.objects.filter(owner=user):
        vault().destroy(upload.pk)
        shred([upload.key_id])


def shred_transcripts(user: User) -> None:
    """The rows go with the user's; their keys are in another database."""
    rows = list(Transcript.objects.filter(owner=user).values_list("pk", "key_id"))
    shred((key_id for _pk, key_id in rows), [(Deletion.Kind.TRANSCRIPT, pk) for pk, _key in rows])
