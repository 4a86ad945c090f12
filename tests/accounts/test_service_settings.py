"""The service as it is deployed: Django's own check is silent, cookies are bound to the host."""

import json
import os
import secrets
import subprocess
import sys
from pathlib import Path

import pytest

from tests.live import manage
from tests.speech import ROOT

LOG_IN = """
import json, django
django.setup()
from django.test import Client
from accounts.models import User
User.objects.create_user("alice@example.org", "nine horses cross the ford")
from allauth.account.models import EmailAddress
EmailAddress.objects.create(user=User.objects.get(), email="alice@example.org", verified=True)
client = Client(headers={"host": "sotto.example", "x-forwarded-proto": "https"})
form = {"login": "alice@example.org", "password": "nine horses cross the ford"}
pages = [client.get("/accounts/login/"), client.post("/accounts/login/", form)]
print(json.dumps([[page.status_code, [m.OutputString() for m in page.cookies.values()],
                   dict(page.headers)] for page in pages]))
"""


@pytest.fixture(scope="module")
def environment(tmp_path_factory) -> dict[str, str]:
    data = tmp_path_factory.mktemp("service")
    service = {
        "EDITION": "hosted",
        "PUBLIC_URL": "https://sotto.example",
        "SECRET_KEY": secrets.token_urlsafe(50),
    }
    manage(data, "prepare", **service)
    return service | {"SOTTO_DATA": str(data), "DJANGO_SETTINGS_MODULE": "config.settings"}


def run(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    own = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=Path(ROOT),
        env=own | environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.slow
def test_djangos_check_for_deployment_is_silent(environment):
    done = run(environment, "manage.py", "check", "--deploy", "--fail-level", "DEBUG")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.strip().splitlines()[-1] == (
        "System check identified no issues (0 silenced)."
    )


@pytest.mark.slow
def test_cookies_are_bound_to_the_host(environment):
    done = run(environment, "-c", LOG_IN)
    assert done.returncode == 0, done.stderr
    shown, logged_in = json.loads(done.stdout)
    assert (shown[0], logged_in[0]) == (200, 302)
    cookies = shown[1] + logged_in[1]
    assert {cookie.partition("=")[0] for cookie in cookies} == {
        "__Host-csrf",
        "__Host-sessionid",
        "__Host-known-browser",
    }
    for cookie in cookies:
        attributes = {part.strip().lower() for part in cookie.split(";")[1:]}
        assert {"secure", "path=/", "samesite=lax"} <= attributes
        assert not [one for one in attributes if one.startswith("domain")]
        assert "httponly" in attributes or cookie.startswith("__Host-csrf")
    assert shown[2]["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"
