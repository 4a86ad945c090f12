"""Share links: who may make one, what it opens, when it ends (L01, L02, Z09)."""

import re
from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.utils import timezone

from accounts import holdings
from accounts.ids import digest
from billing.plans import FREE, GUEST, SELFHOSTED
from privacy.content_keys import shred
from privacy.models import Entry
from tests.sweeping import sweep
from tests.transcripts.test_sealed import everything_stored
from tests.transcripts.test_views import CORPUS
from tests.transcripts.things import (
    STRANGER,
    Api,
    a_document,
    a_guest,
    a_person,
    a_transcript,
)
from transcripts import editing, share_passwords, sharing
from transcripts.document import Mark
from transcripts.exports import EXPORTS
from transcripts.models import IdempotencyKey, Share
from transcripts.sharing import Wanted

pytestmark = pytest.mark.django_db
PASSWORD = "three brown owls"
NAME = django_settings.SHARE_COOKIE_PREFIX


@pytest.fixture
def alice():
    return a_person("alice")


@pytest.fixture
def transcript(alice):
    return a_transcript(alice.caller)


def link(alice, transcript, **wanted) -> str:
    """Its path."""
    _share, token = sharing.make(alice.caller, transcript, Wanted(**wanted))
    return f"/s/{token}/"


def give(client: Client, path: str, password: str, **environ):
    return client.post(path, {"password": password}, **environ)


def shares_path(transcript) -> str:
    return f"/v1/transcripts/{transcript.pk}/shares"


# --- making one ----------------------------------------------------------------------------


def test_the_api_makes_lists_and_ends_one(alice, transcript):
    made = alice.api("POST", shares_path(transcript), {})
    assert made.status_code == 201
    answer = made.json()
    token = answer.pop("token")
    assert re.fullmatch(r"[2-9A-HJ-NP-Za-km-z]{32}", token)
    assert answer.pop("url") == f"{django_settings.PUBLIC_URL}/s/{token}/"
    share = Share.objects.get()
    assert answer == {
        "id": share.pk,
        "hint": token[:4],
        "created_at": answer["created_at"],
        "expires_at": answer["expires_at"],
        "permanent": False,
        "password": False,
        "downloads": False,
        "views": 0,
        "last_viewed_at": None,
    }
    assert share.expires_at - share.created_at - timedelta(days=30) < timedelta(seconds=5)
    assert (share.created_by, share.token_digest) == (alice.user, digest(token))
    assert alice.api("GET", shares_path(transcript)).json() == {"results": [answer]}
    assert Client().get(f"/s/{token}/").status_code == 200
    gone = alice.api("DELETE", f"{shares_path(transcript)}/{share.pk}")
    assert (gone.status_code, gone.content) == (204, b"")
    assert Client().get(f"/s/{token}/").status_code == 404
    assert alice.api("GET", shares_path(transcript)).json() == {"results": []}
    assert alice.api("DELETE", f"{shares_path(transcript)}/{share.pk}").status_code == 404


def test_of_a_link_and_its_password_only_digests_are_stored(alice, transcript):
    body = {"password": PASSWORD, "permanent": True}
    headers = {"Idempotency-Key": "once"}
    answer = alice.api("POST", shares_path(transcript), body, **headers).json()
    again = alice.api("POST", shares_path(transcript), body, **headers).json()
    assert again == {**answer, "token": None, "url": None}
    assert Share.objects.count() == 1
    other = {**body, "password": "another password"}
    assert alice.api("POST", shares_path(transcript), other, **headers).status_code == 422
    kept = IdempotencyKey.objects.get()
    assert answer["token"] not in str(kept.body)
    for database in ("default", "keys"):
        stored = everything_stored(database)
        assert answer["token"] not in stored
        assert PASSWORD not in stored
    assert Share.objects.get().password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"expires_at": "2020-01-01T00:00:00Z"}, "expires_at"),
        ({"expires_at": "2999-01-01T00:00:00Z"}, "expires_at"),
        ({"expires_at": "2999-01-01T00:00:00"}, "expires_at"),
        ({"expires_at": "2999-01-01T00:00:00Z", "permanent": True}, "expires_at"),
        ({"expires_at": 1_900_000_000}, "expires_at"),
        ({"password": "short"}, "password"),
        ({"password": "x" * 129}, "password"),
        ({"password": "nul\x00nulnul"}, "password"),
        ({"permanent": "perhaps"}, "permanent"),
    ],
)
def test_what_makes_no_sense_is_refused(alice, transcript, body, field):
    answer = alice.api("POST", shares_path(transcript), body)
    assert (answer.status_code, list(answer.json()["errors"])) == (422, [field])
    assert not Share.objects.exists()


