from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "config"

    def ready(self) -> None:
        from config.broker import set_broker
        from config.checks import declare_checks
        from config.process import forbid_core_dumps, wipe_freed_memory

        forbid_core_dumps()
        wipe_freed_memory()
        set_broker()
        declare_checks()
