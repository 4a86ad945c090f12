import sys
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser

from privacy.models import Receipt
from privacy.receipt_words import in_words
from privacy.receipts import faults

AT_ONCE = 200


class Command(BaseCommand):
    help = "Check the chains of all receipts, or read one."

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_subparsers(dest="what", required=True)
        what.add_parser("verify", help="status 1 and their names if any is broken")
        show = what.add_parser("show", help="one receipt in plain words")
        show.add_argument("job")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        if options["what"] == "show":
            self._show(options["job"])
        elif self._verify():
            sys.exit(1)

    def _verify(self) -> int:
        """Returns how many are broken."""
        receipts = entries = broken = 0
        rows = Receipt.objects.order_by("pk").prefetch_related("entries")
        for receipt in rows.iterator(chunk_size=AT_ONCE):
            receipts += 1
            entries += len(receipt.entries.all())
            found = faults(receipt)
            broken += bool(found)
            for fault in found:
                self.stdout.write(f"{receipt.pk}\t{fault}")
        self.stdout.write(f"{receipts} receipts, {entries} entries, {broken} broken")
        return broken

    def _show(self, job_id: str) -> None:
        receipt = Receipt.objects.filter(pk=job_id).first()
        if receipt is None:
            raise CommandError(f"There is no receipt of a job {job_id}.")
        for said in in_words(receipt):
            at = said.entry.at.isoformat(timespec="milliseconds")
            self.stdout.write(f"{said.entry.number}\t{at}\t{said.sentence}")
        found = faults(receipt)
        self.stdout.write("; ".join(found) if found else f"intact, head {receipt.head}")
