"""Authenticator apps, recovery codes and passkeys (A05, A06)."""

import json
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.sealing import CannotUnseal, seal, unseal
from tests.accounts.conftest import Person, link_in_mail

pytestmark = pytest.mark.django_db
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def code(steps_ago: int = 0) -> str:
    return format_hotp_value(hotp_value(SECRET, int(time.time()) // 30 - steps_ago))


@pytest.fixture
def guarded(alice) -> Person:
    """Alice with an authenticator app and recovery codes."""
    TOTP.activate(alice.user, SECRET)
    RecoveryCodes.activate(alice.user)
    return alice


def recovery_codes(someone: Person) -> list[str]:
    kind = Authenticator.Type.RECOVERY_CODES
    return Authenticator.objects.get(user=someone.user, type=kind).wrap().get_unused_codes()


def test_the_password_alone_no_longer_logs_in(guarded):
    assert guarded.log_in().headers["Location"] == reverse("mfa_authenticate")
    assert not guarded.is_logged_in
    guarded.post("mfa_authenticate", code=code())
    assert guarded.is_logged_in


def test_A05_a_code_works_once(guarded):
    now = code()
    guarded.log_in()
    guarded.post("mfa_authenticate", code=now)
    again = Person(guarded.email)
    again.log_in()
    answer = again.post("mfa_authenticate", code=now)
    assert answer.context["form"].errors["code"] == ["Incorrect code."]
    assert not again.is_logged_in


@pytest.mark.parametrize("steps_ago", [1, 2, -1])
def test_A05_nor_outside_its_thirty_seconds(guarded, steps_ago):
    guarded.log_in()
    if time.time() % 30 > 28:
        time.sleep(2.1)
    guarded.post("mfa_authenticate", code=code(steps_ago))
    assert not guarded.is_logged_in


def test_A05_a_recovery_code_works_once(guarded):
    one = recovery_codes(guarded)[0]
    guarded.log_in()
    guarded.post("mfa_authenticate", code="-".join([one[:5], one[5:10], one[10:]]))
    assert guarded.is_logged_in
    assert one not in recovery_codes(guarded)
    again = Person(guarded.email)
    again.log_in()
    again.post("mfa_authenticate", code=one)
    assert not again.is_logged_in


def test_guessing_codes_is_throttled(guarded):
    guarded.log_in()
    errors = [
        guarded.post("mfa_authenticate", code="000000").context["form"].errors.get_json_data()
        for _ in range(7)
    ]
    codes = [error["code"][0]["code"] for error in errors]
    assert codes == ["incorrect_code"] * 5 + ["too_many_login_attempts"] * 2


def test_A06_a_reset_password_does_not_get_past_the_second_factor(guarded):
    client = Client()
    client.post(reverse("account_reset_password"), {"email": guarded.email})
    page = client.get(link_in_mail(), follow=True)
    new = "seven herons over the marsh"
    client.post(page.redirect_chain[-1][0], {"password1": new, "password2": new})
    assert client.get(reverse("account")).status_code == 302
    guarded.password = new
    assert guarded.log_in().headers["Location"] == reverse("mfa_authenticate")


def test_the_database_alone_gives_no_codes_away(guarded):
    stored = json.dumps(list(Authenticator.objects.values_list("data", flat=True)))
    assert SECRET not in stored
    assert not [one for one in recovery_codes(guarded) if one in stored]
    assert {one for one in recovery_codes(guarded) if len(one) == 20} == set(
        recovery_codes(guarded)
    )
    assert stored.count("v1.") == 2


def test_setting_one_up_needs_a_fresh_proof_and_gives_recovery_codes(alice):
    alice.log_in()
    first = alice.get("mfa_activate_totp")
    assert first.headers["Location"].startswith(reverse("account_reauthenticate"))
    alice.prove()
    page = alice.get("mfa_activate_totp")
    secret = page.context["form"].secret
    now = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    answer = alice.post("mfa_activate_totp", code=now)
    assert answer.headers["Location"] == reverse("mfa_view_recovery_codes")
    page = alice.get("mfa_view_recovery_codes")
    shown = page.content.decode()
    codes = recovery_codes(alice)
    assert len(codes) == 10
    for one in codes:
        assert f"{one[:5]}-{one[5:10]}-{one[10:15]}-{one[15:]}" in shown


def test_turning_it_off_needs_a_fresh_proof(guarded):
    guarded.log_in()
    guarded.post("mfa_authenticate", code=code())
    answer = guarded.post("mfa_deactivate_totp")
    assert answer.status_code == 302
    assert Authenticator.objects.filter(type=Authenticator.Type.TOTP).exists()


def test_sealing_opens_under_the_same_key_only(settings):
    sealed = seal("a secret")
    assert unseal(sealed) == "a secret"
    assert seal("a secret") != sealed
    old = settings.SECRET_KEY
    settings.SECRET_KEY = "another key entirely"
    with pytest.raises(CannotUnseal):
        unseal(sealed)
    settings.SECRET_KEY_FALLBACKS = [old]
    assert unseal(sealed) == "a secret"


@pytest.mark.parametrize("damaged", ["", "a secret", "v1.", "v1.AAAA", "v1.!!!", "v1." + "A" * 64])
def test_sealing_refuses_what_it_did_not_seal(damaged):
    with pytest.raises(CannotUnseal):
        unseal(damaged)


FORGED = """{"id": "AAAA", "rawId": "AAAA", "type": "public-key", "response": {"userHandle": "AQ",
"clientDataJSON": "e30", "authenticatorData": "AAAA", "signature": "AAAA"}}"""
NO_CREDENTIALS = ["", "x", "1", "[]", "{}", '"x"', "null", '{"response": []}', FORGED]


@pytest.mark.parametrize("credential", NO_CREDENTIALS)
def test_what_is_no_passkey_logs_nobody_in(alice, credential):
    stranger = Client()
    options = stranger.get(
        reverse("mfa_login_webauthn"), headers={"accept": "application/json"}
    ).json()["request_options"]["publicKey"]
    assert options["userVerification"] == "required"
    assert options["rpId"] == "testserver"
    answer = stranger.post(reverse("mfa_login_webauthn"), {"credential": credential})
    assert answer.status_code in {200, 302}
    assert stranger.get(reverse("account")).status_code == 302


def test_passkeys_are_offered_where_browsers_allow_them(alice):
    def offered(host: str) -> bool:
        page = Client(headers={"host": host}).get(reverse("account_login"))
        return b'data-ceremony="log-in"' in page.content

    assert [offered(host) for host in ("localhost:8000", "127.0.0.1:8000", "[::1]:8000")] == [
        True,
        False,
        False,
    ]


def test_a_new_passkey_wants_the_person_and_logs_in_alone(alice):
    alice.log_in()
    alice.prove()
    page = alice.get("mfa_add_webauthn")
    options = page.context["js_data"]["creation_options"]["publicKey"]
    assert options["rp"] == {"name": "Sotto", "id": "testserver"}
    assert options["authenticatorSelection"]["userVerification"] == "required"
    assert page.context["form"]["passwordless"].value() is True


def test_codes_stay_used_as_long_as_they_are_valid(guarded):
    now = code()
    totp = Authenticator.objects.get(type=Authenticator.Type.TOTP).wrap()
    assert [totp.validate_code(now), totp.validate_code(now)] == [True, False]
    assert cache.add("another", 1)
