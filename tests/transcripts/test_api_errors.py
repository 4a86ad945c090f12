"""Every refusal of the API has the same shape, whoever refuses, and comes fast."""

import time

import pytest
from django.db import OperationalError
from django.test import Client

from tests.transcripts.things import STRANGER, Api, a_job, a_person, a_transcript
from transcripts.failures import FAILURES

pytestmark = pytest.mark.django_db
MEMBERS = {"type", "title", "status", "detail", "code"}


def problem_of(response) -> dict:
    """The problem, after its form was checked."""
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.headers["Cache-Control"] == "no-store"
    body = response.json()
    assert set(body) - {"errors", "current_version", "current_document", "job"} == MEMBERS
    assert body["status"] == response.status_code
    assert body["type"] == f"/docs/api/errors/#{body['code']}"
    assert FAILURES[body["code"]].status == response.status_code
    return body


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [
        ("GET", "/v1/", "not_found"),
        ("GET", "/v1/nothing", "not_found"),
        ("POST", "/v1/nothing", "not_found"),
        ("GET", "/v1/jobs/unknown", "not_found"),
        ("GET", "/v1/transcripts/%00", "not_found"),
        ("GET", "/v1/transcripts/..%2F..%2Fetc", "not_found"),
        ("POST", "/v1/models", "method_not_allowed"),
        ("PUT", "/v1/jobs", "method_not_allowed"),
        ("TRACE", "/v1/me", "method_not_allowed"),
        ("GET", "/v1/jobs?limit=0", "validation_failed"),
        ("GET", "/v1/jobs?cursor=eyJ4", "validation_failed"),
        ("GET", "/v1/jobs?cursor=WyIyMDI2IiwgMV0=", "validation_failed"),
        ("GET", "/v1/transcripts?q=%00", "validation_failed"),
        ("GET", "/v1/me?api_key=secret", "unauthenticated"),
        ("GET", f"/v1/me?anything=sotto_{'A' * 48}", "unauthenticated"),
    ],
)
def test_the_shape_is_the_same_everywhere(method, path, code):
    assert problem_of(Api()(method, path))["code"] == code


@pytest.mark.parametrize("header", ["Bearer", "Bearer ", "Bearer wrong", "Basic dTpw", "sotto_x"])
def test_a_key_that_is_wrong_is_told_how_to_be_right(header):
    response = Client().get("/v1/me", headers={"Authorization": header})
    assert problem_of(response)["code"] == "unauthenticated"
    assert response.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{", "bad_request"),
        (b"[" * 10_000, "bad_request"),
        (b'{"a":' * 10_000, "bad_request"),
        (b'{"speakers": 1e999}', "bad_request"),
        (b'{"speakers": NaN}', "bad_request"),
        (b'{"speakers": ' + b"9" * 5000 + b"}", "bad_request"),
        (b'{"upload": "a", "upload": "b"}', "bad_request"),
        (b'{"upload": "\xff"}', "bad_request"),
        ('{"upload": "x"}'.encode("utf-16"), "bad_request"),
        (b"[]", "validation_failed"),
        (b"1", "validation_failed"),
        (b"{}", "validation_failed"),
        (b'{"upload": 7}', "validation_failed"),
        (b'{"upload": "\\ud800"}', "bad_request"),
        (b'{"upload": "\\uD83D\\uDE00"}', "not_found"),
    ],
    ids=lambda value: repr(value[:24]),
)
def test_U18_json_that_means_nothing_is_refused_fast(body, code):
    began = time.monotonic()
    response = Api()("POST", "/v1/jobs", body)
    assert time.monotonic() - began < 1
    assert problem_of(response)["code"] == code


READABLE = ("/v1/me", "/v1/models", "/v1/jobs", "/v1/transcripts", "/v1/usage", "/v1/nothing")


@pytest.mark.parametrize("path", READABLE)
def test_HEAD_is_GET_without_its_content(path):
    api = a_person().api
    whole, head = api("GET", path), api("HEAD", path)
    assert head.content == b""
    assert head.status_code == whole.status_code
    length = {"Content-Length": str(len(whole.content))}
    assert same_twice(head) == {**same_twice(whole), **length}


