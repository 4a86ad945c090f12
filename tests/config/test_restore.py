"""P08: what was deleted does not come back with a backup, be it of one database or of both.

The check runs in a process of its own on the product's settings, as an operator would run it.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests import live, services
from tests.speech import ROOT
from tests.watching import files_with

pytestmark = pytest.mark.slow
CANARY = b"xylophonist"
SETUP = """
import json, os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
import django
django.setup()
from django.db import connections
from django.test import Client
from accounts import holdings
from accounts.callers import Caller
from accounts.models import ApiKey, User
from privacy.consent import Interface, choose, is_on
from privacy.content_keys import shred
from tests.transcripts.things import a_document, a_transcript
from transcripts.editing import delete_transcript
from transcripts.models import Job, Transcript, Upload

def said_by(user):
    made = a_transcript(Caller(user), a_document("The xylophonist"), title="xylophonist",
                        folder="xylophonist", tags=["xylophonist"])
    shred([made.job.audio_id])  # as of one recording
    Job.objects.filter(transcript=made).update(audio_id=made.key_id)
    return made.pk

for line in sys.stdin:
    exec(json.loads(line))
    connections.close_all()
    print(json.dumps(result), flush=True)
"""


@dataclass
class Installation:
    """Its databases can be copied and put back, each for itself."""

    data: Path
    environment: dict[str, str]
    inside: subprocess.Popen[str]

    def run(self, code: str) -> dict:
        """What the code leaves in ``result``, run on the databases as they are now."""
        self.inside.stdin.write(json.dumps(code) + "\n")
        self.inside.stdin.flush()
        return json.loads(self.inside.stdout.readline())

    def check(self, *arguments: str) -> tuple[int, dict[str, int]]:
        """The exit status, and the numbers that were said."""
        done = subprocess.run(
            [sys.executable, "manage.py", "restore-check", *arguments],
            cwd=ROOT,
            env=live._environment(self.data, self.environment),
            check=False,
            capture_output=True,
            text=True,
        )
        lines = [line.rpartition("\t") for line in done.stdout.splitlines()]
        return done.returncode, {" ".join(what.split("\t")): int(n) for what, _tab, n in lines}

    def back_up(self, name: str, into: Path) -> None:
        if url := self.environment.get(VARIABLES[name]):
            self._tool("pg_dump", "--format=custom", f"--file={into}", url)
            return
        into.mkdir()
        for file in self.data.glob(f"{FILES[name]}*"):
            shutil.copy(file, into)

    def restore(self, name: str, from_: Path) -> None:
        if url := self.environment.get(VARIABLES[name]):
            self._tool("pg_restore", "--clean", "--if-exists", f"--dbname={url}", from_)
            return
        for file in self.data.glob(f"{FILES[name]}*"):
            file.unlink()
        shutil.copytree(from_, self.data, dirs_exist_ok=True)

    def _tool(self, *command: object) -> None:
        subprocess.run(list(map(str, command)), check=True, capture_output=True)


VARIABLES = {"contents": "DATABASE_URL", "keys": "KEYS_DATABASE_URL"}
FILES = {"contents": "sotto.sqlite3", "keys": "keys.sqlite3"}


@pytest.fixture(params=["sqlite", "postgresql"])
def sotto(request, tmp_path) -> Iterator[Installation]:
    with ExitStack() as stack:
        environment = {"ALLOWED_HOSTS": "testserver"}
        if request.param == "postgresql":
            try:
                url = stack.enter_context(services.postgres())
            except services.NotInstalled as missing:
                pytest.skip(f"{missing} is not installed here")
            if not shutil.which("pg_dump"):
                pytest.skip("pg_dump is not installed here")
            environment |= {
                "DATABASE_URL": url,
                **services.other_databases(url),
            }
        data = tmp_path / "data"
        data.mkdir()
        live.manage(data, "prepare", **environment)
        inside = subprocess.Popen(
            [sys.executable, "-c", SETUP],
            cwd=ROOT,
            env=live._environment(data, environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        with inside:
            yield Installation(data, environment, inside)
            inside.stdin.close()


def before_the_backup(sotto: Installation) -> dict:
    return sotto.run("""
alice, bob = (User.objects.create_user(f"{n}@example.org") for n in ("alice", "bob"))
choose(bob, "voice_lab", "on", Interface.PAGE)
result = {"alice": alice.pk, "of_alice": said_by(alice), "kept": said_by(bob),
          "deleted": said_by(bob), "of_nobody": said_by(None),
          "key": ApiKey.issue(bob, "all")[1]}