def test_a_transcript_has_twenty_links_at_most(alice, transcript):
    for _ in range(sharing.LINKS_EACH):
        link(alice, transcript)
    answer = alice.api("POST", shares_path(transcript), {})
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["links"])


@pytest.mark.parametrize("wanted", [{"password": PASSWORD}, {"permanent": True}])
def test_what_the_plan_has_not_is_refused(hosted, alice, transcript, wanted):
    guest, caller = a_guest()
    theirs = a_transcript(caller)
    for api, row in ((alice.api, transcript), (guest, theirs)):
        answer = api("POST", shares_path(row), wanted)
        assert (answer.status_code, answer.json()["code"]) == (403, "plan_required")
        assert api("POST", shares_path(row), {}).status_code == 201
    plans = [plan.password_and_permanent_links for plan in (GUEST, FREE, SELFHOSTED)]
    assert plans == [False, False, True]


# --- the five questions --------------------------------------------------------------------

OWNERS_PAGES = [
    ("GET", "/t/{id}/sharing/", 200),
    ("POST", "/t/{id}/sharing/", 200),
    ("POST", "/t/{id}/sharing/{share}/revocation/", 302),
    ("GET", "/v1/transcripts/{id}/shares", 200),
    ("POST", "/v1/transcripts/{id}/shares", 201),
    ("DELETE", "/v1/transcripts/{id}/shares/{share}", 204),
]


def ask(api: Api, method: str, path: str, transcript) -> int:
    share, _token = sharing.make(STRANGER, transcript, Wanted())
    address = path.format(id=transcript.pk, share=share.pk)
    if path.startswith("/t/") and method == "POST":
        return api.client.post(address, {"lifetime": "7"}).status_code
    return api(method, address, {} if method == "POST" else None).status_code


def logged_in(person) -> Api:
    client = Client()
    client.force_login(person.user)
    return Api(client=client)


@pytest.mark.parametrize(("method", "path", "works"), OWNERS_PAGES, ids=str)
class TestFiveQuestions:
    def test_it_works_for_its_owner_and_for_its_guest(self, method, path, works):
        bob = a_person("bob")
        guest, caller = a_guest()
        assert ask(logged_in(bob), method, path, a_transcript(bob.caller)) == works
        assert ask(guest, method, path, a_transcript(caller)) == works

    def test_it_is_not_there_for_others(self, method, path, works, transcript):
        for other in (Api(), a_guest()[0], logged_in(a_person())):
            assert ask(other, method, path, transcript) == 404

    def test_a_key_that_reads_may_read(self, method, path, works, alice, transcript):
        if path.startswith("/v1/"):
            wanted = works if method == "GET" else 403
            assert ask(alice.reader, method, path, transcript) == wanted

    def test_a_wrong_method_is_none(self, method, path, works, alice, transcript):
        assert ask(logged_in(alice), "PATCH", path, transcript) == 405


def test_Z03_a_link_of_another_transcript_is_not_there(alice, transcript):
    other = a_transcript(alice.caller)
    share, token = sharing.make(alice.caller, other, Wanted())
    foreign = a_person()
    theirs = a_transcript(foreign.caller)
    for api, row in ((alice.api, transcript), (foreign.api, theirs)):
        assert api("DELETE", f"{shares_path(row)}/{share.pk}").status_code == 404
    page = f"/t/{transcript.pk}/sharing/{share.pk}/revocation/"
    assert logged_in(alice).client.post(page).status_code == 404
    assert Client().get(f"/s/{token}/").status_code == 200


def test_Z09_a_link_opens_nothing_else(alice, transcript):
    share, token = sharing.make(alice.caller, transcript, Wanted())
    visitor = Client()
    page = visitor.get(f"/s/{token}/").content.decode()
    assert transcript.pk not in page
    assert transcript.job.pk not in page
    for path in (
        f"/t/{token}/",
        f"/t/{share.pk}/",
        f"/v1/transcripts/{share.pk}",
        f"/s/{share.pk}/",
    ):
        assert visitor.get(path).status_code == 404
    for method in ("put", "patch", "delete"):
        assert getattr(visitor, method)(f"/s/{token}/").status_code == 405
    assert visitor.post(f"/s/{token}/", {"title": "mine"}).status_code == 302
    transcript.refresh_from_db()
    assert (transcript.title, transcript.version) == ("interview.mp3", 1)