def same_twice(response) -> dict[str, str]:
    """Headers without the nonce, which is new each time."""
    return {name: value for name, value in response.items() if "Policy" not in name}


def test_HEAD_of_events_does_not_wait_for_them():
    alice = a_person()
    head = alice.api("HEAD", f"/v1/jobs/{a_job(alice.caller).pk}/events")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["Content-Type"].startswith("text/event-stream")


def test_HEAD_of_nothing_says_so():
    head = Api()("HEAD", "/v1/jobs/x/nothing")
    assert (head.status_code, head.content) == (404, b"")


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_A10_a_form_of_another_site_is_no_json(content_type):
    response = Client().generic("POST", "/v1/jobs", b'{"upload": "x"}', content_type)
    assert problem_of(response)["code"] == "unsupported_media"


def test_a_wrong_field_is_named():
    response = Api()("POST", "/v1/jobs", {"upload": "x", "model": "none", "speakers": 99})
    assert problem_of(response)["errors"] == {
        "model": "There is no such model; see /v1/models.",
        "speakers": "Give a whole number from 0 (find out) to 20.",
    }


def test_links_are_refused_for_now():
    response = Api()("POST", "/v1/jobs", {"url": "https://example.org/talk.mp3"})
    assert problem_of(response)["code"] == "url_refused"


class TestForgery:
    """A10: the browser's session works, but only for our own pages."""

    def test_a_session_without_its_token_changes_nothing(self):
        alice = a_person()
        transcript = a_transcript(alice.caller)
        response = alice.browser("DELETE", f"/v1/transcripts/{transcript.pk}")
        assert problem_of(response)["code"] == "forbidden"
        transcript.refresh_from_db()

    def test_a_session_with_its_token_may(self):
        alice = a_person()
        transcript = a_transcript(alice.caller)
        browser = alice.browser
        browser.client.get("/")
        token = browser.client.cookies["sotto_csrf"].value
        response = browser("DELETE", f"/v1/transcripts/{transcript.pk}", **{"X-CSRFToken": token})
        assert response.status_code == 204

    @pytest.mark.parametrize(
        "headers",
        [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}],
    )
    def test_another_sites_page_may_not_even_act_for_a_stranger(self, headers):
        transcript = a_transcript(STRANGER)
        response = Api()("DELETE", f"/v1/transcripts/{transcript.pk}", **headers)
        assert problem_of(response)["code"] == "forbidden"
        transcript.refresh_from_db()

    def test_a_key_needs_no_token(self):
        alice = a_person()
        transcript = a_transcript(alice.caller)
        response = alice.api(
            "DELETE", f"/v1/transcripts/{transcript.pk}", Origin="https://a.example"
        )
        assert response.status_code == 204


def test_plain_http_is_refused_not_redirected_where_https_is_spoken(settings):
    settings.SECURE_SSL_REDIRECT = True
    response = Client().get("/v1/me")
    assert problem_of(response)["detail"] == "Use https."


def test_what_breaks_is_a_problem_without_its_reason(monkeypatch):
    monkeypatch.setattr("transcripts.api.account.plan_of", lambda _caller: 1 / 0)
    response = Client().get("/v1/me")
    assert problem_of(response)["code"] == "internal_error"
    assert b"division" not in response.content


def test_F09_a_database_that_is_down_is_a_503(monkeypatch):
    def fail(_caller):
        raise OperationalError("could not connect to server at 10.0.0.7")

    monkeypatch.setattr("transcripts.api.account.plan_of", fail)
    response = Client().get("/v1/me")
    assert problem_of(response)["code"] == "unavailable"
    assert response.headers["Retry-After"] == "15"


def test_an_unknown_host_is_refused_in_the_same_shape():
    response = Client().get("/v1/me", headers={"Host": "evil.example"})
    assert problem_of(response)["code"] == "bad_request"
