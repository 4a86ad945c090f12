from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BillingConfig(AppConfig):
    name = "billing"
    verbose_name = _("Billing")

    def ready(self) -> None:
        from accounts.holdings import Holding, declare
        from accounts.takeout import Part
        from accounts.takeout import declare as declare_part
        from billing.ledger import entries_to_keep
        from billing.models import LedgerEntry

        declare_part(Part("usage", _("the minutes that were counted"), entries_to_keep))
        declare(Holding("minutes", _("Minutes counted"), LedgerEntry))
