"""Who may send audio, settled before its first byte; and what every answer carries."""

from datetime import timedelta
from http.cookies import SimpleCookie

import pytest
from django.utils import timezone

from tests.asgi import Visitor, ask
from tests.transcripts.posting import key_of
from transcripts.models import Upload

pytestmark = pytest.mark.django_db(transaction=True)

TUS = {"Tus-Resumable": "1.0.0"}
PART = {**TUS, "Content-Type": "application/offset+octet-stream"}
PAGE = {"X-CSRFToken": "token", "Origin": "http://127.0.0.1", "Sec-Fetch-Site": "same-origin"}


async def create(length: int, **headers: str) -> str:
    made = await ask("POST", "/v1/uploads", {**TUS, "Upload-Length": length, **headers})
    return made.headers["location"]


async def send(path: str, data: bytes, **headers: str):
    return await ask("PATCH", path, {**PART, "Upload-Offset": 0, **headers}, data)


async def row(path: str) -> Upload:
    return await Upload.objects.aget(pk=path.rpartition("/")[2])


async def test_an_upload_is_its_owners():
    alice, charlie = await key_of("alice@example.org"), await key_of("charlie@example.org")
    path = await create(5, **alice)
    for method in ("HEAD", "DELETE"):
        assert (await ask(method, path, {**TUS, **charlie})).status == 404
    assert (await send(path, b"12345", **charlie)).status == 404
    assert (await send(path, b"12345")).status == 404
    assert (await send(path, b"12345", **alice)).status == 204


async def test_A12_a_key_opens_only_what_it_should():
    writer = await key_of("w@example.org")
    reader = await key_of("r@example.org", can_write=False)
    expired = await key_of("e@example.org", expires_at=timezone.now() - timedelta(days=1))
    headers = {**TUS, "Upload-Length": 5}
    secret = writer["Authorization"].split()[1]
    tried = {
        "reader": await ask("POST", "/v1/uploads", {**headers, **reader}),
        "expired": await ask("POST", "/v1/uploads", {**headers, **expired}),
        "basic": await ask("POST", "/v1/uploads", {**headers, "Authorization": "Basic eDp5"}),
        "url": await ask("POST", f"/v1/uploads?api_key={secret}", headers),
        "any name": await ask("POST", f"/v1/uploads?x={secret}", headers),
    }
    codes = {name: (answer.status, answer.json["code"]) for name, answer in tried.items()}
    assert codes == {
        "reader": (403, "forbidden"),
        "expired": (401, "unauthenticated"),
        "basic": (401, "unauthenticated"),
        "url": (401, "unauthenticated"),
        "any name": (401, "unauthenticated"),
    }
    assert not any(secret in answer.body.decode() for answer in tried.values())


async def test_not_one_byte_is_read_before_the_door_has_opened():
    visitor = Visitor(
        "PATCH", "/v1/uploads/x", {**PART, "Authorization": "Bearer no"}, [b"x" * 1000] * 3
    )
    visitor.unread.append(b"")
    read_when_answered: list[int] = []
    send = visitor._send

    async def watch(message):
        read_when_answered.append(3 - sum(1 for piece in visitor.unread if piece))
        await send(message)

    visitor._send = watch
    assert (await visitor.ask()).status == 401
    assert read_when_answered[0] == 0


async def test_a_page_makes_a_guest_of_its_visitor(settings):
    made = await ask("POST", "/v1/uploads", {**TUS, **PAGE, "Upload-Length": 5})
    cookie = SimpleCookie(made.headers["set-cookie"])[settings.SESSION_COOKIE_NAME]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
    mine = {**PAGE, "Cookie": f"{settings.SESSION_COOKIE_NAME}={cookie.value}"}
    path = made.headers["location"]
    assert (await send(path, b"12345", **mine)).status == 204
    assert (await ask("HEAD", path, TUS)).status == 404
    assert (await row(path)).guest_key


