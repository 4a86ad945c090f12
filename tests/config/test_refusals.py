"""What a browser shows when an address does not answer visits."""

import pytest
from django.test import Client
from django.urls import reverse

pytestmark = pytest.mark.django_db


def test_a_forms_address_that_is_visited_says_so():
    answer = Client().get(reverse("guest-session"))
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
    assert "There is no page at this address." in answer.content.decode()


def test_the_api_keeps_its_own_words():
    answer = Client().put("/v1/models")
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
