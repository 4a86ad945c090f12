"""Somebody with a key, and with a browser's session, in a house that runs; and what she edits."""

import json
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field

MAKE_ALICE = """
from accounts.models import ApiKey, User
from accounts.sessions import SessionStore
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.conf import settings
user = User.objects.create_user("alice@example.org")
store = SessionStore()
store[SESSION_KEY], store[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
store.save()
print(ApiKey.issue(user, "all")[1], store.session_key)
"""


@dataclass
class Person:
    url: str
    key: str
    session: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}

    @property
    def cookie(self) -> dict[str, str]:
        return {"Cookie": f"sotto_session={self.session}"}


def alice_at(split) -> Person:
    said = split.manage("shell", "--no-imports", "-v0", "-c", MAKE_ALICE)
    key, session = said.split()[-2:]
    return Person(split.url, key, session)


@dataclass
class Editor:
    """Types on whatever happens, and saves as the page does: again until it is told yes or no."""

    person: Person
    transcript: str
    edits: int
    version: int = 0
    refused: list[int] = field(default_factory=list)
    not_saved: int = 0

    def work(self) -> None:
        document = self._ask("GET")[2]
        for number in range(self.edits):
            document["segments"][0]["text"] = self.text(number)
            document["segments"][0]["words"] = []
            self._save(document)

    def text(self, number: int) -> str:
        return f"{self.transcript} as of edit {number}"

    def stored(self) -> str:
        return str(self._ask("GET")[2]["segments"][0]["text"])

    def _save(self, document: dict) -> None:
        while True:
            status, version, answer = self._ask("PUT", document)
            if status == 200:
                self.version = version
                return
            if status == 409:  # the save before was made, and its answer was lost
                assert answer["current_document"]["segments"][0]["text"] == self.text_of(document)
                self.version = answer["current_version"]
                return
            self.not_saved += 1
            if status not in {0, 503}:
                self.refused.append(status)
            time.sleep(0.3)

    @staticmethod
    def text_of(document: dict) -> str:
        return str(document["segments"][0]["text"])

    def _ask(self, method: str, document: dict | None = None) -> tuple[int, int, dict]:
        request = urllib.request.Request(
            f"{self.person.url}/v1/transcripts/{self.transcript}/document",
            json.dumps(document).encode() if document else None,
            self.person.headers | ({"If-Match": f'"{self.version}"'} if document else {}),
            method=method,
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                version = int(answer.headers["ETag"].strip('"'))
                self.version = self.version or version
                return answer.status, version, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, 0, json.load(error)
        except OSError:
            return 0, 0, {}
