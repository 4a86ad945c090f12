"""The page of privacy settings: made of the table, one small form for each switch."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from privacy import consent
from privacy.consent import Interface, NotOffered, Standing


@never_cache
@require_safe
def privacy_settings(request: HttpRequest) -> HttpResponse:
    return render(request, "privacy/settings.html", _context(request))


@login_required
@require_POST
def choice(request: HttpRequest, switch_id: str) -> HttpResponse:
    user: User = request.user  # type: ignore[assignment]
    value = request.POST.get("value", "")
    try:
        deleted = consent.choose(user, switch_id, value, Interface.PAGE)
    except NotOffered as refusal:
        text = str(refusal) or _("This cannot be chosen.")
        return HttpResponseBadRequest(text, content_type="text/plain; charset=utf-8")
    messages.success(request, " ".join([_sentence(consent.standing_of(user, switch_id)), *deleted]))
    if request.htmx:  # type: ignore[attr-defined]  # set by django_htmx's middleware
        return render(request, "privacy/settings.html#settings", _context(request))
    return redirect("privacy-settings")


def _sentence(standing: Standing) -> str:
    words = {"switch": standing.switch.label, "value": standing.label}
    return _("“%(switch)s” now stands at: %(value)s.") % words


def _context(request: HttpRequest) -> dict[str, object]:
    user = request.user
    history = consent.history_of(user) if isinstance(user, User) else []
    return {"standings": consent.standings_of(user), "history": history}