# --- reading -------------------------------------------------------------------------------

HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Vary": "Cookie, Accept-Language",
}


def kept_to_itself(answer) -> dict[str, str]:
    return {name: answer.headers.get(name, "") for name in HEADERS}


def test_every_answer_keeps_the_address_to_itself(alice, transcript):
    plain = link(alice, transcript, allows_downloads=True)
    closed = link(alice, transcript, password=PASSWORD)
    visitor = Client()
    answers = {
        "page": visitor.get(plain),
        "head": visitor.head(plain),
        "file": visitor.get(f"{plain}export/txt"),
        "password": visitor.get(closed),
        "wrong": give(visitor, closed, "wrong password"),
        "right": give(visitor, closed, PASSWORD),
        "none": visitor.get("/s/none/"),
    }
    statuses = {name: answer.status_code for name, answer in answers.items()}
    assert statuses == {
        "page": 200,
        "head": 200,
        "file": 200,
        "password": 200,
        "wrong": 403,
        "right": 302,
        "none": 404,
    }
    assert {name: kept_to_itself(answer) for name, answer in answers.items()} == dict.fromkeys(
        answers, HEADERS
    )
    for answer in answers.values():
        assert set(answer.cookies) <= {f"{NAME}{share.pk}" for share in Share.objects.all()}


def test_the_page_tells_machines_nothing(alice):
    document = a_document("Zwetschgenkuchen.")
    transcript = a_transcript(alice.caller, document, title="Zwetschgenkuchen")
    page = Client().get(link(alice, transcript)).content.decode()
    head = page.partition("</head>")[0]
    assert "Zwetschgenkuchen" not in head
    assert re.findall(
        r'<meta (?:name|property)="((?:og|robots|referrer)[^"]*)" content="([^"]*)"', head
    ) == [
        ("robots", "noindex, nofollow, noarchive"),
        ("referrer", "no-referrer"),
        ("og:site_name", "Sotto"),
        ("og:type", "website"),
        ("og:title", "A shared transcript"),
        ("og:description", "Open the link to read it."),
    ]
    assert "Zwetschgenkuchen" in page


def test_notes_stay_with_their_owner(alice):
    document = a_document()
    document.segments[0].note = "ask him again"
    document.marks = [Mark("m1", 1.0, "ask him again")]
    transcript = a_transcript(alice.caller, document)
    path = link(alice, transcript, allows_downloads=True)
    visitor = Client()
    for place in ("", *(f"export/{name}" for name in ("txt", "srt", "vtt", "json"))):
        answer = visitor.get(path + place)
        assert answer.status_code == 200
        assert b"ask him again" not in answer.content
        assert b"welcome" in answer.content


def test_files_only_where_their_owner_allows_them(alice, transcript):
    path = link(alice, transcript)
    assert Client().get(f"{path}export/txt").status_code == 404
    assert f"{path}export" not in Client().get(path).content.decode()
    open_path = link(alice, transcript, allows_downloads=True)
    assert f"{open_path}export" in Client().get(open_path).content.decode()
    answer = Client().get(f"{open_path}export/txt")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="interview.txt"'
    assert Client().get(f"{open_path}export/exe").status_code == 404
    Entry.objects.filter(event="exported").delete()
    statuses = {row.id: Client().get(f"{open_path}export/{row.id}").status_code for row in EXPORTS}
    assert statuses == dict.fromkeys(statuses, 200)
    Entry.objects.filter(event="exported").exclude(facts__format="txt").delete()
    entry = Entry.objects.filter(event="exported").get()
    assert entry.facts == {"format": "txt", "to": "share"}


@pytest.mark.parametrize("text", CORPUS)
def test_X01_title_speaker_and_words_are_text_only(alice, text):
    document = a_document()
    document.speakers[0].name = document.segments[0].words[0].text = text
    document.segments[0].text = text + " " + document.segments[0].text
    transcript = a_transcript(alice.caller, document, title=text)
    page = Client().get(link(alice, transcript)).content.decode()
    for part in ("<img src=x", "<script>alert", "<svg onload", "<iframe", "onmouseover='"):
        assert part not in page


