"""Whether mail can leave this house, and the one that is sent when an account has left it."""

import logging
import smtplib

from django.conf import settings
from django.core.mail import get_connection, send_mail
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

logger = logging.getLogger(__name__)

# What goes wrong when a mail server is down, refuses us or speaks no TLS.
MAIL_ERRORS = (smtplib.SMTPException, OSError)


def mail_state() -> tuple[bool, str]:
    """(works, a sentence with the mend). Asks the server, for ten seconds at most."""
    if settings.MAIL.host == "":
        if settings.HOSTED:
            return False, _("Mail is only printed. Set MAIL_URL=smtp://user:password@host:587.")
        return True, _("Mail is printed by this process. Set MAIL_URL to have it sent.")
    server = f"{settings.MAIL.host}:{settings.MAIL.port}"
    try:
        with get_connection():
            return True, _("Mail goes through %(server)s.") % {"server": server}
    except MAIL_ERRORS as error:
        return False, _("%(server)s does not take mail (%(error)s). Check MAIL_URL.") % {
            "server": server,
            "error": type(error).__name__,
        }


def confirm_erasure(email: str) -> None:
    """Tell the address that its account is gone, and nothing else. Mail that is down stops nothing."""
    text = render_to_string("accounts/erased.txt", {"public_url": settings.PUBLIC_URL})
    try:
        send_mail(_("Your Sotto account is deleted"), text, None, [email])
    except MAIL_ERRORS:
        logger.exception("a mail was not sent", extra={"mail": "account_erased"})
