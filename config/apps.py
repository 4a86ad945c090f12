from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "config"

    def ready(self) -> None:
        from config.broker import set_broker
        from config.checks import declare_checks
        from config.process import forbid_core_dumps

        forbid_core_dumps()
        set_broker()
        declare_checks()
