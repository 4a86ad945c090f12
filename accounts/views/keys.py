from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.forms import ApiKeyForm
from accounts.models import User


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
@reauthentication_required(allow_get=True)  # type: ignore[untyped-decorator]
def api_keys(request: HttpRequest) -> HttpResponse:
    """The list; POST makes a key, and its answer is the only place that shows the secret."""
    user: User = request.user  # type: ignore[assignment]
    secret = ""
    form = ApiKeyForm(user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        _key, secret = form.save()
        form = ApiKeyForm(user)
    context = {"keys": user.api_keys.all(), "form": form, "secret": secret}
    return render(request, "accounts/keys.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def revocation(request: HttpRequest, key_id: int) -> HttpResponse:
    user: User = request.user  # type: ignore[assignment]
    get_object_or_404(user.api_keys, pk=key_id).delete()
    messages.success(request, _("The key is revoked. It opens nothing from now on."))
    return redirect("api-keys")
