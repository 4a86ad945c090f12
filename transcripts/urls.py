from django.urls import path

from transcripts.views import (
    bulk,
    handovers,
    home,
    jobs,
    library,
    pages,
    receipts,
    shared,
    sharing,
    transcripts,
)

urlpatterns = [
    path("", home.home, name="home"),
    path("guest-session/", home.guest_session, name="guest-session"),
    path("library/", library.library, name="library"),
    path("library/bulk/", bulk.bulk, name="library-bulk"),
    path("how-it-works/", pages.how_it_works, name="how-it-works"),
    path("security/", pages.security, name="security"),
    path("jobs/<str:job_id>/", jobs.job, name="job"),
    path("jobs/<str:job_id>/progress", jobs.progress, name="job-progress"),
    path("jobs/<str:job_id>/cancellation/", jobs.cancel, name="job-cancel"),
    path("jobs/<str:job_id>/handover/", handovers.waiting, name="job-handover"),
    path("jobs/<str:job_id>/handover/export/", handovers.export, name="job-handover-export-form"),
    path(
        "jobs/<str:job_id>/handover/export/<str:format_id>",
        handovers.export,
        name="job-handover-export",
    ),
    path(
        "jobs/<str:job_id>/handover/destruction/",
        handovers.destroy,
        name="job-handover-destroy",
    ),
    path("receipts/", receipts.receipts, name="receipts"),
    path("receipts/<str:job_id>/", receipts.receipt, name="receipt"),
    path("receipts/<str:job_id>/receipt.json", receipts.download, name="receipt-download"),
    path("t/<str:transcript_id>/", transcripts.transcript, name="transcript"),
    path("t/<str:transcript_id>/read/", transcripts.reading, name="transcript-reading"),
    path("t/<str:transcript_id>/title/", transcripts.rename, name="transcript-rename"),
    path(
        "t/<str:transcript_id>/speakers/<str:speaker_id>/",
        transcripts.rename_speaker,
        name="speaker-rename",
    ),
    path("t/<str:transcript_id>/deletion/", transcripts.delete, name="transcript-delete"),
    path("t/<str:transcript_id>/export/", transcripts.export, name="transcript-export-form"),
    path(
        "t/<str:transcript_id>/export/<str:format_id>",
        transcripts.export,
        name="transcript-export",
    ),
    path("t/<str:transcript_id>/sharing/", sharing.sharing, name="sharing"),
    path(
        "t/<str:transcript_id>/sharing/<str:share_id>/revocation/",
        sharing.revoke,
        name="share-revoke",
    ),
    path("s/<str:token>/", shared.shared, name="shared"),
    path("s/<str:token>/export/<str:format_id>", shared.export, name="shared-export"),
]