async def test_a_stranger_gets_no_cookie():
    made = await ask("POST", "/v1/uploads", {**TUS, "Upload-Length": 5})
    assert "set-cookie" not in made.headers
    assert (await row(made.headers["location"])).guest_key == ""


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"X-CSRFToken": "t", "Origin": "http://127.0.0.1.evil.example"},
        {"X-CSRFToken": ""},
    ],
)
async def test_A10_another_site_cannot_send_for_a_visitor(headers, settings):
    made = await ask("POST", "/v1/uploads", {**TUS, **PAGE, "Upload-Length": 5})
    cookie = SimpleCookie(made.headers["set-cookie"])[settings.SESSION_COOKIE_NAME].value
    forged = {**TUS, "Cookie": f"{settings.SESSION_COOKIE_NAME}={cookie}", **headers}
    answer = await ask("POST", "/v1/uploads", {**forged, "Upload-Length": 5})
    assert (answer.status, answer.json["code"]) == (403, "forbidden")
    assert await Upload.objects.acount() == 1


async def test_a_foreign_host_name_is_refused():
    answer = await ask("POST", "/v1/uploads", {**TUS, "Upload-Length": 5, "Host": "evil.example"})
    assert (answer.status, answer.json["code"]) == (400, "bad_request")


async def test_a_key_is_not_led_over_plain_http(settings):
    settings.SECURE_SSL_REDIRECT = True
    answer = await ask("POST", "/v1/uploads", {**TUS, "Upload-Length": 5})
    assert (answer.status, "location" in answer.headers) == (403, False)


async def test_answers_carry_the_headers_that_keep_them_to_themselves():
    answer = await ask("POST", "/v1/uploads", {**TUS, "Upload-Length": 0})
    wanted = ["x-content-type-options", "referrer-policy", "cache-control", "tus-resumable"]
    assert [answer.headers[name] for name in wanted] == [
        "nosniff",
        "same-origin",
        "no-store",
        "1.0.0",
    ]
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert answer.headers["vary"] == "Cookie, Authorization"


async def test_a_method_that_is_not_there_names_those_that_are():
    answer = await ask("GET", "/v1/uploads/x")
    assert (answer.status, answer.headers["allow"]) == (405, "DELETE, HEAD, OPTIONS, PATCH")


async def test_the_refusal_speaks_the_visitors_language():
    answer = await ask("GET", "/v1/uploads/x", {"Accept-Language": "en"})
    assert answer.json["title"] == "This address does not do that."


@pytest.mark.usefixtures("hosted")
async def test_a_guest_of_the_service_has_one_recording_in_work(settings):
    made = await ask("POST", "/v1/uploads", {**TUS, **PAGE, "Upload-Length": 5})
    cookie = SimpleCookie(made.headers["set-cookie"])[settings.SESSION_COOKIE_NAME].value
    mine = {**TUS, **PAGE, "Cookie": f"{settings.SESSION_COOKIE_NAME}={cookie}"}
    second = await ask("POST", "/v1/uploads", {**mine, "Upload-Length": 5})
    assert (second.status, second.json["code"]) == (429, "too_many_jobs")
    large = await ask("POST", "/v1/uploads", {**TUS, "Upload-Length": 100_000_001})
    assert (large.status, large.json["code"]) == (413, "file_too_large")


@pytest.mark.usefixtures("hosted")
async def test_dropping_the_cookie_is_no_new_allowance():
    answers = [await ask("POST", "/v1/uploads", {**TUS, "Upload-Length": 5}) for _ in range(31)]
    assert [answer.status for answer in answers] == [201] * 30 + [429]
    assert answers[-1].json["code"] == "files_exhausted"
    forged = {**TUS, "Upload-Length": 5, "X-Forwarded-For": "192.0.2.7"}
    assert (await ask("POST", "/v1/uploads", forged)).status == 429
    alice = await key_of("alice@example.org")
    assert (await ask("POST", "/v1/uploads", {**TUS, **alice, "Upload-Length": 5})).status == 201
