"""P10: an account that is deleted is gone at once, everywhere, and leaves a number and a time."""

import asyncio
import re
import socket
from datetime import timedelta
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from allauth.usersessions.models import UserSession
from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator
from django.apps import apps
from django.conf import settings as django_settings
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils import timezone

from accounts import holdings
from accounts.callers import BadApiKey, Caller, caller_from_key
from accounts.models import ApiKey, User
from config.asgi import application
from privacy import erasure, journal
from privacy.consent import Interface, choose
from privacy.erasure import Erased
from privacy.models import ContentKey, Contribution, Deletion, HeldRecording, Receipt
from privacy.sweeper import sweep_once
from privacy.voicelab import archive
from tests.accounts.conftest import PASSWORD, Person, person
from tests.accounts.test_second_factor import SECRET
from tests.privacy.giving import PCM, pieces
from tests.transcripts.recorded import a_result, submitted
from tests.transcripts.things import Api, an_upload
from transcripts import batches, editing, jobs, sharing, templates
from transcripts.idempotency import answer_once
from transcripts.index.writing import overwrite_stale
from transcripts.models import Job, Transcript
from transcripts.vault import vault

pytestmark = pytest.mark.django_db(transaction=True)
CANARY = "xylophonist"


def live_a_life(somebody: Person, staff: User) -> Job:
    """A row of every kind that can be somebody's. Returns a job that runs."""
    user, caller = somebody.user, Caller(somebody.user)
    name = user.email.partition("@")[0]
    job = submitted(caller=caller)
    jobs.finish(jobs.claim("w"), a_result())
    editing.rename_speaker(Transcript.objects.get(job=job), "s1", name, user)
    templates.keep(caller, f"{name}.docx", templates.bytes_of(caller, templates.STARTING))
    an_upload(caller, file_name=f"{name}.wav")
    batches.begin(caller, 1, wants_mail=True)
    sharing.make(caller, Transcript.objects.get(job=job), sharing.Wanted())
    answer_once(caller, "once", {}, lambda: {"id": job.pk, "file_name": name})
    ApiKey.issue(user, name)
    TOTP.activate(user, SECRET)
    RecoveryCodes.activate(user)
    choose(user, "voice_lab", "on", Interface.PAGE)
    held = archive.begin(user, job.pk)
    archive.fill(held, pieces(PCM))
    archive.settle(job.pk, Transcript.objects.get(job=job).pk)
    Contribution.objects.create(
        owner=user,
        job_id=job.pk,
        transcript_id=Transcript.objects.get(job=job).pk,
        segment_id="s",
        kind="text",
        language="en",
        model="m",
        start_seconds=0,
        end_seconds=1,
        sealed=b"x",
        day=held.day,
    )
    for actor in (staff, user):
        LogEntry.objects.create(
            user=actor,
            content_type=ContentType.objects.get_for_model(User),
            object_id=str(user.pk),
            object_repr=user.email,
            action_flag=CHANGE,
        )
    running = submitted(caller=caller)
    assert jobs.claim("w").job_id == running.pk
    return Job.objects.get(pk=running.pk)


def rows() -> dict[str, set]:
    """Every row of every table, by its key."""
    return {
        model._meta.label: set(model._default_manager.values_list("pk", flat=True))
        for model in apps.get_models()
        if model not in {Session, Deletion}
    }


def objects_in_storage() -> set[Path]:
    return {file for file in Path(default_storage.location).rglob("*") if file.is_file()}


def texts() -> str:
    """All that stands in any column of any table."""
    values = [
        bytes(value).decode("latin-1") if isinstance(value, bytes | memoryview) else str(value)
        for model in apps.get_models()
        for row in model._default_manager.values_list()
        for value in row
    ]
    return "\n".join([*values, *(str(row.get_decoded()) for row in Session.objects.all())])


@pytest.fixture
def staff(db) -> User:
    return person("staff@example.org").user


@pytest.fixture
def alice(db) -> Person:
    return person(f"{CANARY}@example.org")


def test_P10_nothing_of_the_user_is_left_in_any_table(bob, staff):
    live_a_life(bob, staff)
    bob.log_in()
    overwrite_stale()
    before, stored = rows(), objects_in_storage()
    alice = person(f"{CANARY}@example.org")
    user_id = alice.user.pk
    alice.log_in()
    alice.prove()
    live_a_life(alice, staff)
    gone = {("account", str(user_id))}
    gone |= {("transcript", row.pk) for row in Transcript.objects.filter(owner=user_id)}
    gone |= {("given", row.pk) for row in HeldRecording.objects.filter(owner=user_id)}
    gone |= {("given", row.pk) for row in Contribution.objects.filter(owner=user_id)}
    without = [
        f"{model.__name__}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.fields
        if field.related_model is User
        and not model._default_manager.filter(**{field.name: user_id}).exists()
    ]
    assert without == [], "give alice a row of these too"
    assert CANARY in texts()
    assert len(objects_in_storage()) > len(stored)
    alice.post("account-delete", understood="on")
    overwrite_stale()  # PostgreSQL's dead rows wait for the sweeper, a minute at most
    after = rows()
    kept = LogEntry.objects.get(object_id=str(user_id))
    assert (kept.user, kept.object_repr) == (staff, holdings.ERASED)
    after["admin.LogEntry"] -= {kept.pk}
    assert after == before
    assert CANARY not in texts()
    assert set(Deletion.objects.values_list("kind", "object_id")) == gone
    assert objects_in_storage() == stored


