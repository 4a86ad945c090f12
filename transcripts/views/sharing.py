"""The owner's side of share links: the list, a new one, the end of one."""

from __future__ import annotations

from datetime import timedelta

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.callers import Caller, caller_of
from billing.plans import plan_of
from transcripts import sharing as links
from transcripts.access import transcript_for
from transcripts.failures import Refusal
from transcripts.models import Transcript
from transcripts.share_passwords import MAX_CHARS, MIN_CHARS
from transcripts.sharing import DEFAULT_LIFETIME, LONGEST_LIFETIME, Wanted

PERMANENT = "permanent"
LIFETIMES_DAYS = (1, 7, DEFAULT_LIFETIME.days, 90, LONGEST_LIFETIME.days)


class ShareForm(forms.Form):
    """What the plan does not include is not asked for."""

    lifetime = forms.ChoiceField(label=_("It ends"), initial=str(DEFAULT_LIFETIME.days))
    password = forms.CharField(
        label=_("Password, if it should ask for one"),
        required=False,
        strip=False,
        min_length=MIN_CHARS,
        max_length=MAX_CHARS,
        help_text=_("Send it another way than the link. Nobody can look it up later."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    downloads = forms.BooleanField(label=_("It may be downloaded as a file"), required=False)

    def __init__(self, caller: Caller, data: QueryDict | None = None) -> None:
        super().__init__(data, auto_id="share-%s")
        choices = [(str(days), _in_days(days)) for days in LIFETIMES_DAYS]
        if plan_of(caller).password_and_permanent_links:
            choices.append((PERMANENT, str(_("only when I withdraw it"))))
        else:
            del self.fields["password"]
        self.fields["lifetime"].choices = choices  # type: ignore[attr-defined]

    @property
    def wanted(self) -> Wanted:
        given = self.cleaned_data
        is_permanent = given["lifetime"] == PERMANENT
        return Wanted(
            expires_at=None
            if is_permanent
            else timezone.now() + timedelta(days=int(given["lifetime"])),
            is_permanent=is_permanent,
            password=given.get("password", ""),
            allows_downloads=given["downloads"],
        )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sharing(request: HttpRequest, transcript_id: str) -> HttpResponse:
    """The list; POST makes a link, and its answer is the only place that shows it whole."""
    caller = caller_of(request)
    found = transcript_for(caller, transcript_id, write=request.method == "POST")
    form = ShareForm(caller, request.POST if request.method == "POST" else None)
    address = ""
    if request.method == "POST" and form.is_valid():
        try:
            _share, token = links.make(caller, found, form.wanted)
            address, form = links.address_of_link(token), ShareForm(caller)
        except Refusal as refusal:
            if refusal.code != "validation_failed":
                raise
            form.add_error(None, [str(problem) for problem in refusal.errors.values()])
    return _page(request, caller, found, form, address)


@require_POST
def revoke(request: HttpRequest, transcript_id: str, share_id: str) -> HttpResponse:
    caller = caller_of(request)
    found = transcript_for(caller, transcript_id, write=True)
    links.revoke(found, share_id)
    if request.htmx:  # type: ignore[attr-defined]  # set by django_htmx's middleware
        return _page(request, caller, found, ShareForm(caller))
    return redirect("sharing", found.pk)


def _page(
    request: HttpRequest, caller: Caller, found: Transcript, form: ShareForm, address: str = ""
) -> HttpResponse:
    context = {
        "transcript": found,
        "links": links.links_of(found),
        "form": form,
        "address": address,
        "plan": plan_of(caller),
    }
    part = request.htmx and request.htmx.target == "sharing"  # type: ignore[attr-defined]
    template = "shares/sharing.html#panel" if part else "shares/sharing.html"
    return render(request, template, context, status=422 if form.errors else 200)


def _in_days(days: int) -> str:
    return ngettext("after %(n)d day", "after %(n)d days", days) % {"n": days}
