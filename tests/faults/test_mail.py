"""F18: the mail provider is down. Signing up is possible later, and nothing answers 500."""

import re

import pytest
import requests

from tests import live, services
from tests.smtp import post_office

pytestmark = pytest.mark.slow

PASSWORD = "nine horses cross the ford"
CODE = re.compile(r"Your code for Sotto:\s+(\S+)")


def test_F18_signing_up_while_mail_is_down_says_so_and_works_later(tmp_path):
    port = services.free_port()
    mail = {"EDITION": "hosted", "MAIL_URL": f"smtp+plain://127.0.0.1:{port}"}
    with live.serving(tmp_path, **mail) as house:
        browser, page = sign_up(house.url, "alice@example.org")
        assert page.status_code == 200
        assert "We can&#x27;t send mail at the moment. Try again later." in page.text
        with post_office(port) as letters:
            browser, page = sign_up(house.url, "bob@example.org")
            code = CODE.search(letters[0])[1]
        assert post(browser, page.url, {"code": code}).url == f"{house.url}/library/"


def sign_up(url, email):
    browser = requests.Session()
    browser.get(f"{url}/accounts/signup/", timeout=30)
    return browser, post(
        browser, f"{url}/accounts/signup/", {"email": email, "password1": PASSWORD}
    )


def post(browser, address, form):
    headers = {"X-CSRFToken": browser.cookies["sotto_csrf"]}
    return browser.post(address, form, headers=headers, timeout=60)
