"""The pages: what they show to whom, and that nothing in them is ever more than text."""

import html
import json
import re

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from gpu.contract import MODELS, Degraded
from privacy import consent
from privacy.consent import Interface
from tests.transcripts.locked import with_keyring
from tests.transcripts.things import a_document, a_guest, a_job, a_person, a_transcript
from transcripts import fleet
from transcripts.document import Gap
from transcripts.models import Job, Status, Transcript
from transcripts.views.jobs import progress_html

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}
CORPUS = [
    "<img src=x onerror=alert(1)>",
    '"><script>alert(1)</script>',
    "' onmouseover='alert(1)",
    "</title><svg onload=alert(1)>",
    "{{ 7 }}{% now %}",
    "javascript:alert(1)",
    "</template><iframe src=//evil.example>",
    "&lt;b&gt;",
]


def page(client: Client, name: str, *args: object, **data: str) -> str:
    answer = client.get(reverse(name, args=args), data)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("text", CORPUS)
def test_X01_a_title_a_file_name_and_a_speaker_are_text_only(text):
    guest, caller = a_guest()
    document = a_document()
    document.speakers[0].name = document.segments[0].words[0].text = text
    document.segments[0].text = text + " " + document.segments[0].text
    transcript = a_transcript(caller, document, title=text)
    job = a_job(caller, file_name=text)
    shown = [
        page(guest.client, "transcript", transcript.pk),
        page(guest.client, "transcript-subtitles", transcript.pk),
        page(guest.client, "library"),
        page(guest.client, "library", q=text),
        page(guest.client, "job", job.pk),
    ]
    for body in shown:
        assert html.escape(text) in body
        assert "<img src=x" not in body
        assert "<svg onload" not in body
        assert "<iframe" not in body
        assert "alert(1)</script>" not in body
        assert "' onmouseover='" not in body


def test_the_landing_page_offers_the_catalogue():
    body = page(Client(), "home")
    options = re.findall(r'<option value="([^"]+)" data-languages', body)
    assert options == [model.id for model in MODELS]
    assert body.count("(not installed)") == body.count('" disabled>')


def test_reading_makes_no_guest_but_sending_does():
    client = Client()
    page(client, "home")
    assert settings.SESSION_COOKIE_NAME not in client.cookies
    assert client.post(reverse("guest-session")).status_code == 204
    assert settings.SESSION_COOKIE_NAME in client.cookies


def test_the_library_lists_ones_own_newest_first_and_searches_titles():
    alice, bob = a_person(), a_person()
    for title in ("Budget 1", "Interview", "budget 2"):
        a_transcript(alice.caller, title=title)
    a_transcript(bob.caller, title="Budget of Bob")
    client = alice.browser.client
    rows = re.compile(r'class="row-name" id="row-\w+" dir="auto" href="/t/\w+/">([^<]+)<')
    assert rows.findall(page(client, "library")) == ["budget 2", "Interview", "Budget 1"]
    assert rows.findall(page(client, "library", q="BUDGET")) == ["budget 2", "Budget 1"]
    assert "Nothing was found for “nothing”." in page(client, "library", q="nothing")


def test_a_search_while_typing_gets_the_list_alone():
    guest, caller = a_guest()
    a_transcript(caller, title="Interview")
    headers = {**HTMX, "HX-Target": "results"}
    body = guest.client.get(reverse("library"), {"q": "inter"}, headers=headers).content.decode()
    assert body.strip().startswith('<div id="results" data-behaviour="library">')
    assert "Interview" in body


def test_the_library_asks_as_often_for_three_as_for_one(django_assert_num_queries):
    guest, caller = a_guest()
    counts = []
    for rows in (1, 3):
        for _ in range(rows):
            a_transcript(caller)
            a_job(caller)
        with django_assert_num_queries(4, exact=False) as asked:
            page(guest.client, "library")
        counts.append(len(asked.captured_queries))
    assert counts[0] == counts[1]


def test_pages_of_the_library():
    guest, caller = a_guest()
    for number in range(27):
        a_transcript(caller, title=f"T{number}")
    assert "Page 1 of 2" in page(guest.client, "library")
    second = page(guest.client, "library", page="2")
    assert second.count('class="row library-row"') == 2
    assert 'href="/library/?page=1"' in second


def test_an_empty_library_helps():
    assert "Drop your first recording" in page(a_guest()[0].client, "library")


def test_a_transcript_says_what_it_lacks():
    guest, caller = a_guest()
    document = a_document()
    document.warnings = [Degraded.DIARISATION]
    document.unheard = [Gap(8.1, 8.4)]
    body = page(guest.client, "transcript-reading", a_transcript(caller, document).pk)
    assert "The speakers could not be told apart" in body
    assert "In 1 place somebody speaks but no words came out." in body
    assert "0:08\N{EN DASH}0:08</span> Somebody speaks here" in body


