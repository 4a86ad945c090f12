"""The words of a language, to be looked up in the browser."""

import gzip

from django.http import Http404, HttpRequest, HttpResponse
from django.middleware.gzip import re_accepts_gzip
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from transcripts.vocabulary import EDITION, LANGUAGES, packed_words

_A_YEAR_SECONDS = 365 * 24 * 3600


@require_safe
def words(request: HttpRequest, edition: str, language: str) -> HttpResponse:
    """The same for everybody. The address changes with the list, so that it may be kept."""
    if edition != EDITION or language not in LANGUAGES:
        raise Http404
    packed = packed_words(language)
    is_packed = bool(re_accepts_gzip.search(request.headers.get("Accept-Encoding", "")))
    body = packed if is_packed else gzip.decompress(packed)
    answer = HttpResponse(body, content_type="text/plain; charset=utf-8")
    if is_packed:
        answer["Content-Encoding"] = "gzip"
    answer["Cache-Control"] = f"public, max-age={_A_YEAR_SECONDS}, immutable"
    patch_vary_headers(answer, ["Accept-Encoding"])
    return answer
