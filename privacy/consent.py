"""What somebody chose: a row for each choice, never changed. The newest holds; none: the default.

A consent is to the words that were shown. When they change, it stays in force for what they
said, and the page says that they have changed since; only a new choice is to the new words. So a
row of ``privacy/switches.py`` may be said more clearly, but what takes more becomes a new row.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.callers import Caller
from accounts.models import User
from billing.plans import plan_of
from privacy import journal
from privacy.models import Consent, Deletion
from privacy.switches import OFF, ON, SWITCHES, SWITCHES_BY_ID, Choice, Switch, wording_of

Person = User | AnonymousUser | None
Leaving = Callable[[User], str]
SHOWN_AT_MOST = 100


class Interface(models.TextChoices):
    """Where a choice was made."""

    PAGE = "page", _("On this page")
    API = "api", _("With the API")
    ADMIN = "admin", _("By an administrator")
    RESTORE = "restore", _("Again, after a restore from a backup")


class NotOffered(ValueError):  # noqa: N818
    """No such switch, no such choice, or one that cannot be chosen yet: the message says why."""


@dataclass(frozen=True)
class Standing:
    """How a switch stands for somebody. ``consent`` is None where nobody ever chose."""

    switch: Switch
    consent: Consent | None
    user: User | None = None

    @property
    def value(self) -> str:
        return self.consent.value if self.consent else self.switch.default

    @property
    def is_on(self) -> bool:
        return self.value == ON

    @property
    def label(self) -> str:
        return self.switch.label_of(self.value)

    @property
    def is_chosen(self) -> bool:
        return self.value != self.switch.default

    @property
    def choices(self) -> list[tuple[Choice, str]]:
        """Each with the reason for which this person cannot have it; "" where they can."""
        return [(choice, _why_not(choice, self.user)) for choice in self.switch.choices]

    @property
    def words_have_changed(self) -> bool:
        """Since somebody chose something else than the default."""
        if self.consent is None or not self.is_chosen:
            return False
        language = self.consent.wording.rpartition("-")[0]
        return self.consent.wording != wording_of(self.switch, language)


@dataclass(frozen=True)
class Withdrawn:
    """A consent that stands although it was withdrawn: it came back with a backup.

    ``pk`` is the id of the withdrawal in the journal of deletions.
    """

    pk: str
    user: User
    switch_id: str


_leavings: dict[str, list[Leaving]] = {}


def on_leave(switch_id: str, delete: Leaving) -> None:
    """Called from an app's ``ready()``: ``delete`` what this user gave under the switch.

    It runs at once when the switch is turned off, and again each time that this is asked for, so
    that what failed once can be repeated. It answers a sentence on what went, "" for nothing.
    """
    _leavings.setdefault(SWITCHES_BY_ID[switch_id].id, []).append(delete)


def is_on(user: Person, switch_id: str) -> bool:
    return value_of(user, switch_id) == ON


def value_of(user: Person, switch_id: str) -> str:
    return standing_of(user, switch_id).value


def standing_of(user: Person, switch_id: str) -> Standing:
    switch = SWITCHES_BY_ID[switch_id]
    if not isinstance(user, User):
        return Standing(switch, None)
    newest = Consent.objects.filter(owner=user, switch=switch_id).order_by("-id").first()
    return Standing(switch, newest, user)


def standings_of(user: Person) -> list[Standing]:
    """All switches, in the table's order."""
    return [standing_of(user, switch.id) for switch in SWITCHES]


def history_of(user: User) -> list[tuple[Standing, str]]:
    """The newest choices, newest first, each with where it was made."""
    rows = Consent.objects.filter(owner=user, switch__in=SWITCHES_BY_ID).order_by("-id")
    return [
        (Standing(SWITCHES_BY_ID[row.switch], row), str(Interface(row.interface).label))
        for row in rows[:SHOWN_AT_MOST]
    ]


def choose(user: User, switch_id: str, value: str, interface: Interface) -> list[str]:
    """Record the choice; turning a switch off deletes at once what was given under it.

    Returns the sentences that say what was deleted. Raises NotOffered.
    """
    switch = _offered(user, switch_id, value)
    before = standing_of(user, switch_id)
    if before.value != value and switch_id in _leavings and value == OFF:
        # Before the row: should that one fail, the journal withdraws the consent again.
        at = timezone.now()
        entry = f"{user.pk}.{switch_id}.{at.timestamp():.0f}"
        Deletion.objects.get_or_create(
            kind=Deletion.Kind.CONSENT, object_id=entry, defaults={"at": at}
        )
    if before.value != value or before.words_have_changed:
        # Recorded first, and for itself: from here on nothing more is taken, even if what
        # follows should fail.
        Consent.objects.create(
            owner=user,
            switch=switch_id,
            value=value,
            wording=wording_of(switch),
            interface=interface,
        )
    if value != OFF:
        return []
    return [said for delete in _leavings.get(switch_id, []) if (said := delete(user))]


def declare_withdrawals() -> None:
    journal.declare(Deletion.Kind.CONSENT, _back_again, _withdraw_again)


def _back_again(entries: list[Deletion]) -> list[Withdrawn]:
    """Consents that are older than their withdrawal, of accounts that are older still."""
    users = User.objects.in_bulk({entry.object_id.partition(".")[0] for entry in entries})
    back = []
    for entry in entries:
        user_id, switch_id, _at = entry.object_id.split(".")
        user = users.get(int(user_id))
        if user is None or user.date_joined > entry.at or switch_id not in SWITCHES_BY_ID:
            continue
        consent = standing_of(user, switch_id).consent
        if consent and consent.value != OFF and consent.at <= entry.at:
            back.append(Withdrawn(entry.object_id, user, switch_id))
    return back


def _withdraw_again(back: Withdrawn) -> None:
    choose(back.user, back.switch_id, OFF, Interface.RESTORE)


def _why_not(choice: Choice, user: User | None) -> str:
    if choice.needs and not getattr(plan_of(Caller(user)), choice.needs):
        return gettext("Your plan does not have it.")
    return ""


def _offered(user: User, switch_id: str, value: str) -> Switch:
    switch = SWITCHES_BY_ID.get(switch_id)
    if switch is None:
        raise NotOffered
    choice = next((row for row in switch.choices if row.value == value), None)
    if choice is None:
        raise NotOffered
    if reason := _why_not(choice, user):
        raise NotOffered(reason)
    return switch
