from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from billing.models import LedgerEntry


@admin.register(LedgerEntry)
class LedgerEntryAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """To read. A ledger that can be edited is none."""

    list_display = ["created_at", "owner", "job_id", "kind", "minutes"]
    list_select_related = ["owner"]
    search_fields = ["owner__email", "job_id"]
    exclude = ["guest_key"]

    def has_add_permission(self, *_: Any) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: LedgerEntry | None = None) -> bool:  # noqa: ARG002
        return False

    def has_delete_permission(self, request: HttpRequest, obj: LedgerEntry | None = None) -> bool:  # noqa: ARG002
        return False
