"""The chain: whatever is changed, removed, moved or cut shows, here and in a download."""

import json
import subprocess
import sys
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from privacy import check_receipt, receipts
from privacy.models import Entry, Receipt
from privacy.receipt_words import RECIPE
from privacy.receipts import Event, Unfit, faults, note, receipt_shape
from tests.speech import ROOT
from tests.transcripts.recorded import a_result, submitted
from tests.transcripts.things import STRANGER, a_guest, a_person
from transcripts import jobs


def a_receipt() -> Receipt:
    job = submitted()
    jobs.finish(jobs.claim("w"), a_result())
    return Receipt.objects.get(pk=job.pk)


def change_a_fact(receipt):
    entry = receipt.entries.get(event="received")
    entry.facts = {**entry.facts, "bytes": 6}
    entry.save()


def change_a_time(receipt):
    entry = receipt.entries.get(number=2)
    entry.at = receipt.entries.get(number=3).at
    entry.save()


def change_and_digest_anew(receipt):
    entry = receipt.entries.get(number=3)
    entry.facts = {"worker": "another", "attempt": 1}
    entry.digest = receipts.digest_of(entry)
    entry.save()


def remove_one(receipt):
    receipt.entries.get(number=4).delete()


def remove_one_and_count_anew(receipt):
    receipt.entries.get(number=4).delete()
    for entry in receipt.entries.filter(number__gt=4):
        Entry.objects.filter(pk=entry.pk).update(number=entry.number - 1)
    Receipt.objects.filter(pk=receipt.pk).update(length=receipt.length - 1)


def swap_two(receipt):
    Entry.objects.filter(receipt=receipt, number=3).update(number=99)
    Entry.objects.filter(receipt=receipt, number=4).update(number=3)
    Entry.objects.filter(receipt=receipt, number=99).update(number=4)


def cut_the_end(receipt):
    receipt.entries.get(number=receipt.length).delete()


def cut_the_beginning(receipt):
    receipt.entries.get(number=1).delete()


def cut_everything(receipt):
    receipt.entries.all().delete()


def change_the_head(receipt):
    Receipt.objects.filter(pk=receipt.pk).update(head="f" * 64)


TAMPERING = {
    change_a_fact: ["entry 1 was changed"],
    change_a_time: ["entry 2 was changed"],
    change_and_digest_anew: ["entry 4 does not follow the one before it"],
    remove_one: ["entry 4 is missing", "entry 5 does not follow the one before it"],
    remove_one_and_count_anew: [
        "entry 4 does not follow the one before it",
        "entry 4 was changed",
        "entry 5 was changed",
        "entry 6 was changed",
    ],
    swap_two: [
        "entry 3 does not follow the one before it",
        "entry 3 was changed",
        "entry 4 does not follow the one before it",
        "entry 4 was changed",
        "entry 5 does not follow the one before it",
    ],
    cut_the_end: ["the end is missing"],
    cut_the_beginning: ["entry 1 is missing", "entry 2 does not follow the one before it"],
    cut_everything: ["the end is missing"],
    change_the_head: ["the end is missing"],
}


def verify() -> tuple[int, str]:
    out = StringIO()
    try:
        call_command("receipts", "verify", stdout=out)
    except SystemExit as end:
        return int(end.code), out.getvalue()
    return 0, out.getvalue()


@pytest.mark.django_db
class TestChain:
    def test_an_untouched_receipt_is_intact(self):
        receipt = a_receipt()
        assert receipt.length == 7
        assert faults(receipt) == []
        assert verify() == (0, "1 receipts, 7 entries, 0 broken\n")

    @pytest.mark.parametrize("tamper", TAMPERING, ids=lambda tamper: tamper.__name__)
    def test_tampering_shows_and_the_command_names_the_receipt(self, tamper):
        a_receipt()
        receipt = a_receipt()
        tamper(receipt)
        receipt.refresh_from_db()
        found = faults(receipt)
        assert found == TAMPERING[tamper]
        status, said = verify()
        assert status == 1
        lines = said.splitlines()
        assert sorted(lines[:-1]) == sorted(f"{receipt.pk}\t{fault}" for fault in found)
        assert lines[-1].endswith(f"{14 - (7 - receipt.entries.count())} entries, 1 broken")

    @pytest.mark.parametrize("tamper", TAMPERING, ids=lambda tamper: tamper.__name__)
    def test_tampering_shows_in_a_download_too(self, tamper, tmp_path, capsys):
        receipt = a_receipt()
        before = download(receipt, tmp_path / "before.json")
        tamper(receipt)
        receipt.refresh_from_db()
        after = download(receipt, tmp_path / "after.json")
        assert check_receipt.main([str(before)]) == 0
        assert check_receipt.main([str(after)]) == 1
        assert capsys.readouterr().out.endswith("Not intact.\n")

    def test_a_digest_does_not_depend_on_how_a_database_keeps_it(self):
        receipt = a_receipt()
        for entry in receipt.entries.all():
            note_facts = dict(reversed(entry.facts.items()))
            Entry.objects.filter(pk=entry.pk).update(facts=note_facts)
        assert faults(receipt) == []