def test_words_carry_their_times():
    guest, caller = a_guest()
    body = page(guest.client, "transcript-reading", a_transcript(caller).pk)
    assert '<span data-start="0.0" data-end="2.0">Hello,</span> <span data-start="2.0"' in body
    assert re.findall(r'data-speaker-name="(\w+)"', body) == ["s1", "s2"]


def test_a_speaker_renamed_from_the_page():
    guest, caller = a_guest()
    transcript = a_transcript(caller)
    url = reverse("speaker-rename", args=[transcript.pk, "s2"])
    answer = guest.client.post(url, {"name": " Ben  B. "}, headers=HTMX)
    assert answer.status_code == 200
    assert answer.content.decode().count("Ben B.") == 3
    transcript.refresh_from_db()
    assert [row["name"] for row in transcript.document["speakers"]] == ["Speaker 1", "Ben B."]
    assert transcript.version == 2


def test_a_wrong_name_is_refused_in_words():
    guest, caller = a_guest()
    url = reverse("speaker-rename", args=[a_transcript(caller).pk, "s1"])
    answer = guest.client.post(url, {"name": "  "}, headers=HTMX)
    assert (answer.status_code, answer["Content-Type"]) == (422, "text/plain; charset=utf-8")
    assert answer.content.decode() == (
        "Something in the request is not right. A name has 1 to 80 characters."
    )


def test_a_title_renamed_from_the_page():
    guest, caller = a_guest()
    transcript = a_transcript(caller)
    url = reverse("transcript-rename", args=[transcript.pk])
    body = guest.client.post(url, {"title": "A talk"}, headers=HTMX).content.decode()
    assert body.strip().startswith('<div class="title-line" id="title"')
    guest.client.post(url, {"title": "  "})
    transcript.refresh_from_db()
    assert transcript.title == "A talk"


def test_deleting_says_what_is_gone():
    guest, caller = a_guest()
    transcript = a_transcript(caller, title="Secret")
    answer = guest.client.post(reverse("transcript-delete", args=[transcript.pk]), follow=True)
    assert answer.redirect_chain == [("/library/", 302)]
    assert "The transcript is deleted for good" in answer.content.decode()
    assert (Transcript.objects.count(), Job.objects.count()) == (0, 0)


def test_a_download_has_the_format_asked_for():
    guest, caller = a_guest()
    transcript = a_transcript(caller)
    answer = guest.client.get(reverse("transcript-export", args=[transcript.pk, "srt"]))
    assert answer["Content-Disposition"] == 'attachment; filename="interview.srt"'
    nowhere = guest.client.get(reverse("transcript-export", args=[transcript.pk, "exe"]))
    assert nowhere.status_code == 404


def test_the_form_for_downloads_asks_for_what_the_file_then_has():
    guest, caller = a_guest()
    transcript = a_transcript(caller)
    form = reverse("transcript-export-form", args=[transcript.pk])
    assert f'action="{form}"' in page(guest.client, "transcript", transcript.pk)
    asked = {"format": "txt", "speakers": "", "paragraphs": "true", "timestamps": "true"}
    answer = guest.client.get(form, {**asked, "max_chars": "42", "max_cps": "20.0"})
    assert answer["Content-Disposition"] == 'attachment; filename="interview.txt"'
    assert answer.content.decode().splitlines()[0] == (
        "[00:00:00] Speaker 1: Hello, welcome. Thank you."
    )
    assert guest.client.get(form, {"format": "exe"}).status_code == 404
    assert guest.client.get(form, {"format": "srt", "max_chars": "1"}).status_code == 422


def test_progress_is_polled_until_the_job_ends():
    guest, caller = a_guest()
    job = a_job(caller, status=Status.RUNNING, stage="recognising", progress=0.42, eta_seconds=30)
    url = reverse("job-progress", args=[job.pk])
    answer = guest.client.get(url)
    body = answer.content.decode()
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    assert f'id="progress-{job.pk}"' in body
    assert 'hx-swap-oob="true"' in body
    assert "42 %, about 30 seconds left" in body
    assert 'aria-current="step">Writing down the words' in body
    Job.objects.update(status=Status.FAILED, failure="no_speech", finished_at=timezone.now())
    ended = guest.client.get(url)
    assert ended.status_code == 286
    assert "No speech was found in this recording." in ended.content.decode()


def test_socket_and_polling_send_the_same():
    guest, caller = a_guest()
    job = a_job(caller)
    polled = guest.client.get(reverse("job-progress", args=[job.pk])).content.decode()
    assert progress_html(job) == polled


