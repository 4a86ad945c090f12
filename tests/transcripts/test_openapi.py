"""The OpenAPI document says what the API does: read by a validator, a fuzzer and the pages."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.test import Client
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import CHECKS

from config.asgi import application
from tests.transcripts.things import a_job, a_person, a_transcript
from transcripts.api.raw import ROUTES
from transcripts.api.v1 import api
from transcripts.exports import EXPORTS
from transcripts.failures import FAILURES

METHODS_LEFT_OUT = {"OPTIONS"}


def document() -> dict:
    return Client().get("/v1/openapi.json").json()


def operations() -> Iterator[tuple[str, str, dict]]:
    for path, methods in document()["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation


@pytest.mark.django_db
class TestDocument:
    def test_it_is_openapi_3_1(self):
        assert document()["openapi"] == "3.1.0"

    def test_every_raw_route_is_in_it(self):
        told = {(method, path) for method, path, _ in operations()}
        routed = {
            (method, re.sub(r"\(\?P<(\w+)>.*?\)", r"{\1}", pattern.pattern))
            for pattern, methods in ROUTES
            for method in methods
            if method not in METHODS_LEFT_OUT
        }
        assert routed <= told

    def test_every_operation_says_how_errors_look(self):
        for method, path, operation in operations():
            for status, response in operation["responses"].items():
                if int(status) >= 400 and path != "/ready":
                    assert list(response["content"]) == ["application/problem+json"], (method, path)

    def test_every_reference_leads_somewhere(self):
        text = Client().get("/v1/openapi.json").content.decode()
        named = set(re.findall(r'"#/components/schemas/(\w+)"', text))
        assert named <= set(document()["components"]["schemas"])

    def test_operation_ids_are_unique(self):
        ids = [operation["operationId"] for _, _, operation in operations()]
        assert sorted(ids) == sorted(set(ids))

    def test_the_formats_are_those_of_the_table(self):
        formats = document()["components"]["schemas"]["ExportFormat"]["enum"]
        assert formats == [export.id for export in EXPORTS]

    def test_the_page_names_every_operation(self):
        page = Client().get("/docs/api/").content.decode()
        shown = re.findall(r'operation-address"><code>([^<]+)', page)
        assert sorted(shown) == sorted(f"{method} {path}" for method, path, _ in operations())
        assert "<style" not in page
        assert not re.search(r"<script(?![^>]*(src=|importmap))", page)

    def test_the_page_of_errors_explains_each(self):
        page = Client().get("/docs/api/errors/").content.decode()
        assert re.findall(r'<dt id="(\w+)">', page) == [
            code for code, _ in sorted(FAILURES.items(), key=lambda row: (row[1].status, row[0]))
        ]


def without_patterns_of_long_strings(schema: Any) -> Any:
    """The fuzzer would count up to 100,000 in a regular expression, which takes it a minute."""
    if isinstance(schema, list):
        return [without_patterns_of_long_strings(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    is_long = schema.get("type") == "string" and schema.get("maxLength", 0) >= 1000
    return {
        name: without_patterns_of_long_strings(part)
        for name, part in schema.items()
        if not (is_long and name == "pattern")
    }


SCHEMA = schemathesis.openapi.from_dict(without_patterns_of_long_strings(api.get_openapi_schema()))
SCHEMA.app = application
# Streams and readiness have no schema to hold them to; uploads have their own tests.
OURS = SCHEMA.exclude(
    path_regex=r"^/(v1/transcribe|v1/.*/retranscribe|v1/uploads|ready|v1/jobs/.*/events)"
)
DOCUMENTS = {"method": "PUT"}
# A schema cannot say that a cursor was given out before, nor that an end comes after its start.
positive_data_acceptance = CHECKS.get_one("positive_data_acceptance")


def examples(count: int) -> settings:
    return settings(
        max_examples=count,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )


@pytest.fixture
def mine(transactional_db) -> dict[str, str]:
    """A key, and the ids of what it may open."""
    alice = a_person()
    transcript = a_transcript(alice.caller)
    job = a_job(alice.caller)
    return {"key": alice.api.key, "transcript_id": transcript.pk, "job_id": job.pk}


@OURS.exclude(**DOCUMENTS).parametrize()
@examples(10)
def test_what_it_does_is_what_it_says(case, mine):
    """Statuses, content types and bodies, for requests that follow the schema and that don't."""
    _ask_and_compare(case, mine)


@OURS.include(**DOCUMENTS).parametrize()
@examples(4)  # they take long to make up
def test_what_it_takes_for_a_document_is_what_it_says(case, mine):
    _ask_and_compare(case, mine, **{"If-Match": "*"})


def _ask_and_compare(case, mine: dict[str, str], **headers: str) -> None:
    for name in set(case.path_parameters or {}) & set(mine):
        case.path_parameters[name] = mine[name]
    headers |= {"Authorization": f"Bearer {mine['key']}", "Host": "127.0.0.1"}
    case.call_and_validate(headers=headers, excluded_checks=[positive_data_acceptance])
