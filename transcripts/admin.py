from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from transcripts.models import Job


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

    def has_add_permission(self, *_: Any) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Job | None = None) -> bool:  # noqa: ARG002
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Job | None = None) -> bool:  # noqa: ARG002
        return False
