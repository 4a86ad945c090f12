from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "config"

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_out

        from config.broker import set_broker
        from config.checks import declare_checks
        from config.process import forbid_core_dumps, wipe_freed_memory
        from config.security import note_log_out

        forbid_core_dumps()
        wipe_freed_memory()
        set_broker()
        declare_checks()
        user_logged_out.connect(note_log_out)
