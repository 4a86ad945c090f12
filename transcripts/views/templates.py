"""DOCX templates of an account: see them, send one, take one back, delete."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.callers import Caller, caller_of
from transcripts import templates
from transcripts.downloads import file_name
from transcripts.exports import EXPORTS_BY_ID
from transcripts.failures import Refusal


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def own(request: HttpRequest) -> HttpResponse:
    """The list; a POST adds a file to it."""
    from transcripts.exports._template import PLACEHOLDERS, STYLES

    caller, refusal = caller_of(request), None
    if request.method == "POST":
        try:
            _keep(request, caller)
        except Refusal as refused:
            refusal = refused
        else:
            return redirect("templates")
    context = {
        "refusal": refusal,
        "templates": templates.templates_of(caller),
        "starting": templates.STARTING,
        "placeholders": ["{{" + name + "}}" for name in PLACEHOLDERS],
        "styles": list(STYLES),
        "max_bytes": templates.MAX_BYTES,
        "most": templates.MOST_EACH,
    }
    status = refusal.text.status if refusal else 200
    return render(request, "transcripts/templates.html", context, status=status)


def _keep(request: HttpRequest, caller: Caller) -> None:
    file = request.FILES.get("file")
    if file is None:
        raise Refusal("validation_failed", _("Choose a file."))
    templates.keep(caller, file.name or "", file.read())


@login_required
@never_cache
@require_safe
def template_file(request: HttpRequest, template_id: str) -> HttpResponse:
    caller = caller_of(request)
    body = templates.bytes_of(caller, template_id)
    is_ours = template_id == templates.STARTING
    name = "template" if is_ours else templates.template_for(caller, template_id).name
    disposition = content_disposition_header(as_attachment=True, filename=file_name(name, "docx"))
    headers = {"Content-Disposition": disposition, "X-Content-Type-Options": "nosniff"}
    return HttpResponse(body, content_type=EXPORTS_BY_ID["docx"].content_type, headers=headers)


@login_required
@require_POST
def delete(request: HttpRequest, template_id: str) -> HttpResponse:
    templates.delete(templates.template_for(caller_of(request), template_id))
    return redirect("templates")
