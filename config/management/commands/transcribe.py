import argparse
import contextlib
import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, CommandParser

from config.progress_bar import ProgressBar
from gpu.contract import Failure, ListeningFailed, Options, Progress, Result
from gpu.supervisor import Recogniser, RecogniserCrashed
from transcripts.api.options import parse_options
from transcripts.document import document_from_result
from transcripts.exports import BOUNDS, EXPORTS, EXPORTS_BY_ID, ExportOptions, Head, render
from transcripts.failures import FAILURES, Refusal

STDIN = "-"
COPY_BYTES = 1 << 20


class Command(BaseCommand):
    help = "Transcribe files here and now: text to stdout, or beside each file with --beside."
    requires_system_checks: list[str] = []  # needs no database, no queue and no server
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", metavar="FILE", help="audio or video; - is stdin")
        parser.add_argument("--format", choices=[row.id for row in EXPORTS], default="txt")
        parser.add_argument("--model", default=settings.DEFAULT_MODEL)
        parser.add_argument("--language", default="auto")
        parser.add_argument("--no-diarize", action="store_true", help="do not tell speakers apart")
        parser.add_argument("--speakers", type=int, default=0, help="how many; 0 finds out")
        _add_export_options(parser)
        parser.add_argument("--beside", action="store_true", help="write FILE.txt beside FILE")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        wanted = _wanted(options)
        _asked_of(options)  # before anything is listened to
        recogniser = Recogniser(settings.MODELS_DIR)
        try:
            went_well = [
                self._transcribe(recogniser, name, wanted, options) for name in options["files"]
            ]
        except KeyboardInterrupt:
            sys.exit(130)
        finally:
            recogniser.close()
        if not all(went_well):
            sys.exit(1)

    def _transcribe(
        self, recogniser: Recogniser, name: str, wanted: Options, options: dict[str, Any]
    ) -> bool:
        """Whether it went well; if not, the reason is on stderr and the next file has its turn."""
        try:
            with _opened(name) as media_fd, ProgressBar(sys.stderr, _label(name)) as bar:
                result = _listen(recogniser, media_fd, wanted, bar)
            self._deliver(name, result, options)
        except OSError as error:
            self.stderr.write(f"{_label(name)}: {error.strerror}.")
        except ListeningFailed as failed:
            text = FAILURES[failed.failure]
            self.stderr.write(f"{_label(name)}: {text.title} {text.advice}")
        else:
            return True
        return False

    def _deliver(self, name: str, result: Result, options: dict[str, Any]) -> None:
        asked = replace(_asked_of(options), head=Head("" if name == STDIN else Path(name).stem))
        _, content = render(options["format"], document_from_result(result), asked)
        if options["beside"] and name != STDIN:
            target = Path(name).with_suffix("." + EXPORTS_BY_ID[options["format"]].extension)
            target.write_bytes(content)
            self.stderr.write(f"{_label(name)}: written to {target}")
        else:
            sys.stdout.buffer.write(content)
            sys.stdout.flush()


def _add_export_options(parser: CommandParser) -> None:
    """Those of ``ExportOptions``; ``--speakers`` is how many are heard."""
    asked = parser.add_argument_group("what the file holds")
    switch = argparse.BooleanOptionalAction
    defaults = ExportOptions()
    asked.add_argument("--names", action=switch, help="say who speaks")
    asked.add_argument("--timestamps", action="store_true", help="times in running text")
    asked.add_argument("--paragraphs", action=switch, default=defaults.paragraphs)
    for name, (least, most) in BOUNDS.items():
        default = getattr(defaults, name)
        option = "--" + name.replace("_", "-")
        words = f"of subtitles: {least:g} to {most:g}, by default {default:g}"
        asked.add_argument(option, type=type(default), default=default, help=words)


def _asked_of(options: dict[str, Any]) -> ExportOptions:
    for name, (least, most) in BOUNDS.items():
        if not least <= options[name] <= most:
            option = name.replace("_", "-")
            raise CommandError(f"--{option}: from {least:g} to {most:g}.")
    numbers = {name: options[name] for name in (*BOUNDS, "timestamps", "paragraphs")}
    return ExportOptions(speakers=options["names"], **numbers)


def _wanted(options: dict[str, Any]) -> Options:
    fields = {name: options[name] for name in ("model", "language", "speakers")}
    try:
        return parse_options({**fields, "diarize": not options["no_diarize"]})
    except Refusal as refusal:
        reasons = [f"--{name}: {reason}" for name, reason in refusal.errors.items()]
        raise CommandError(" ".join(reasons) or str(refusal.text.title)) from None


def _listen(recogniser: Recogniser, media_fd: int, wanted: Options, bar: ProgressBar) -> Result:
    def show(progress: Progress | None) -> bool:
        if progress is not None:
            bar.show(progress)
        return True

    try:
        return recogniser.transcribe(media_fd, os.fstat(media_fd).st_size, wanted, show)
    except RecogniserCrashed as crash:
        raise ListeningFailed(Failure.WORKER_CRASH, str(crash)) from None


@contextlib.contextmanager
def _opened(name: str) -> Iterator[int]:
    """A descriptor that can be read by position: a pipe's bytes are kept in memory for it."""
    if name != STDIN:
        with Path(name).open("rb") as file:
            yield file.fileno()
        return
    media_fd = os.memfd_create("stdin", os.MFD_CLOEXEC)
    try:
        with open(media_fd, "wb", closefd=False) as memory:
            shutil.copyfileobj(sys.stdin.buffer, memory, COPY_BYTES)
        yield media_fd
    finally:
        os.close(media_fd)


def _label(name: str) -> str:
    return "stdin" if name == STDIN else Path(name).name
