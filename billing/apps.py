from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BillingConfig(AppConfig):
    name = "billing"
    verbose_name = _("Billing")

    def ready(self) -> None:
        from accounts.holdings import Holding, declare
        from billing.models import LedgerEntry

        declare(Holding("minutes", _("Minutes counted"), LedgerEntry))
