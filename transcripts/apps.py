from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TranscriptsConfig(AppConfig):
    name = "transcripts"
    verbose_name = _("Transcripts")

    def ready(self) -> None:
        from privacy import retention
        from transcripts.contributing import declare_leaving
        from transcripts.holdings import declare_holdings
        from transcripts.index import mending
        from transcripts.private_shares import declare_erasure as declare_private_erasure
        from transcripts.retention import RULES
        from transcripts.sharing import declare_erasure
        from transcripts.takeout import declare_parts

        declare_holdings()
        retention.declare(*RULES, *mending.RULES)
        declare_parts()
        declare_leaving()
        declare_erasure()
        declare_private_erasure()
