"""Subtitles and text that exist already become transcripts."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.callers import caller_of, remember_guest
from transcripts.failures import Refusal
from transcripts.importing import MAX_BYTES, import_text
from transcripts.imports import IMPORTS
from transcripts.languages import LANGUAGES, language_name


@never_cache
@require_http_methods(["GET", "POST"])
def import_file(request: HttpRequest) -> HttpResponse:
    """A guest gets a secret with the first file, as with the first recording."""
    refusal = None
    if request.method == "POST":
        try:
            return redirect("transcript", _imported(request))
        except Refusal as refused:
            refusal = refused
    context = {
        "refusal": refusal,
        "formats": IMPORTS,
        "accept": ",".join(f".{row.extension}" for row in IMPORTS),
        "languages": sorted(
            ((code, language_name(code)) for code in LANGUAGES), key=lambda row: row[1]
        ),
        "language": request.POST.get("language", ""),
        "max_bytes": MAX_BYTES,
    }
    status = refusal.text.status if refusal else 200
    return render(request, "transcripts/import.html", context, status=status)


def _imported(request: HttpRequest) -> str:
    """The new transcript's id. Raises Refusal."""
    file = request.FILES.get("file")
    if file is None:
        raise Refusal("validation_failed", _("Choose a file."))
    if not request.user.is_authenticated:
        remember_guest(request.session)
    language = request.POST.get("language", "")
    made = import_text(caller_of(request), file.name or "", file.read(), language)
    return str(made.pk)
