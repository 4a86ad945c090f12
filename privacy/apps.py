from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PrivacyConfig(AppConfig):
    name = "privacy"
    verbose_name = _("Privacy")

    def ready(self) -> None:
        """Accounts know no other app: what is about them is declared here."""
        from accounts import holdings
        from privacy import consent, erasure, expiry, journal, keyring, retention, takeout
        from privacy.models import Deletion, Receipt
        from privacy.receipts import hold_still
        from privacy.voicelab.expiry import declare_endings

        holdings.before_erasing(journal.note_account)
        holdings.while_erasing(erasure.erase_with_account)
        holdings.declare(holdings.Holding("receipts", _("Receipts"), Receipt, erase=hold_still))
        journal.declare(Deletion.Kind.ACCOUNT, journal.accounts_still_there, holdings.erase)
        consent.declare_withdrawals()
        takeout.declare_parts()
        retention.declare(*expiry.RULES)
        keyring.declare_endings()
        declare_endings()