""")


def after_the_backup(sotto: Installation, things: dict) -> None:
    """Deleted: a transcript of Bob, one of nobody, Alice, and Carol who came after the backup.
    Withdrawn: Bob's consent.
    """
    sotto.run(f"""
choose(User.objects.get(email="bob@example.org"), "voice_lab", "off", Interface.PAGE)
delete_transcript(Transcript.objects.get(pk="{things["deleted"]}"))
delete_transcript(Transcript.objects.get(pk="{things["of_nobody"]}"))
holdings.erase(User.objects.get(pk={things["alice"]}))
said_by(User.objects.get())
holdings.erase(User.objects.create_user("carol@example.org"))
result = {{}}
""")


def what_is_there(sotto: Installation, things: dict) -> dict:
    return sotto.run(f"""
things = {things!r}
api = lambda path: Client().get(path, headers={{"Authorization": "Bearer " + things["key"]}})
names = ["kept", "deleted", "of_alice", "of_nobody"]
rows = {{row.pk: row for row in Transcript.objects.all()}}
result = {{
    "rows": [name for name in names if things[name] in rows],
    "read": [name for name in names if rows.get(things[name]) and rows[things[name]].title],
    "opened": [name for name in names if api("/v1/transcripts/" + things[name]).status_code == 200],
    "listed": len(api("/v1/transcripts").json()["results"]),
    "found": len(api("/v1/transcripts?q=xylophonist").json()["results"]),
    "people": sorted(User.objects.values_list("email", flat=True)),
    "consents": [user.email for user in User.objects.all() if is_on(user, "voice_lab")],
}}
""")


CLEAN = {
    "rows": ["kept"],
    "read": ["kept"],
    "opened": ["kept"],
    "listed": 1,
    "found": 1,
    "people": ["bob@example.org"],
    "consents": [],
}


def test_P08_a_restored_backup_of_the_contents_brings_nothing_back(sotto, tmp_path):
    things = before_the_backup(sotto)
    sotto.back_up("contents", tmp_path / "backup")
    after_the_backup(sotto, things)
    sotto.restore("contents", tmp_path / "backup")
    back = what_is_there(sotto, things)
    assert (back["rows"], back["people"]) == (
        ["kept", "deleted", "of_alice", "of_nobody"],
        ["alice@example.org", "bob@example.org"],
    )
    assert back["consents"] == ["bob@example.org"]
    readable = (back["read"], back["opened"], back["listed"], back["found"])
    assert readable == (["kept"], ["kept"], 1, 1)
    # Dora gets the number that Carol had.
    sotto.run("result = {'pk': User.objects.create_user('dora@example.org').pk}")
    assert sotto.check("--dry-run") == (
        1,
        {
            "deleted before, found now account": 1,
            "deleted before, found now consent": 1,
            "deleted before, found now transcript": 3,
            "without its key, found Job": 3,
            "without its key, found Transcript": 3,
            "keys without rows, left alone": 1,
        },
    )
    status, said = sotto.check()
    assert status == 0
    assert said["deleted before, deleted now account"] == 1
    assert said["keys without rows, left alone"] == 1
    clean = CLEAN | {"people": ["bob@example.org", "dora@example.org"]}
    assert what_is_there(sotto, things) == clean
    if FILES["contents"] in {file.name for file in sotto.data.iterdir()}:
        # What Bob has kept stands in the index for searching, and nowhere else.
        held = {file.name.partition("-")[0] for file in files_with(CANARY, sotto.data)}
        assert held == {"search.sqlite3"}
        assert files_with(CANARY, tmp_path / "backup") == []


def test_P08_where_both_come_from_a_backup_the_saved_journal_is_needed(sotto, tmp_path):
    things = before_the_backup(sotto)
    for name in VARIABLES:
        sotto.back_up(name, tmp_path / name)
    after_the_backup(sotto, things)
    saved = tmp_path / "journal"
    # Alice and Carol, two transcripts of others and the one that went with Alice, Bob's consent.
    assert sotto.check("--save", str(saved)) == (0, {"saved": 6})
    assert saved.stat().st_mode & 0o777 == 0o600
    assert CANARY not in saved.read_bytes()
    for name in VARIABLES:
        sotto.restore(name, tmp_path / name)
    assert what_is_there(sotto, things)["read"] == ["kept", "deleted", "of_alice", "of_nobody"]
    status, said = sotto.check("--journal", str(saved))
    assert (status, said["taken over"]) == (0, 6)
    assert what_is_there(sotto, things) == CLEAN
