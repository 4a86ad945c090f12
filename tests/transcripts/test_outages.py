"""F07: while the database or Redis is away, pages and API say so; nothing answers 500."""

import pytest
from django.db import OperationalError
from django.test import Client
from redis.exceptions import ConnectionError as RedisIsAway


@pytest.fixture
def away(monkeypatch, request):
    """Every session look-up meets the outage, below all of our own code."""

    def load(_store):
        raise request.param

    monkeypatch.setattr("accounts.sessions.SessionStore.load", load)


@pytest.mark.parametrize("away", [OperationalError("gone"), RedisIsAway("gone")], indirect=True)
@pytest.mark.parametrize("path", ["/", "/library/", "/accounts/login/", "/v1/jobs"])
def test_F07_an_outage_is_a_503_with_words(away, path):
    client = Client(raise_request_exception=False)
    client.cookies["sotto_session"] = "a" * 32
    response = client.get(path)
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "15"
    assert "The server cannot take this right now." in response.content.decode()


@pytest.mark.parametrize("away", [ValueError("a bug")], indirect=True)
def test_a_bug_is_still_a_500(away):
    client = Client(raise_request_exception=False)
    client.cookies["sotto_session"] = "a" * 32
    assert client.get("/library/").status_code == 500