def download(receipt: Receipt, path):
    text = json.dumps(receipt_shape(receipt), default=str, ensure_ascii=False, indent=2)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.django_db
class TestStandAlone:
    def test_the_module_runs_alone(self, tmp_path):
        path = download(a_receipt(), tmp_path / "receipt.json")
        command = [sys.executable, "-m", "privacy.check_receipt", str(path)]
        done = subprocess.run(
            command, check=False, cwd=ROOT, capture_output=True, text=True, env={}
        )
        assert (done.returncode, done.stdout, done.stderr) == (0, "Intact: 7 entries.\n", "")

    def test_the_recipe_on_the_page_and_in_the_docs_finds_the_same(self, tmp_path):
        receipt = a_receipt()
        download(receipt, tmp_path / "receipt.json")
        assert RECIPE in (ROOT / "docs" / "receipts.md").read_text("utf-8")
        command = [sys.executable, "-c", RECIPE]
        assert subprocess.run(command, check=False, cwd=tmp_path).returncode == 0
        change_a_fact(receipt)
        download(receipt, tmp_path / "receipt.json")
        assert (
            subprocess.run(command, check=False, cwd=tmp_path, stderr=subprocess.DEVNULL).returncode
            == 1
        )

    def test_a_later_download_must_go_on_from_the_earlier(self, tmp_path, capsys):
        receipt = a_receipt()
        earlier = str(download(receipt, tmp_path / "earlier.json"))
        note(receipt.pk, Event.EXPORTED, format="srt", to="api")
        receipt.refresh_from_db()
        later = str(download(receipt, tmp_path / "later.json"))
        assert check_receipt.main([earlier, later]) == 0
        another = str(download(a_receipt(), tmp_path / "another.json"))
        assert check_receipt.main([earlier, another]) == 1
        assert "does not go on" in capsys.readouterr().out

    @pytest.mark.parametrize("text", ["", "[]", "{}", '{"job": "x", "entries": [3], "head": ""}'])
    def test_what_is_no_receipt_is_called_so(self, tmp_path, text):
        (tmp_path / "x.json").write_text(text)
        assert check_receipt.main([str(tmp_path / "x.json")]) == 2
        assert check_receipt.main([]) == 2


@pytest.mark.django_db
class TestWhatItHolds:
    @pytest.mark.parametrize(
        "facts", [{"title": "x"}, {"transport": "x" * 121}, {"sha256": "0" * 64, "text": "words"}]
    )
    def test_nothing_else_can_be_written(self, facts):
        receipt = a_receipt()
        with pytest.raises(Unfit):
            note(receipt.pk, Event.RECEIVED, **facts)
        assert receipt.entries.count() == 7

    def test_a_job_without_a_receipt_is_no_error(self):
        assert note("nowhere", Event.DELETED, what="transcript") is False

    def test_show_reads_one_aloud(self):
        receipt = a_receipt()
        out = StringIO()
        call_command("receipts", "show", receipt.pk, stdout=out)
        lines = out.getvalue().splitlines()
        sentences = [line.split("\t")[2] for line in lines[:-1]]
        assert sentences[0] == (
            "The server received 5 bytes over the connection, in one piece, and took its SHA-256."
        )
        assert sentences[3] == "1 minute 1 second of sound were decoded, in memory."
        assert sentences[6] == "The audio was destroyed, because the transcript was ready."
        assert lines[-1] == f"intact, head {receipt.head}"
        with pytest.raises(CommandError):
            call_command("receipts", "show", "nowhere")


@pytest.mark.django_db
class TestWhose:
    def test_of_user_guest_and_stranger(self):
        person, (_api, guest) = a_person(), a_guest()
        for caller in (person.caller, guest, STRANGER):
            job = submitted(caller=caller)
            assert receipts.receipt_for(caller, job.pk).pk == job.pk
            listed = [row.pk for row in receipts.receipts_of(caller)]
            assert listed == ([] if caller is STRANGER else [job.pk])

    def test_a_guest_who_makes_an_account_takes_them_along(self):
        from accounts.holdings import adopt

        person, (_api, guest) = a_person(), a_guest()
        job = submitted(caller=guest)
        adopt(guest.guest_key, person.user)
        assert [row.pk for row in receipts.receipts_of(person.caller)] == [job.pk]
        assert receipts.receipt_for(guest, job.pk) is None
