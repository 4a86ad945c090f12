from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "config"

    def ready(self) -> None:
        from config.broker import set_broker
        from config.checks import declare_checks

        set_broker()
        declare_checks()
