from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PrivacyConfig(AppConfig):
    name = "privacy"
    verbose_name = _("Privacy")

    def ready(self) -> None:
        """Rules for accounts, which know no other app, are declared here."""
        from accounts import expiry
        from privacy.retention import Rule, declare

        declare(Rule("sessions", _("Sessions past their time"), expiry.delete_expired_sessions))
        declare(Rule("keys", _("API keys past their time"), expiry.delete_expired_keys))
        declare(
            Rule(
                "unconfirmed",
                _("Accounts whose address was never confirmed"),
                expiry.delete_unconfirmed_accounts,
            )
        )
