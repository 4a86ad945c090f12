from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from privacy.models import SweepReport


@admin.register(SweepReport)
class SweepReportAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """What the sweeper did, for reading only."""

    list_display = ["finished_at", "machine", "what_went", "what_failed", "clock_jump_seconds"]
    list_filter = ["machine"]
    fields = ("started_at", "finished_at", "machine", "gone", "clock_jump_seconds")
    readonly_fields = fields

    @admin.display(description="went")
    def what_went(self, report: SweepReport) -> str:
        went = [f"{rule}: {count}" for rule, count in report.gone.items() if count > 0]
        return ", ".join(went)

    @admin.display(description="failed")
    def what_failed(self, report: SweepReport) -> str:
        return ", ".join(rule for rule, count in report.gone.items() if count < 0)

    def has_add_permission(self, *_: Any) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: SweepReport | None = None) -> bool:  # noqa: ARG002
        return False

    def has_delete_permission(self, request: HttpRequest, obj: SweepReport | None = None) -> bool:  # noqa: ARG002
        return False
