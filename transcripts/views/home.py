"""The landing page: the drop zone, and the catalogue as options."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_POST, require_safe

from accounts.callers import Caller, caller_of, remember_guest
from billing.plans import Plan, plan_of
from gpu.contract import MAX_SPEAKERS, MODELS, Model
from privacy.consent import value_of
from privacy.keyring import keyring_of, uid_of
from transcripts import fleet
from transcripts.admission import keeps_by_default
from transcripts.languages import language_name


@dataclass(frozen=True)
class Choice:
    """A row of the catalogue as the page shows it. ``missing`` is "" for an installed model."""

    model: Model
    missing: str
    chosen: bool

    @property
    def languages(self) -> str:
        return " ".join(self.model.languages)


@dataclass(frozen=True)
class Privacy:
    """Who is to be able to open what comes of a recording.

    ``why_not`` says by a name why it cannot be private: "guest", "plan" or "ring"; "" where only
    the browser knows. ``uid`` is "" for who has no account.
    """

    default: str
    why_not: str
    uid: str


def privacy_of(caller: Caller) -> Privacy:
    if caller.user is None:
        return Privacy("standard", "guest", "")
    why_not = "" if keyring_of(caller.user) else "ring"
    if not plan_of(caller).private_transcripts:
        why_not = "plan"
    return Privacy(value_of(caller.user, "default_privacy"), why_not, uid_of(caller.user))


def catalogue() -> list[Choice]:
    return [
        Choice(
            model,
            fleet.why_unavailable(model),
            chosen=model.id == settings.DEFAULT_MODEL,
        )
        for model in MODELS
    ]


def languages_of(choices: list[Choice]) -> list[tuple[str, str]]:
    """Code and name of those that any installed model knows."""
    known = {code for choice in choices if not choice.missing for code in choice.model.languages}
    return sorted(((code, language_name(code)) for code in known), key=lambda row: row[1])


@ensure_csrf_cookie
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    caller = caller_of(request)
    plan: Plan = plan_of(caller)
    choices = catalogue()
    context = {
        "choices": choices,
        "languages": languages_of(choices),
        "speaker_numbers": range(1, MAX_SPEAKERS + 1),
        "plan": plan,
        "keeps_nothing": not keeps_by_default(caller),
        "privacy": privacy_of(caller),
    }
    return render(request, "home.html", context)


@require_POST
def guest_session(request: HttpRequest) -> HttpResponse:
    """Called before a guest's first upload: from here on this browser is known by a secret."""
    if not request.user.is_authenticated:
        remember_guest(request.session)
    return HttpResponse(status=204)
