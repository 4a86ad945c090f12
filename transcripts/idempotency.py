"""``Idempotency-Key``: a POST that is sent again, or twice at once, has one effect and one answer.

What is kept for 24 hours is the job's or the upload's first description, never a transcript: a
repeated request for a transcript looks it up anew, so a deleted one stays deleted.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from typing import Any, cast

from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from accounts.callers import Caller
from accounts.ids import new_id
from privacy.content_keys import shred
from transcripts.failures import Refusal
from transcripts.models import IdempotencyKey

KEY_MAX_CHARS = 255
CREATED = 201
CHOSEN_WORDS: dict[str, object] = {"file_name": "", "vocabulary": []}

Answer = dict[str, Any]


def answer_once(
    caller: Caller,
    key: str,
    request: object,
    create: Callable[[], Answer],
    *,
    address: str = "",
) -> Answer:
    """Run ``create`` unless this caller's ``key`` was answered before; then give that answer.

    ``request`` is all that makes two requests the same, as JSON can say it. ``address`` tells
    strangers apart. ``key`` "" just creates. Raises Refusal: ``validation_failed`` for a key that
    came with another request, and whatever ``create`` raises, which is not kept.
    """
    if not key:
        return _plain(create())
    if len(key) > KEY_MAX_CHARS or not key.isprintable():
        raise _wrong_key(_("A key has at most %d printable characters.") % KEY_MAX_CHARS)
    row = IdempotencyKey(caller=name_of(caller, address), key=key, request_digest=_digest(request))
    try:
        # A twin waits at the unique constraint until this one commits, then finds its answer.
        with transaction.atomic():
            row.save(force_insert=True)
            row.make_key()
            answer = _plain(create())
            row.body, row.about, row.status = answer, str(answer["id"]), CREATED
            row.save()
            return answer
    except IntegrityError:
        earlier = IdempotencyKey.objects.filter(caller=row.caller, key=row.key).first()
        if earlier is None:
            raise
        return _checked(earlier, row)


def forget_names(about: Iterable[str]) -> None:
    """The answers about these jobs and uploads stay, without the words that their sender chose."""
    for row in IdempotencyKey.objects.filter(about__in=list(about)):
        former, body = row.key_id, row.body
        row.key_id = new_id()
        row.make_key()
        row.body = body | {name: empty for name, empty in CHOSEN_WORDS.items() if name in body}
        row.save(update_fields=["key_id", "sealed_body"])
        shred([former])


def _checked(earlier: IdempotencyKey, row: IdempotencyKey) -> Answer:
    if earlier.request_digest != row.request_digest:
        raise _wrong_key(_("This key was used with another request."))
    return cast("Answer", earlier.body)


def _wrong_key(sentence: str) -> Refusal:
    return Refusal("validation_failed", errors={"Idempotency-Key": sentence})


def name_of(caller: Caller, address: str = "") -> str:
    if caller.user is not None:
        return f"user:{caller.user.pk}"
    # Hashed: neither a guest's secret nor an address is kept beside what it did.
    secret = f"guest:{caller.guest_key}" if caller.guest_key else f"stranger:{address}"
    return hashlib.sha256(secret.encode()).hexdigest()


def _digest(request: object) -> str:
    """Keyed: whoever reads the row alone cannot try names of files until one fits."""
    text = json.dumps(request, cls=DjangoJSONEncoder, sort_keys=True)
    return salted_hmac("transcripts.idempotency", text, algorithm="sha256").hexdigest()


def _plain(answer: Answer) -> Answer:
    """As JSON: what the first caller gets is what a later one gets."""
    plain: Answer = json.loads(json.dumps(answer, cls=DjangoJSONEncoder))
    return plain
