from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from privacy.receipts import FACT_MAX_CHARS
from transcripts import entries
from transcripts.document import Document, Gap
from transcripts.models import Job, Transcript
from transcripts.paragraphs import Paragraph, paragraphs


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        min_length=10,
        max_length=FACT_MAX_CHARS,
        help_text=_("Its owner reads this on the receipt, word for word."),
    )


@admin.register(Job)
class JobAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """How the machinery is doing. No names of files and no words: those are their owners'."""

    list_display = ["id", "status", "stage", "progress", "failure", "attempt", "created_at"]
    list_filter = ["status", "failure"]
    search_fields = ["id"]
    fields = (
        *("id", "status", "failure", "stage", "progress", "priority", "size_bytes"),
        *("attempt", "crashes", "worker", "lease_expires_at", "decoded_seconds", "minutes"),
        *("created_at", "started_at", "finished_at"),
    )
    readonly_fields = fields

    def get_urls(self) -> list[URLPattern]:
        reading = self.admin_site.admin_view(self.read)
        own = [path("<str:job_id>/reading/", reading, name="transcripts_job_reading")]
        return [*own, *super().get_urls()]

    def read(self, request: HttpRequest, job_id: str) -> HttpResponse:
        """The words of a transcript, after a reason was given and written into its receipt."""
        if not request.user.has_perm("transcripts.read_for_support"):
            raise PermissionDenied
        transcript = get_object_or_404(Transcript, job=job_id)
        if transcript.is_private or not transcript.content_key:
            raise Http404
        form = ReasonForm(request.POST or None)
        parts: list[Paragraph | Gap] = []
        if form.is_valid():
            role = "administrator" if request.user.is_superuser else "support"
            who = f"{role} {request.user.pk}"
            if not entries.read_by_staff(transcript, who, form.cleaned_data["reason"]):
                raise PermissionDenied(_("There is no receipt to write this into."))
            parts = paragraphs(Document.from_json(transcript.document))
        site = self.admin_site.each_context(request)
        context = {**site, "title": _("Read a transcript"), "form": form, "parts": parts}
        context |= {"opts": self.opts, "job_id": job_id, "is_read": form.is_valid()}
        return TemplateResponse(request, "admin/transcripts/job/reading.html", context)

    def has_add_permission(self, *_: Any) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Job | None = None) -> bool:  # noqa: ARG002
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Job | None = None) -> bool:  # noqa: ARG002
        return False
