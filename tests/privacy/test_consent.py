"""Choices: off until chosen, recorded with the very words shown, the newest in force."""

from dataclasses import replace

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils.translation import override

from accounts.models import User
from privacy import consent, journal
from privacy.consent import Interface, NotOffered, choose, is_on, standing_of, value_of
from privacy.models import Consent
from privacy.switches import OFF, ON, SWITCHES, SWITCHES_BY_ID, wording_of

pytestmark = pytest.mark.django_db

OPT_INS = [switch.id for switch in SWITCHES if switch.is_on_or_off]


@pytest.fixture
def alice():
    return User.objects.create_user("alice@example.org")


@pytest.fixture
def nothing_declared(monkeypatch):
    monkeypatch.setattr(consent, "_leavings", {})


def test_P11_opt_ins_are_off_by_default(alice):
    assert OPT_INS == ["text_corrections", "voice_lab", "receipts_by_mail", "keep_nothing"]
    for person in (alice, AnonymousUser(), None):
        assert [switch for switch in OPT_INS if is_on(person, switch)] == []
        assert value_of(person, "default_privacy") == "standard"


def test_a_choice_is_recorded_with_its_time_words_and_interface(alice):
    choose(alice, "voice_lab", "on", Interface.API)
    row = Consent.objects.get()
    said = (row.owner, row.switch, row.value, row.interface, row.wording)
    assert said == (alice, "voice_lab", "on", "api", wording_of(SWITCHES_BY_ID["voice_lab"]))
    assert row.at is not None
    assert is_on(alice, "voice_lab")
    assert not is_on(alice, "text_corrections")
    assert not is_on(User.objects.create_user("bob@example.org"), "voice_lab")


@pytest.mark.usefixtures("nothing_declared")
def test_the_newest_row_holds_and_none_is_changed(alice):
    for value in ("on", "off", "on", "on", "off"):
        choose(alice, "keep_nothing", value, Interface.PAGE)
    assert not is_on(alice, "keep_nothing")
    rows = Consent.objects.order_by("id").values_list("value", flat=True)
    assert list(rows) == ["on", "off", "on", "off"]  # what changes nothing adds nothing


@pytest.mark.usefixtures("nothing_declared")
def test_P11_leaving_deletes_at_once_and_says_what(alice):
    given, told = {"clips"}, []

    def delete(user):
        told.append((user, is_on(user, "voice_lab")))
        given.clear()
        return "1 clip is deleted."

    consent.on_leave("voice_lab", delete)
    assert choose(alice, "voice_lab", "on", Interface.PAGE) == []
    assert given == {"clips"}
    assert choose(alice, "text_corrections", "off", Interface.PAGE) == []
    assert choose(alice, "voice_lab", "off", Interface.PAGE) == ["1 clip is deleted."]
    assert given == set()
    assert told == [(alice, False)]  # nothing more is taken while it deletes


@pytest.mark.usefixtures("nothing_declared")
def test_P11_what_failed_to_delete_is_off_all_the_same_and_can_be_repeated(alice):
    def fail(_user):
        raise OSError

    consent.on_leave("voice_lab", fail)
    choose(alice, "voice_lab", "on", Interface.PAGE)
    with pytest.raises(OSError):  # noqa: PT011 - ours, two lines above
        choose(alice, "voice_lab", "off", Interface.PAGE)
    assert not is_on(alice, "voice_lab")
    with pytest.raises(OSError):  # noqa: PT011
        choose(alice, "voice_lab", "off", Interface.PAGE)


def test_P08_a_withdrawn_consent_that_comes_back_goes_again_and_a_newer_one_stays(alice):
    choose(alice, "voice_lab", ON, Interface.PAGE)
    choose(alice, "voice_lab", OFF, Interface.PAGE)
    assert journal.replay()["consent"] == 0
    Consent.objects.filter(value=OFF).delete()  # as a backup of the time between brings it back
    assert is_on(alice, "voice_lab")
    assert journal.replay()["consent"] == 1
    standing = standing_of(alice, "voice_lab")
    assert (standing.value, standing.consent.interface) == (OFF, Interface.RESTORE)
    choose(alice, "voice_lab", ON, Interface.PAGE)
    assert journal.replay()["consent"] == 0
    assert is_on(alice, "voice_lab")


@pytest.mark.parametrize(
    ("switch", "value"),
    [("voice_lab", "perhaps"), ("voice_lab", ""), ("is_staff", "on"), ("default_privacy", "on")],
)
def test_what_is_not_offered_cannot_be_chosen(alice, switch, value):
    with pytest.raises(NotOffered):
        choose(alice, switch, value, Interface.PAGE)
    assert not Consent.objects.exists()


def test_private_is_chosen_where_the_plan_has_it_and_else_refused_in_words(alice, settings):
    settings.EDITION, settings.HOSTED = "hosted", True
    with pytest.raises(NotOffered, match=r"^Your plan does not have it\.$"):
        choose(alice, "default_privacy", "private", Interface.PAGE)
    assert value_of(alice, "default_privacy") == "standard"
    settings.PRIVATE_TRANSCRIPTS = True
    choose(alice, "default_privacy", "private", Interface.PAGE)
    assert value_of(alice, "default_privacy") == "private"
    choose(alice, "default_privacy", "standard", Interface.PAGE)
    assert value_of(alice, "default_privacy") == "standard"


def test_changed_words_are_another_version():
    switch = SWITCHES_BY_ID["voice_lab"]
    versions = [
        wording_of(switch),
        wording_of(replace(switch, means=f"{switch.means}.")),
        wording_of(replace(switch, label="Lab")),
        wording_of(replace(switch, choices=tuple(reversed(switch.choices)))),
        wording_of(switch, "de"),
    ]
    assert len(set(versions)) == len(versions)
    assert wording_of(replace(switch)) == versions[0]


def test_a_consent_to_former_words_stays_in_force_and_says_so(alice, monkeypatch):
    choose(alice, "voice_lab", "on", Interface.PAGE)
    assert not standing_of(alice, "voice_lab").words_have_changed
    with override("de"):
        assert not standing_of(alice, "voice_lab").words_have_changed
    new = replace(SWITCHES_BY_ID["voice_lab"], means="All of it.")
    monkeypatch.setitem(SWITCHES_BY_ID, "voice_lab", new)
    standing = standing_of(alice, "voice_lab")
    assert (standing.is_on, standing.words_have_changed) == (True, True)
    choose(alice, "voice_lab", "on", Interface.PAGE)
    assert not standing_of(alice, "voice_lab").words_have_changed
    assert Consent.objects.count() == 2


def test_what_a_switch_means_is_two_to_four_sentences_with_numbers_filled_in():
    for switch in SWITCHES:
        assert "{" not in str(switch.means)
        assert 2 <= str(switch.means).count(". ") + 1 <= 4, switch.id
    assert "at most 60 minutes" in str(SWITCHES_BY_ID["keep_nothing"].means)
    assert "at most 90 days" in str(SWITCHES_BY_ID["voice_lab"].means)
