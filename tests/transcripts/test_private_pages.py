"""The private page's bytes and headers: the same for everybody, and nothing in it that is anybody's."""

import base64
import hashlib
import json
import re

import pytest
from django.core.management import call_command
from django.test import Client

from config.integrity import release
from tests.transcripts.things import a_person

pytestmark = pytest.mark.django_db

ADDRESSES = ("", "keys/", "setup/", "start-over/", "t/abc123/", "honest/")
POLICY = (
    "default-src 'none'; script-src 'self' {map}; style-src 'self'; connect-src 'self';"
    " img-src 'self' blob: data:; media-src blob:; worker-src 'self'; font-src 'self';"
    " base-uri 'none'; object-src 'none'; frame-ancestors 'none'; form-action 'self';"
    " require-trusted-types-for 'script'; trusted-types sotto"
)


def client_of(name: str) -> Client:
    return a_person(name).browser.client


def policy_of(page) -> str:
    [text] = re.findall(r'<script type="importmap">(.*?)</script>', page.content.decode())
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return POLICY.format(map=f"'sha256-{digest}'")


def test_every_private_page_is_the_same_for_everybody():
    pages = [
        client.get(f"/private/{address}")
        for client in (client_of("alice"), client_of("bob"))
        for address in ADDRESSES
    ]
    assert [page.status_code for page in pages] == [200] * len(pages)
    assert len({page.content for page in [*pages, Client().get("/private/honest/")]}) == 1
    body = pages[0].content.decode()
    assert [
        word for word in ("alice", "csrfmiddlewaretoken", "nonce", " style=") if word in body
    ] == []
    assert re.findall(r"<script(?![^>]*(?:src=|importmap))", body) == []


@pytest.mark.parametrize("address", [*ADDRESSES, "no/such/page"])
def test_its_headers_keep_it_to_itself(address):
    client = client_of("alice")
    whole = policy_of(client.get("/private/"))
    page = client.get(f"/private/{address}")
    assert page.status_code == (404 if address.startswith("no") else 200)
    assert hardening_of(page, whole) == {}


def test_so_do_those_of_the_way_to_the_log_in():
    whole = policy_of(Client().get("/private/honest/"))
    page = Client().get("/private/t/abc123/")
    assert (page.status_code, page["Location"]) == (302, "/accounts/login/?next=/private/t/abc123/")
    assert hardening_of(page, whole) == {}


def hardening_of(page, policy: str) -> dict[str, str | None]:
    """What is not as it should be."""
    wanted = {
        "Content-Security-Policy": policy,
        "Integrity-Policy": "blocked-destinations=(script)",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "X-Frame-Options": "DENY",
        "X-Content-Type-Options": "nosniff",
    }
    return {name: page.get(name) for name, value in wanted.items() if page.get(name) != value}


def test_a_plan_without_it_says_so(settings):
    client = client_of("alice")
    settings.HOSTED, settings.PRIVATE_TRANSCRIPTS = True, False
    page = client.get("/private/")
    assert page.status_code == 403
    assert "Your plan does not include this." in page.content.decode()
    assert client.get("/private/honest/").status_code == 200
    settings.PRIVATE_TRANSCRIPTS = True
    assert client.get("/private/").status_code == 200


def test_other_pages_lead_there_for_whoever_has_it(settings):
    client = client_of("alice")
    link = '<a href="/private/" hx-boost="false">Private</a>'
    assert link in client.get("/").content.decode()
    assert link not in Client().get("/").content.decode()
    settings.HOSTED, settings.PRIVATE_TRANSCRIPTS = True, False
    assert link not in client.get("/").content.decode()


def test_a_log_out_empties_the_browser():
    client = client_of("alice")
    client.handler.enforce_csrf_checks = False
    assert client.post("/accounts/logout/")["Clear-Site-Data"] == '"cache", "storage"'
    assert "Clear-Site-Data" not in client.get("/")


def test_what_is_published_is_what_is_served(capsys):
    call_command("integrity")
    printed = json.loads(capsys.readouterr().out)
    assert printed == release() == Client().get("/private/integrity.json").json()
    page = Client().get("/private/honest/").content
    digest = base64.b64encode(hashlib.sha256(page).digest()).decode()
    assert printed["pages"]["en"] == f"sha256-{digest}"
    names = [address.rpartition("/")[2] for address in printed["files"]]
    assert {"vault.js", "page.js", "private.css", "first-paint.js", "words.txt"} <= set(names)
