"""DOCX templates of an account: kept sealed, used at export, seen by nobody else, gone with it."""

import io

import docx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts import holdings, takeout
from privacy.models import ContentKey
from tests.transcripts.test_exports import a_template
from tests.transcripts.things import a_guest, a_person, a_transcript
from transcripts import templates
from transcripts.failures import Refusal
from transcripts.models import DocumentTemplate
from transcripts.unused_keys import used_keys

pytestmark = pytest.mark.django_db


def letterhead() -> bytes:
    made = docx.Document()
    made.add_paragraph("The firm presents {{title}}")
    made.add_paragraph("{{transcript}}")
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def texts(body: bytes) -> list[str]:
    return [paragraph.text for paragraph in docx.Document(io.BytesIO(body)).paragraphs]


def test_it_is_chosen_at_export_by_page_api_and_bundle():
    alice = a_person()
    transcript = a_transcript(alice.caller, title="Talk")
    mine = templates.keep(alice.caller, "firm.docx", letterhead())
    expected = [
        "The firm presents Talk",
        "Speaker 1",
        "Hello, welcome. Thank you.",
        "Speaker 2",
        "Yes.",
    ]
    client = alice.browser.client
    form = reverse("transcript-export-form", args=[transcript.pk])
    assert texts(client.get(form, {"format": "docx", "template": mine.pk}).content) == expected
    api = alice.api("GET", f"/v1/transcripts/{transcript.pk}/export/docx?template={mine.pk}")
    assert texts(api.content) == expected
    reading = client.get(reverse("transcript-reading", args=[transcript.pk])).content.decode()
    assert f'<option value="{mine.pk}">firm.docx</option>' in reading


def test_Z03_nobody_else_uses_sees_or_deletes_it():
    alice, bob = a_person(), a_person()
    mine = templates.keep(alice.caller, "firm.docx", letterhead())
    theirs = a_transcript(bob.caller)
    path = f"/v1/transcripts/{theirs.pk}/export/docx?template={mine.pk}"
    assert bob.api("GET", path).status_code == 404
    client = Client()
    client.force_login(bob.user)
    assert client.get(reverse("template-file", args=[mine.pk])).status_code == 404
    assert client.post(reverse("template-delete", args=[mine.pk])).status_code == 404
    assert "firm.docx" not in client.get(reverse("templates")).content.decode()
    assert DocumentTemplate.objects.count() == 1


def test_it_lies_sealed_and_its_key_is_in_use():
    alice = a_person()
    mine = templates.keep(alice.caller, "firm.docx", letterhead())
    row = DocumentTemplate.objects.filter(pk=mine.pk).values().get()
    assert all(
        b"firm" not in bytes(value)
        for value in row.values()
        if isinstance(value, bytes | memoryview)
    )
    assert used_keys([mine.key_id]) == {mine.key_id}


def test_deleting_takes_the_key():
    alice = a_person()
    mine = templates.keep(alice.caller, "firm.docx", letterhead())
    client = Client()
    client.force_login(alice.user)
    answer = client.post(reverse("template-delete", args=[mine.pk]))
    assert answer["Location"] == reverse("templates")
    assert DocumentTemplate.objects.count() == 0
    assert not ContentKey.objects.filter(pk=mine.key_id).exists()


def test_the_account_takes_them_along_and_its_export_has_them():
    alice = a_person()
    data = letterhead()
    mine = templates.keep(alice.caller, "firm.docx", data)
    part = next(part for part in takeout.parts() if part.id == "templates")
    assert list(part.files(alice.user)) == [("00001-firm.docx", data)]
    holdings.erase(alice.user)
    assert DocumentTemplate.objects.count() == 0
    assert not ContentKey.objects.filter(pk=mine.key_id).exists()


def test_the_page_adds_one_and_gives_it_back():
    alice = a_person()
    client = Client()
    client.force_login(alice.user)
    data = letterhead()
    answer = client.post(reverse("templates"), {"file": SimpleUploadedFile("firm.docx", data)})
    assert (answer.status_code, answer["Location"]) == (302, reverse("templates"))
    (mine,) = templates.templates_of(alice.caller)
    file = client.get(reverse("template-file", args=[mine.pk]))
    assert (file.content, file["Content-Disposition"]) == (data, 'attachment; filename="firm.docx"')
    ours = client.get(reverse("template-file", args=[templates.STARTING]))
    assert "{{transcript}}" in texts(ours.content)


def test_what_cannot_be_used_is_refused_with_its_sentence():
    alice = a_person()
    client = Client()
    client.force_login(alice.user)
    answer = client.post(reverse("templates"), {"file": SimpleUploadedFile("x.docx", b"x")})
    assert answer.status_code == 422
    assert "This template could not be read as a Word document." in answer.content.decode()
    assert client.post(reverse("templates"), {}).status_code == 422
    assert DocumentTemplate.objects.count() == 0


def test_there_is_an_end_to_size_and_number(monkeypatch):
    alice = a_person()
    monkeypatch.setattr(templates, "MOST_EACH", 1)
    templates.keep(alice.caller, "a.docx", a_template())
    codes = []
    for data in (a_template(), bytes(templates.MAX_BYTES + 1)):
        with pytest.raises(Refusal) as refused:
            templates.keep(alice.caller, "b.docx", data)
        codes.append(refused.value.code)
    assert codes == ["too_many_templates", "file_too_large"]


def test_guests_and_keys_that_only_read_keep_none():
    for caller in (a_guest()[1],):
        with pytest.raises(Refusal) as refused:
            templates.keep(caller, "a.docx", a_template())
        assert refused.value.code == "forbidden"
    answer = a_guest()[0].client.get(reverse("templates"))
    assert answer.status_code == 302
