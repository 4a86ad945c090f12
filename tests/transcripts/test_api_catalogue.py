"""What the API says of models, languages, limits, its caller and the server's health."""

import pytest
from django.test import Client

from billing.models import LedgerEntry
from gpu.contract import MODELS
from privacy.consent import Interface, choose
from tests.transcripts.things import Api, a_guest, a_job, a_person
from transcripts.languages import LANGUAGES
from transcripts.readiness import Check

pytestmark = pytest.mark.django_db


def test_the_models_with_what_is_missing_of_them():
    rows = {row["id"]: row for row in Api()("GET", "/v1/models").json()["results"]}
    assert list(rows) == [model.id for model in MODELS]
    assert rows["moonshine-tiny-en"] == {
        "id": "moonshine-tiny-en",
        "label": "Moonshine tiny",
        "is_default": True,
        "installed": True,
        "why_not": "",
        "install_hint": rows["moonshine-tiny-en"]["install_hint"],
        "needs_gpu": False,
        "languages": ["en"],
        "capabilities": {
            "translation": False,
            "vocabulary": False,
            "diarization": True,
            "word_timestamps": True,
        },
        "note": "Comes with Sotto; English only, runs on any processor.",
    }
    assert rows["large-v3"]["installed"] is False
    assert rows["large-v3"]["why_not"].startswith("missing")
    assert "whisperx" in rows["large-v3"]["install_hint"]


def test_the_service_says_nothing_of_its_folders(hosted):
    rows = Api()("GET", "/v1/models").json()["results"]
    assert {(row["why_not"], row["install_hint"]) for row in rows} == {("", "")}


def test_the_languages_with_the_installed_models_that_know_them():
    rows = {row["code"]: row for row in Api()("GET", "/v1/languages").json()["results"]}
    assert set(rows) == set(LANGUAGES) == {code for model in MODELS for code in model.languages}
    assert rows["en"] == {"code": "en", "name": "English", "models": ["moonshine-tiny-en"]}
    assert rows["de"] == {"code": "de", "name": "German", "models": []}


def test_who_i_am():
    alice = a_person("alice")
    guest, _ = a_guest()
    choose(alice.user, "keep_nothing", "on", Interface.PAGE)
    assert alice.api("GET", "/v1/me").json() == {
        "kind": "user",
        "email": alice.user.email,
        "plan": "selfhosted",
        "scopes": ["read", "write"],
        "privacy": {
            "text_corrections": "off",
            "voice_lab": "off",
            "default_privacy": "standard",
            "receipts_by_mail": "off",
            "keep_nothing": "on",
        },
    }
    assert alice.reader("GET", "/v1/me").json()["scopes"] == ["read"]
    assert guest("GET", "/v1/me").json()["kind"] == "guest"
    assert Api()("GET", "/v1/me").json()["kind"] == "stranger"


def test_what_i_have_used(hosted):
    alice, bob = a_person(), a_person()
    LedgerEntry.objects.create(owner=alice.user, job_id="a", kind="settle", minutes=7)
    LedgerEntry.objects.create(owner=bob.user, job_id="b", kind="settle", minutes=50)
    a_job(alice.caller)
    usage = alice.api("GET", "/v1/usage").json()
    del usage["period_start"]
    assert usage == {
        "plan": "free",
        "minutes_used": 7,
        "minutes_left": 593,
        "jobs_running": 1,
        "limits": {
            "minutes_a_month": 600,
            "files_a_day": None,
            "max_file_bytes": 500_000_000,
            "max_recording_seconds": 7200,
            "jobs_at_once": 2,
        },
    }


def test_it_lives():
    response = Client().get("/health")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


@pytest.mark.parametrize(
    ("engine", "status", "word"),
    [(True, 200, "ready"), (None, 200, "ready"), (False, 503, "not ready")],
)
def test_it_is_ready_when_every_piece_is(monkeypatch, engine, status, word):
    checks = [Check("database", "Database", ok=True), Check("engine", "Engine", engine, "why")]
    monkeypatch.setattr("transcripts.api.health.readiness", lambda: checks)
    response = Client().get("/ready")
    assert response.status_code == status
    assert response.json() == {
        "status": word,
        "checks": [
            {"id": "database", "ok": True, "detail": ""},
            {"id": "engine", "ok": engine, "detail": "why"},
        ],
    }
    assert "no-store" in response.headers["Cache-Control"]


def test_without_a_worker_it_is_not_ready():
    checks = {row["id"]: row["ok"] for row in Client().get("/ready").json()["checks"]}
    assert checks["worker"] is False
