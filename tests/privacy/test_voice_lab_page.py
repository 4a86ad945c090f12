"""The page of Voice Lab: its owner sees, hears and takes back; nobody else does."""

from __future__ import annotations

import io
import json
import wave
import zipfile

import pytest
from django.test import Client

from accounts import takeout
from privacy.models import Contribution, HeldRecording
from privacy.voicelab.words import MOST_WORDS, Run, before_and_after
from tests.privacy.giving import a_given, a_giver, make_older
from tests.sweeping import sweep

pytestmark = pytest.mark.django_db(transaction=True)
PAGE = "/privacy/voice-lab/"


def logged_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def given(giver) -> Contribution:
    a_given(giver, g2="Oh <b>yes</b>.")
    sweep("voicelab_sounds")
    return Contribution.objects.get()


@pytest.fixture
def owner(giver, given) -> Client:
    return logged_in(giver)


def addresses(given: Contribution) -> dict[str, str]:
    held = HeldRecording.objects.get()
    return {
        "sound": f"{PAGE}contributions/{given.pk}/sound",
        "withdraw": f"{PAGE}contributions/{given.pk}/withdrawal/",
        "drop": f"{PAGE}recordings/{held.pk}/deletion/",
    }


def test_it_shows_both_texts_with_the_words_that_changed(owner):
    answer = owner.get(PAGE)
    page = answer.content.decode()
    assert "<del>Yes.</del>" in page
    assert "<ins>Oh &lt;b&gt;yes&lt;/b&gt;.</ins>" in page
    assert "no-store" in answer["Cache-Control"]
    assert "interview.mp3" not in page  # no titles


def test_the_sound_comes_whole_or_in_ranges(owner, given):
    sound = addresses(given)["sound"]
    whole = owner.get(sound)
    assert (whole.status_code, whole["Content-Type"]) == (200, "audio/wav")
    assert "no-store" in whole["Cache-Control"]
    with wave.open(io.BytesIO(whole.content)) as wav:
        assert wav.getnframes() == 24_000
    part = owner.get(sound, headers={"Range": "bytes=44-1043"})
    assert (part.status_code, part.content) == (206, whole.content[44:1044])
    assert part["Content-Range"] == f"bytes 44-1043/{len(whole.content)}"
    assert owner.get(sound, headers={"Range": "bytes=999999-"}).status_code == 416


def test_Z01_nobody_else_gets_at_it(given):
    bob, nobody = logged_in(a_giver("voice_lab")), Client()
    found = addresses(given)
    assert bob.get(found["sound"]).status_code == 404
    assert bob.post(found["withdraw"]).status_code == 404
    assert bob.post(found["drop"]).status_code == 404
    assert bob.post(f"{PAGE}withdrawal/").status_code == 302
    assert "Yes." not in bob.get(PAGE).content.decode()
    for address in (PAGE, found["sound"]):
        assert nobody.get(address).status_code == 302
    for name in ("withdraw", "drop"):
        assert nobody.post(found[name]).status_code == 302
    assert (Contribution.objects.count(), HeldRecording.objects.count()) == (1, 1)


def test_wrong_methods_change_nothing(owner, given):
    found = addresses(given)
    assert owner.get(found["withdraw"]).status_code == 405
    assert owner.get(found["drop"]).status_code == 405
    assert owner.get(f"{PAGE}withdrawal/").status_code == 405
    assert owner.post(found["sound"]).status_code == 405
    assert Contribution.objects.count() == 1


def test_one_is_withdrawn_and_one_recording_dropped(owner, given):
    found = addresses(given)
    assert owner.post(found["withdraw"]).status_code == 302
    assert not Contribution.objects.exists()
    assert owner.get(found["sound"]).status_code == 404
    assert owner.post(found["drop"]).status_code == 302
    assert not HeldRecording.objects.exists()
    assert owner.post(found["drop"]).status_code == 404


def test_all_of_it_is_withdrawn(owner, kept):
    assert owner.post(f"{PAGE}withdrawal/").status_code == 302
    assert (Contribution.objects.count(), HeldRecording.objects.count()) == (0, 0)
    assert kept.names() == set()


def test_P09_what_is_90_days_old_is_neither_shown_nor_played(owner, given):
    sound = addresses(given)["sound"]
    make_older(days=90)
    assert "Yes." not in owner.get(PAGE).content.decode()
    assert owner.get(sound).status_code == 404


def test_a_storage_that_is_down_is_said_so(owner, given, kept):
    kept.stop()
    assert owner.get(addresses(given)["sound"]).status_code == 503
    kept.start()


def test_the_export_of_an_account_has_it(giver, given):
    with zipfile.ZipFile(io.BytesIO(b"".join(takeout.zip_of(giver)))) as archive:
        facts = json.loads(archive.read(f"voice-lab/{given.pk}.json"))
        with wave.open(io.BytesIO(archive.read(f"voice-lab/{given.pk}.wav"))) as wav:
            assert wav.getnframes() == 24_000
    assert (facts["before"], facts["after"]) == ("Yes.", "Oh <b>yes</b>.")


def test_texts_are_compared_word_by_word():
    assert before_and_after("ask not what", "ask now what") == (
        [Run("ask ", changed=False), Run("not", changed=True), Run(" what", changed=False)],
        [Run("ask ", changed=False), Run("now", changed=True), Run(" what", changed=False)],
    )
    assert before_and_after("我爱你", "我愛你")[1] == [
        Run("我", changed=False),
        Run("愛", changed=True),
        Run("你", changed=False),
    ]
    long = "word " * MOST_WORDS
    assert before_and_after(long, "x") == ([Run(long, changed=True)], [Run("x", changed=True)])