def test_a_view_is_counted_once_for_a_browser_and_nothing_else_is_kept(alice, transcript):
    path = link(alice, transcript)
    first, second = Client(), Client()
    for visitor in (first, first, second):
        visitor.get(path)
    first.head(path)
    Client().head(path)
    Client().get(path, headers={"Sec-Purpose": "prefetch"})
    share = Share.objects.get()
    assert share.views == 2
    assert timezone.now() - share.last_viewed_at < timedelta(seconds=30)
    cookie = first.cookies[f"{NAME}{share.pk}"]
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", "")
    assert "sotto_session" not in first.cookies


def test_counting_is_one_write_however_many_look(alice, transcript, django_assert_num_queries):
    path = link(alice, transcript)
    visitor = Client()
    visitor.get(path)
    with django_assert_num_queries(1), django_assert_num_queries(1, using="keys"):
        visitor.get(path)


# --- passwords -----------------------------------------------------------------------------


@pytest.fixture
def closed(alice, transcript) -> str:
    return link(alice, transcript, password=PASSWORD, allows_downloads=True)


def test_a_password_opens_it_for_this_browser(closed):
    visitor = Client(enforce_csrf_checks=True)
    shut = visitor.get(closed).content.decode()
    assert "interview" not in shut
    assert "welcome" not in shut
    assert visitor.get(f"{closed}export/txt").headers["Location"] == closed
    wrong = give(visitor, closed, "three brown cats")
    assert wrong.status_code == 403
    assert Share.objects.get().views == 0
    assert give(visitor, closed, PASSWORD).headers["Location"] == closed
    assert b"welcome" in visitor.get(closed).content
    assert visitor.get(f"{closed}export/txt").status_code == 200
    assert Share.objects.get().views == 1
    assert b"welcome" not in Client().get(closed).content


def test_the_cookie_of_one_link_opens_no_other(alice, transcript, closed):
    other = link(alice, transcript)
    visitor = Client()
    visitor.get(other)
    [name] = visitor.cookies
    first = Share.objects.exclude(password_hash="").get()
    visitor.cookies[f"{NAME}{first.pk}"] = visitor.cookies[name].value
    assert b"welcome" not in visitor.get(closed).content
    visitor.cookies[f"{NAME}{first.pk}"] = first.pk
    assert b"welcome" not in visitor.get(closed).content


def test_L01_after_five_wrong_ones_even_the_right_one_is_refused(closed):
    statuses = [give(Client(), closed, f"wrong {n}").status_code for n in range(20)]
    assert statuses == [403] * 5 + [429] * 15
    locked = give(Client(), closed, PASSWORD)
    assert locked.status_code == 429
    assert locked.headers["Retry-After"] == "900"
    elsewhere = give(Client(), closed, PASSWORD, REMOTE_ADDR="192.0.2.7")
    assert elsewhere.status_code == 429


def test_L01_an_address_that_guesses_at_many_links_is_stopped(alice, transcript):
    paths = [link(alice, transcript, password=PASSWORD) for _ in range(6)]
    assert [give(Client(), path, "wrong").status_code for path in paths] == [403] * 5 + [429]
    assert give(Client(), paths[5], PASSWORD, REMOTE_ADDR="192.0.2.7").status_code == 302


def test_L01_right_ones_count_for_nothing_and_those_inside_stay(closed):
    inside = Client()
    for _ in range(7):
        assert give(inside, closed, PASSWORD).status_code == 302
    for n in range(6):
        give(Client(), closed, f"wrong {n}")
    assert b"welcome" in inside.get(closed).content


def test_L01_a_forged_address_is_still_the_same(closed):
    for n in range(5):
        forged = {"X-Forwarded-For": f"192.0.2.{n}"}
        assert Client().post(closed, {"password": "wrong"}, headers=forged).status_code == 403
    assert Client().post(closed, {"password": "wrong"}, headers=forged).status_code == 429


def test_L01_many_at_once_are_no_way_around(closed):
    """Each counts before it is looked at."""
    share = Share.objects.get()
    for _ in range(share_passwords.WRONG_ALLOWED):
        assert share_passwords._count(f"share-tries:{share.pk}") <= 5
    assert give(Client(), closed, PASSWORD).status_code == 429


def test_a_password_of_any_length_is_hashed_once(closed):
    assert give(Client(), closed, "x" * 1_000_000).status_code == 403
    assert give(Client(), closed, "").status_code == 403


# --- the end -------------------------------------------------------------------------------