def test_the_line_before_a_job():
    _, caller = a_guest()
    first, second = a_job(caller), a_job(caller)
    assert "Waiting: the part that listens is not running at the moment" in progress_html(first)
    cache.set_many({"workers": ["w"], "worker:w": ["small"]})
    assert "Waiting: nothing that runs at the moment has the chosen model" in progress_html(first)
    fleet.pulse("w")
    assert "Waiting: next in line" in progress_html(first)
    assert "Waiting: number 2 in line" in progress_html(second)


def test_a_finished_job_leads_to_its_transcript():
    guest, caller = a_guest()
    transcript = a_transcript(caller)
    answer = guest.client.get(reverse("job", args=[transcript.job.pk]))
    assert answer["Location"] == reverse("transcript", args=[transcript.pk])


def test_cancelling_from_the_page():
    guest, caller = a_guest()
    job = a_job(caller)
    answer = guest.client.post(reverse("job-cancel", args=[job.pk]), headers=HTMX)
    assert "This job was cancelled." in answer.content.decode()
    job.refresh_from_db()
    assert job.status == Status.CANCELLED


def test_a_strangers_page_is_not_there_in_words():
    answer = Client().get(reverse("transcript", args=[a_transcript(a_guest()[1]).pk]))
    assert answer.status_code == 404
    assert "There is nothing here." in answer.content.decode()
    part = Client().get(reverse("job-progress", args=["nosuchjob"]), headers=HTMX)
    assert (part.status_code, part["Content-Type"]) == (404, "text/plain; charset=utf-8")


def test_a_part_that_needs_a_log_in_moves_the_whole_page():
    part = Client().get(reverse("api-keys"), headers=HTMX)
    assert part.status_code == 204
    assert part["HX-Redirect"].startswith("/accounts/login/?next=")
    boosted = Client().get(reverse("api-keys"), headers={**HTMX, "HX-Boosted": "true"})
    assert boosted.status_code == 302


def test_a_form_without_its_token_says_so():
    client = Client(enforce_csrf_checks=True)
    answer = client.post(reverse("guest-session"))
    assert answer.status_code == 403
    assert "This form is too old" in answer.content.decode()


@pytest.mark.parametrize("template", ["500.html", "413.html"])
def test_the_last_pages_need_nothing(template):
    from django.template.loader import render_to_string

    assert "Go to the start" in render_to_string(template)


def test_how_it_works_reads_its_figures(settings):
    settings.AUDIO_MAX_AGE *= 2
    settings.HTTPS = True
    body = page(Client(), "how-it-works")
    assert "Nothing waits longer than 48 hours" in body
    assert "over TLS" in body


def test_the_nonce_serves_the_import_map_and_nothing_else():
    answer = Client().get(reverse("home"))
    nonce = re.search(r"'nonce-([^']+)'", answer["Content-Security-Policy"])
    body = answer.content.decode()
    assert nonce
    assert re.findall(r"<(\w+)[^>]*nonce=\"([^\"]*)\"", body) == [("script", nonce[1])]
    (entries,) = re.findall(r'type="importmap"[^>]*>(.*?)</script>', body)
    plain = [address.removeprefix("/static/") for address in json.loads(entries)["imports"]]
    assert "js/app.js" in plain
    assert [name for name in plain if finders.find(name) is None] == []
    assert re.findall(r"<script(?![^>]*(?:src=|importmap))", body) == []
    assert " style=" not in body
    assert not re.search(r"\son\w+=", body)


def test_what_makes_a_recording_private_is_said_and_why_it_cannot_be(settings):
    def offered(client: Client) -> tuple[str, str, str]:
        body = page(client, "home")
        uid, why_not, default = re.findall(r'data-(?:uid|why-not|default)="(\w*)"', body)
        assert "The server hears the recording in its memory while it writes it down." in body
        return uid.rstrip("0123456789"), why_not, default

    alice = a_person("alice")
    client = Client()
    assert offered(client) == ("", "guest", "standard")
    client.force_login(alice.user)
    assert offered(client) == ("u", "ring", "standard")
    with_keyring(alice)
    assert offered(client) == ("u", "", "standard")
    consent.choose(alice.user, "default_privacy", "private", Interface.PAGE)
    settings.HOSTED = True
    assert offered(client) == ("u", "plan", "private")


def test_the_pages_about_privacy_lead_to_what_private_protects_and_what_not():
    for name in ("how-it-works", "security", "privacy-settings", "home"):
        assert f'href="{reverse("private-honest")}"' in page(Client(), name)


def test_a_private_page_is_never_put_into_another_one():
    client = Client()
    client.force_login(a_person("alice").user)
    answer = client.get(reverse("private"), headers={"HX-Request": "true"})
    assert (answer["HX-Redirect"], answer.content) == ("/private/", b"")
