from allauth.account.decorators import reauthentication_required
from allauth.account.internal.flows.logout import logout
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts import archive, holdings, takeout
from accounts.mail import confirm_erasure
from accounts.models import User


@login_required
@never_cache
@require_safe
def account(request: HttpRequest) -> HttpResponse:
    user: User = request.user  # type: ignore[assignment]
    kinds = list(Authenticator.objects.filter(user=user).values_list("type", flat=True))
    context = {
        "email_is_confirmed": EmailAddress.objects.filter(
            user=user, email=user.email, verified=True
        ).exists(),
        "has_totp": Authenticator.Type.TOTP in kinds,
        "passkey_count": kinds.count(Authenticator.Type.WEBAUTHN),
        "key_count": user.api_keys.valid().count(),
    }
    return render(request, "accounts/account.html", context)


@login_required
@never_cache
@require_safe
@reauthentication_required  # type: ignore[untyped-decorator]
def export(request: HttpRequest) -> HttpResponse:
    """What an export holds. Whoever has only the cookie gets no further than the proof."""
    return render(request, "accounts/export.html", {"parts": takeout.parts()})


@login_required
@never_cache
@require_safe
@reauthentication_required  # type: ignore[untyped-decorator]
def export_file(request: HttpRequest) -> HttpResponseBase:
    user: User = request.user  # type: ignore[assignment]
    return StreamingHttpResponse(
        archive.sent(takeout.zip_of(user)),
        content_type="application/zip",
        headers={
            "Content-Disposition": f'attachment; filename="{takeout.FILE_NAME}"',
            "X-Content-Type-Options": "nosniff",
        },
    )


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
@reauthentication_required(allow_get=True)  # type: ignore[untyped-decorator]
def deletion(request: HttpRequest) -> HttpResponse:
    """Say what goes; on POST let it go, and every session with it."""
    user: User = request.user  # type: ignore[assignment]
    if request.method == "POST" and "understood" in request.POST:
        email = user.email
        holdings.erase(user)
        logout(request, show_message=False)
        confirm_erasure(email)
        messages.success(request, _("Your account and everything in it are gone."))
        return redirect("home")
    goes = [(kind.label, kind.rows(owner=user).count()) for kind in holdings.holdings()]
    return render(request, "accounts/deletion.html", {"goes": goes})
