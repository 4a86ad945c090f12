"""What staff can and can't do."""

import pytest
from django.urls import reverse

from accounts.models import User
from tests.accounts.test_guests import make_work
from transcripts.models import Job, Transcript

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(alice):
    User.objects.filter(email=alice.email).update(is_staff=True, is_superuser=True)
    alice.log_in()
    return alice


def test_documents_and_keys_of_guests_are_nowhere(staff, bob):
    make_work(owner=bob.user)
    job = Job.objects.get()
    job.make_key()
    job.file_name = "interview-with-a-source.mp3"
    job.save()
    text = ""
    for page in ("index", "transcripts_job_changelist", "billing_ledgerentry_changelist"):
        text += staff.get(f"admin:{page}").content.decode()
    text += staff.get("admin:transcripts_job_change", Job.objects.get().pk).content.decode()
    assert Job.objects.get().pk in text
    assert "interview-with-a-source" not in text
    assert Transcript.objects.get().title not in text
    assert "transcripts/transcript" not in text


def test_staff_can_shut_an_account_but_not_take_it_over(staff, bob):
    page = staff.get("admin:accounts_user_change", bob.user.pk)
    fields = set(page.context["adminform"].form.fields)
    assert fields == {"is_active", "is_staff"}
    assert staff.client.get(f"/admin/accounts/user/{bob.user.pk}/password/").status_code in {
        302,
        404,
    }


def test_staff_can_make_an_account_whose_owner_sets_the_password(staff):
    staff.post("admin:accounts_user_add", email="New@Example.org")
    assert not User.objects.get(email="new@example.org").has_usable_password()


def test_deleting_an_account_from_there_is_the_same_deletion(staff, bob):
    make_work(owner=bob.user)
    Job.objects.update(audio_id="held")
    from transcripts.vault import vault

    vault().reserve("held", 4)
    vault().append("held", b"k" * 32, b"RIFF", 0)
    user = bob.user
    asked = staff.get("admin:accounts_user_delete", user.pk).content.decode()
    assert Transcript.objects.get().title not in asked
    staff.client.post(reverse("admin:accounts_user_delete", args=[user.pk]), {"post": "yes"})
    assert not User.objects.filter(pk=user.pk).exists()
    assert not vault().holds("held")


def test_nobody_makes_a_key_for_another(staff):
    assert staff.get("admin:accounts_apikey_add").status_code == 403