def test_P10_log_in_sessions_keys_and_links_are_dead_at_once(alice, staff):
    live_a_life(alice, staff)
    Authenticator.objects.all().delete()
    _key, secret = ApiKey.issue(alice.user, "laptop")
    elsewhere = Person(alice.email)
    for browser in (alice, elsewhere):
        browser.log_in()
    transcript_id = Transcript.objects.get().pk
    pages = [
        reverse("transcript", args=[transcript_id]),
        reverse("transcript-export", args=[transcript_id, "txt"]),
        f"/v1/transcripts/{transcript_id}",
        f"/v1/jobs/{Job.objects.order_by('created_at').first().pk}",
    ]
    assert {elsewhere.client.get(page).status_code for page in pages} == {200}
    alice.prove()
    alice.post("account-delete", understood="on")
    assert [elsewhere.client.get(page).status_code for page in pages] == [404] * 4
    assert not elsewhere.is_logged_in
    with pytest.raises(BadApiKey):
        caller_from_key(secret)
    assert Api(secret)("GET", "/v1/me").status_code == 401
    assert not Person(alice.email).log_in().wsgi_request.user.is_authenticated
    Person(alice.email).post("account_reset_password", email=alice.email)
    assert [message for message in mail.outbox if "/password/reset/key" in message.body] == []


async def test_P10_an_open_socket_is_closed_within_a_second(alice, staff):
    running = await sync_to_async(live_a_life)(alice, staff)
    await sync_to_async(_log_in_plainly)(alice)
    cookie = alice.client.cookies[django_settings.SESSION_COOKIE_NAME].value
    headers = [
        (b"host", b"127.0.0.1"),
        (b"origin", b"http://127.0.0.1"),
        (b"cookie", f"{django_settings.SESSION_COOKIE_NAME}={cookie}".encode()),
    ]
    connection = WebsocketCommunicator(application, f"/ws/jobs/{running.pk}/", headers)
    assert (await connection.connect())[0]
    await connection.receive_from()
    user = await sync_to_async(lambda: alice.user)()
    await sync_to_async(holdings.erase)(user)
    async with asyncio.timeout(1):
        while (message := await connection.receive_output())["type"] != "websocket.close":
            pass
    assert message["code"] == 4401
    await connection.wait()
    assert not await sync_to_async(vault().holds)(running.audio_id)


def _log_in_plainly(somebody: Person) -> None:
    Authenticator.objects.filter(user=somebody.user).delete()
    somebody.log_in()


def test_P10_a_mail_says_so_and_nothing_else(alice, staff):
    live_a_life(alice, staff)
    _log_in_plainly(alice)
    alice.prove()
    mail.outbox.clear()
    alice.post("account-delete", understood="on")
    [sent] = mail.outbox
    assert (sent.to, sent.subject) == ([alice.email], "Your Sotto account is deleted")
    assert CANARY not in sent.body
    assert re.findall(r"talk|Good morning|http\S+", sent.body) == [django_settings.PUBLIC_URL]


def test_mail_that_is_down_stops_nothing(alice, settings):
    alice.log_in()
    alice.prove()
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", nobody.getsockname()[1]
        answer = alice.post("account-delete", understood="on")
    assert answer.headers["Location"] == reverse("home")
    assert not User.objects.exists()


@pytest.mark.parametrize(("age_seconds", "goes"), [(290, True), (310, False)])
def test_the_proof_is_worth_five_minutes(alice, age_seconds, goes):
    alice.log_in()
    alice.prove()
    session = alice.client.session
    for proof in session["account_authentication_methods"]:
        proof["at"] -= age_seconds
    session.save()
    alice.post("account-delete", understood="on")
    assert User.objects.exists() is not goes


def test_what_a_crash_left_is_finished_by_the_sweeper(alice, staff, monkeypatch):
    live_a_life(alice, staff)

    def crash(user):
        raise RuntimeError("the process dies")

    user = alice.user
    crashing = {"crash": Erased("crash", lambda ids: None, crash)}
    with monkeypatch.context() as patched:
        patched.setattr(erasure, "_erased", crashing)
        with pytest.raises(RuntimeError):
            holdings.erase(user)
    assert User.objects.get(pk=user.pk).is_active is False
    assert not UserSession.objects.exists()
    assert sweep_once()["deletions"] == 1
    assert not User.objects.filter(pk=user.pk).exists()
    assert not ContentKey.objects.exists()
    assert not Receipt.objects.exists()


def test_an_account_that_got_the_number_of_a_deleted_one_stays(alice):
    """After a restore, numbers are given anew."""
    Deletion.objects.create(
        kind="account", object_id=str(alice.user.pk), at=timezone.now() - timedelta(days=1)
    )
    assert sum(journal.replay().values()) == 0
    assert alice.user.check_password(PASSWORD)


def test_other_apps_say_what_goes_along(alice, monkeypatch):
    gone = []
    hook = Erased("objects", gone.extend, lambda user: gone.append(user.email))
    monkeypatch.setattr(erasure, "_erased", {"objects": hook})
    caller = Caller(alice.user)
    submitted(caller=caller)
    jobs.finish(jobs.claim("w"), a_result())
    transcript_id = Transcript.objects.get().pk
    holdings.erase(alice.user)
    assert gone == [transcript_id, alice.email]
