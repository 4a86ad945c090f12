from datetime import timedelta
from typing import Any

from allauth.account.forms import SignupForm as AllauthSignupForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import ApiKey, Scope, User

MAX_KEYS_PER_USER = 50
NEVER = "never"
LIFETIMES_DAYS = {"30": 30, "90": 90, "365": 365, NEVER: None}


class SignupForm(AllauthSignupForm):  # type: ignore[misc]  # allauth is untyped
    def try_save(self, request: HttpRequest) -> Any:
        """Hash for a known address too: else the time of the answer would tell it apart."""
        if self.account_already_exists:
            make_password(self.cleaned_data["password1"])
            return super().try_save(request)
        try:
            with transaction.atomic():
                return super().try_save(request)
        except IntegrityError:  # the same address a moment ago, as by a click too many
            self.full_clean()
            if self.errors:
                return None, render(request, "account/signup.html", {"form": self})
            return super().try_save(request)


class ApiKeyForm(forms.Form):
    name = forms.CharField(
        label=_("Name"),
        max_length=80,
        help_text=_("What will use it, so that you know it again."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    scope = forms.ChoiceField(
        label=_("It may"),
        initial=Scope.WRITE,
        choices=[
            (Scope.WRITE, _("Read and write: transcribe, rename, delete")),
            (Scope.READ, _("Read only: list and download transcripts")),
        ],
    )
    lifetime = forms.ChoiceField(
        label=_("It ends"),
        initial="90",
        choices=[
            ("30", _("after 30 days")),
            ("90", _("after 90 days")),
            ("365", _("after a year")),
            (NEVER, _("only when I revoke it")),
        ],
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        self.user = user
        super().__init__(*args, **kwargs)

    def clean(self) -> None:
        super().clean()
        if self.user.api_keys.count() >= MAX_KEYS_PER_USER:
            raise forms.ValidationError(_("You have too many keys. Revoke one first."))

    def save(self) -> tuple[ApiKey, str]:
        """Make the key. Returns it with its secret."""
        days = LIFETIMES_DAYS[self.cleaned_data["lifetime"]]
        return ApiKey.issue(
            self.user,
            self.cleaned_data["name"],
            can_write=self.cleaned_data["scope"] == Scope.WRITE,
            expires_at=timezone.now() + timedelta(days=days) if days else None,
        )


class AddPasskeyForm(AddWebAuthnForm):  # type: ignore[misc]
    """A passkey that can log in by itself, unless somebody wants a second factor only."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name")
        self.fields["name"].max_length = 80
        self.fields["passwordless"].initial = True
        self.fields["passwordless"].label = _("Log in with it alone, without a password")
        self.fields["passwordless"].help_text = _(
            "The device asks for your fingerprint, face or PIN."
        )
