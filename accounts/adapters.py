"""Where this house differs from allauth's ways."""

import logging
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from accounts import holdings, sealing
from accounts.browsers import known_browser, remember_browser
from accounts.callers import GUEST_SESSION_KEY
from accounts.mail import MAIL_ERRORS
from accounts.models import User

logger = logging.getLogger(__name__)
PRODUCT = "Sotto"


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth is untyped
    def login(self, request: HttpRequest, user: User) -> None:
        """Log in; what the guest in this browser has made becomes the user's."""
        guest_key = request.session.get(GUEST_SESSION_KEY, "")
        super().login(request, user)
        request.session.pop(GUEST_SESSION_KEY, None)
        request.session.begin_anew()  # type: ignore[attr-defined]  # accounts.sessions
        holdings.adopt(guest_key, user)
        logger.info("logged in")

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, **kwargs)
        remember_browser(response, user.email)
        return response

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            logger.warning("log-in refused: too many tries")
            raise

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:  # noqa: ARG002
        logger.info("log-in refused: wrong password")

    def is_safe_url(self, url: str) -> bool:
        """Own host only: other names that this server answers to are no place to be sent to."""
        request = context.request
        return url_has_allowed_host_and_scheme(
            url, allowed_hosts={request.get_host()}, require_https=request.is_secure()
        )

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """Refuse an address that has become another account's since the mail was sent."""
        others = User.objects.exclude(pk=email_address.user_id)
        if others.filter(email__iexact=email_address.email).exists():
            self.add_message(
                request,
                messages.ERROR,
                "account/messages/email_confirmation_failed.txt",
                {"email": email_address.email},
            )
            return False
        return bool(super().confirm_email(request, email_address))

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """A mail server that is down must not become an error page, nor tell accounts apart."""
        try:
            super().send_mail(template_prefix, email, context)
        except MAIL_ERRORS:
            logger.exception("a mail was not sent", extra={"mail": template_prefix})
            messages.error(self.request, _("We can't send mail at the moment. Try again later."))

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Count wrong passwords for a known browser apart, so that no one locks its owner out."""
        email = credentials.get("email", "")
        key = super()._get_login_attempts_cache_key(request, **credentials)
        return f"{key}:{known_browser(request, email)}"


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    def encrypt(self, text: str) -> str:
        return sealing.seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return sealing.unseal(encrypted_text)

    def generate_authenticator_name(self, user: User, type: str) -> str:  # noqa: A002, ARG002
        return _("Passkey of this device")

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {**super().get_public_key_credential_rp_entity(), "name": PRODUCT}
