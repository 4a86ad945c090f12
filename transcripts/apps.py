from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TranscriptsConfig(AppConfig):
    name = "transcripts"
    verbose_name = _("Transcripts")

    def ready(self) -> None:
        from transcripts.contributing import declare_leaving
        from transcripts.holdings import declare_holdings
        from transcripts.retention import declare_rules
        from transcripts.takeout import declare_parts

        declare_holdings()
        declare_rules()
        declare_parts()
        declare_leaving()
