import contextlib
import os
import threading
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, CommandParser, call_command
from django.db import connections

from config import env, server
from config.house import AlreadyOpen, ConnectionsOfAllThreads, House, alone_in
from config.process import log_what_nobody_catches

TIDIES_WITHIN_SECONDS = 2.8


class Command(BaseCommand):
    help = "Serve Sotto: web, worker and sweeper in one process. Ctrl-C stops all of it."
    requires_system_checks: list[str] = []  # run below, those of the servers included

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--prepare",
            action="store_true",
            help="bring database and static files up to date first",
        )
        parser.add_argument("--web-only", action="store_true", help="no worker and no sweeper here")
        parser.add_argument(
            "--server",
            choices=server.SERVERS,
            default=env.choice("SERVER", server.SERVERS, "daphne"),
        )

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        if options["web_only"] and not settings.REDIS_URL:
            raise CommandError("A web server alone needs a queue: set REDIS_URL, or use make run.")
        self.check(databases=list(connections))
        log_what_nobody_catches()
        opened = ConnectionsOfAllThreads()
        try:
            if options["prepare"]:  # here: a process of its own would double the time to start
                call_command("prepare", stderr=self.stderr)
            with contextlib.suppress(KeyboardInterrupt):
                self._serve(options["server"], with_work=not options["web_only"])
        finally:
            opened.close()

    def _serve(self, name: str, *, with_work: bool) -> None:
        house = House()
        with contextlib.ExitStack() as stack:
            if with_work:
                stack.enter_context(self._alone())
                stack.callback(house.close)
                house.open()
            try:
                server.run(
                    name,
                    settings.HOST,
                    settings.PORT,
                    on_ready=self._say_where,
                    on_stop=lambda: _stop(house),
                )
            except server.CannotListen as problem:
                where = f"{settings.HOST}:{settings.PORT}"
                mend = f"Choose another port, such as PORT={settings.PORT + 1}."
                raise CommandError(f"Cannot listen on {where}: {problem} {mend}") from None

    @contextlib.contextmanager
    def _alone(self) -> Any:
        if settings.REDIS_URL:
            yield
            return
        try:
            with alone_in(settings.DATA_DIR):
                yield
        except AlreadyOpen:
            raise CommandError(
                f"Sotto already runs on {settings.DATA_DIR}. "
                "Stop it first, or give this one its own place: SOTTO_DATA=…"
            ) from None

    def _say_where(self) -> None:
        self.stdout.write(f"Sotto is ready: {settings.PUBLIC_URL}")
        self.stdout.flush()


def _stop(house: House) -> None:
    """Whatever may hang, a page's thread for one: the process is gone in three seconds."""
    last_resort = threading.Timer(TIDIES_WITHIN_SECONDS, os._exit, (1,))
    last_resort.daemon = True
    last_resort.start()
    house.close_soon()
