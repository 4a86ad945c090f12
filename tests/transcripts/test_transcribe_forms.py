"""Forms that nobody means, and fields that cannot be: refused fast, by name, leaving nothing."""

import time

import pytest

from tests.asgi import ask
from tests.sending import form_without_file
from tests.transcripts.posting import PATH, parts, transcribe
from transcripts.api.multipart import MAX_PARTS
from transcripts.models import Job
from transcripts.vault import vault

pytestmark = pytest.mark.django_db(transaction=True)


FILE = 'Content-Disposition: form-data; name="file"; filename="a"\r\n\r\nRIFF'
FIELD = 'Content-Disposition: form-data; name="{}"\r\n\r\n1'


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(parts(FILE, FILE), id="file twice"),
        pytest.param(parts(FILE, FIELD.format("x"), FIELD.format("x")), id="field twice"),
        pytest.param(parts(*(FIELD.format(n) for n in range(10_000))), id="10,000 fields"),
        pytest.param(
            parts('Content-Disposition: form-data; name="n"\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c--'),
            id="nested",
        ),
        pytest.param(parts(FILE.replace("file", "music", 1)), id="another file"),
        pytest.param(parts(FILE)[:-6], id="cut"),
        pytest.param(b"RIFF....", id="no form"),
        pytest.param(parts(FILE.replace("form-data", "attachment")), id="no form-data"),
        pytest.param(
            parts('Content-Disposition: form-data; name="n"\r\n\r\n').replace(b"\n\r\n\r", b"\n\r\n\xff\r"),
            id="not UTF-8",
        ),
    ],
)  # fmt: skip
async def test_U16_a_form_that_nobody_means_is_refused_fast(body):
    started = time.monotonic()
    answer = await ask("POST", PATH, {"Content-Type": "multipart/form-data; boundary=b"}, body)
    assert (answer.status, answer.json["code"]) == (400, "bad_request")
    assert time.monotonic() - started < 2
    assert (await Job.objects.acount(), vault().held_bytes()) == (0, 0)


def test_10_000_fields_are_more_than_are_read():
    assert MAX_PARTS < 100


@pytest.mark.parametrize(
    ("content_type", "status"),
    [
        ("application/json", 415),
        ("audio/mpeg", 415),
        ("", 415),
        ("multipart/form-data", 400),
        ("multipart/form-data; boundary=", 400),
        ("multipart/mixed; boundary=b", 415),
    ],
)
async def test_only_forms_are_read(content_type, status):
    answer = await ask("POST", PATH, {"Content-Type": content_type}, parts(FILE))
    assert answer.status == status


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"language": "xx"}, {"language"}),
        ({"language": "../"}, {"language"}),
        ({"vocabulary": "x" * 1_000_000}, {"vocabulary"}),
        ({"vocabulary": ",".join(map(str, range(501)))}, {"vocabulary"}),
        ({"vocabulary": "[1, 2]"}, {"vocabulary"}),
        ({"vocabulary": "[" * 5000}, {"vocabulary"}),
        ({"model": "gpt-9"}, {"model"}),
        ({"model": "../../etc/passwd"}, {"model"}),
        ({"speakers": "21"}, {"speakers"}),
        ({"speakers": "-1"}, {"speakers"}),
        ({"speakers": "two"}, {"speakers"}),
        ({"response_format": "exe", "wait": "perhaps"}, {"response_format", "wait"}),
        ({"diarize": "2", "model": "", "speakers": "1e3"}, {"diarize", "speakers"}),
        ({"upload": "x"}, {"file"}),
    ],
)  # fmt: skip
async def test_U17_wrong_fields_are_named(fields, wrong):
    answer = await transcribe(b"RIFF", **fields)
    assert (answer.status, answer.json["code"]) == (422, "validation_failed")
    assert set(answer.json["errors"]) == wrong
    assert (await Job.objects.acount(), vault().held_bytes()) == (0, 0)


async def test_a_form_without_a_recording_says_what_is_missing():
    body, content_type = form_without_file({"model": ""})
    answer = await ask("POST", PATH, {"Content-Type": content_type}, body)
    assert (answer.status, set(answer.json["errors"])) == (422, {"file"})


async def test_links_are_refused_until_they_are_read():
    body, content_type = form_without_file({"url": "https://example.org/a.mp3"})
    answer = await ask("POST", PATH, {"Content-Type": content_type}, body)
    assert (answer.status, answer.json["code"]) == (422, "url_refused")
