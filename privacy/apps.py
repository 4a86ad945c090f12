from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PrivacyConfig(AppConfig):
    name = "privacy"
    verbose_name = _("Privacy")

    def ready(self) -> None:
        """Accounts know no other app: what is about them is declared here."""
        from accounts import expiry, holdings
        from privacy import erasure, journal, takeout
        from privacy.models import Deletion
        from privacy.retention import Rule, declare

        holdings.before_erasing(journal.note_account)
        holdings.while_erasing(erasure.erase_with_account)
        journal.declare(Deletion.Kind.ACCOUNT, journal.replay_accounts)
        takeout.declare_parts()
        declare(Rule("deletions", _("Deletions that were cut short"), journal.finish_deletions))
        declare(Rule("sessions", _("Sessions past their time"), expiry.delete_expired_sessions))
        declare(Rule("keys", _("API keys past their time"), expiry.delete_expired_keys))
        declare(
            Rule(
                "unconfirmed",
                _("Accounts whose address was never confirmed"),
                expiry.delete_unconfirmed_accounts,
            )
        )