def test_L02_however_it_ended_the_answer_is_the_same(alice, transcript):
    ways = {"expired": link(alice, transcript)}
    Share.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    ways["revoked"] = link(alice, transcript)
    sharing.revoke(transcript, sharing.links_of(transcript).get().pk)
    other = a_transcript(alice.caller)
    ways["deleted"] = link(alice, other)
    editing.delete_transcript(other)
    torn = a_transcript(alice.caller)
    ways["key destroyed"] = link(alice, torn)
    shred([torn.key_id])
    bob = a_person("bob")
    ways["account erased"] = link(bob, a_transcript(bob.caller))
    holdings.erase(bob.user)
    shut = a_person("shut")
    ways["account shut"] = link(shut, a_transcript(shut.caller))
    shut.user.is_active = False
    shut.user.save()
    answers = {way: Client().get(path) for way, path in ways.items()}
    never = re.sub(r'nonce="[^"]*"', "", Client().get("/s/never/").content.decode())
    assert {
        way: (answer.status_code, re.sub(r'nonce="[^"]*"', "", answer.content.decode()) == never)
        for way, answer in answers.items()
    } == dict.fromkeys(ways, (404, True))
    assert "This link opens nothing any more." in never


def test_the_sweeper_takes_expired_ones_once(alice, transcript):
    link(alice, transcript, expires_at=timezone.now() + timedelta(days=1))
    link(alice, transcript, is_permanent=True)
    assert sweep("shares") == 0
    Share.objects.filter(expires_at__isnull=False).update(
        expires_at=timezone.now() - timedelta(seconds=1)
    )
    assert sweep("shares") == 1
    assert sweep("shares") == 0
    assert [share.is_permanent for share in Share.objects.all()] == [True]


def test_the_receipt_says_when_it_was_shared_and_when_that_ended(alice, transcript):
    link(alice, transcript, password=PASSWORD)
    share = Share.objects.get()
    sharing.revoke(transcript, share.pk)
    link(alice, transcript, is_permanent=True)
    told = [(entry.event, entry.facts) for entry in Entry.objects.order_by("number")][1:]
    until = told[0][1]["until"]
    assert told == [
        ("shared", {"link": share.pk, "until": until, "guard": "password"}),
        ("share_ended", {"link": share.pk, "why": "revoked"}),
        (
            "shared",
            {"link": Share.objects.get().pk, "form": "permanent", "guard": "no_password"},
        ),
    ]
    assert until == share.expires_at.isoformat(timespec="microseconds")


def test_the_answer_to_a_repeated_request_goes_with_the_transcript(alice, transcript):
    alice.api("POST", shares_path(transcript), {}, **{"Idempotency-Key": "once"})
    editing.delete_transcript(transcript)
    assert not IdempotencyKey.objects.exists()


# --- the owner's page ----------------------------------------------------------------------


def test_the_owners_page_shows_a_link_once(alice, transcript):
    browser = logged_in(alice).client
    path = f"/t/{transcript.pk}/sharing/"
    made = browser.post(path, {"lifetime": "7", "password": PASSWORD, "downloads": "on"})
    [token] = re.findall(r"/s/([A-Za-z0-9]{32})/", made.content.decode())
    share = Share.objects.get()
    assert share.token_digest == digest(token)
    assert (bool(share.password_hash), share.allows_downloads) == (True, True)
    assert share.expires_at - share.created_at - timedelta(days=7) < timedelta(seconds=5)
    again = browser.get(path).content.decode()
    assert token not in again
    assert f"…/s/{token[:4]}…" in again
    part = browser.get(path, headers={"HX-Request": "true", "HX-Target": "sharing"})
    assert part.content.decode().strip().startswith('<div class="sharing" id="sharing">')


@pytest.mark.parametrize(
    "fields", [{}, {"lifetime": "8"}, {"lifetime": "7", "password": "short"}], ids=str
)
def test_the_form_says_what_is_wrong(alice, transcript, fields):
    answer = logged_in(alice).client.post(f"/t/{transcript.pk}/sharing/", fields)
    assert answer.status_code == 422
    assert "errorlist" in answer.content.decode()
    assert not Share.objects.exists()


def test_the_form_asks_for_nothing_that_the_plan_has_not(hosted, alice, transcript):
    browser = logged_in(alice).client
    path = f"/t/{transcript.pk}/sharing/"
    page = browser.get(path).content.decode()
    assert 'name="password"' not in page
    assert 'value="permanent"' not in page
    assert browser.post(path, {"lifetime": "permanent"}).status_code == 422
    browser.post(path, {"lifetime": "30", "password": PASSWORD})
    assert Share.objects.get().password_hash == ""
