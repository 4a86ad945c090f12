"""DOCX templates of a user's own: looked through, sealed, kept until they or the account go."""

from __future__ import annotations

from base64 import b64decode, b64encode

from django.db.models import QuerySet

from accounts.callers import Caller
from accounts.models import User
from privacy.content_keys import shred
from transcripts.failures import Refusal
from transcripts.models import DocumentTemplate
from transcripts.recording import clean_file_name
from transcripts.sealed import unlock

MAX_BYTES = 2_000_000
MOST_EACH = 20
STARTING = "starting"  # the id of the one that comes with Sotto


def keep(caller: Caller, file_name: str, data: bytes) -> DocumentTemplate:
    """Raises Refusal, ``forbidden`` for whoever has no account."""
    from transcripts.exports._untrusted import TemplateRefused, look_through

    if caller.user is None or not caller.can_write:
        raise Refusal("forbidden")
    if len(data) > MAX_BYTES:
        raise Refusal("file_too_large")
    if _rows(caller).count() >= MOST_EACH:
        raise Refusal("too_many_templates")
    try:
        look_through(data)
    except TemplateRefused as refused:
        raise Refusal(refused.code) from None
    template = DocumentTemplate(owner=caller.user, size_bytes=len(data))
    template.name = clean_file_name(file_name) or "template.docx"
    template.body = b64encode(data).decode("ascii")
    template.save(force_insert=True)
    return template


def templates_of(caller: Caller) -> list[DocumentTemplate]:
    """Without their bodies."""
    return unlock(_rows(caller).defer("sealed_body"))


def template_for(caller: Caller, template_id: str) -> DocumentTemplate:
    """Raises Refusal ``not_found``."""
    found = _rows(caller).filter(pk=template_id).first() if template_id.isalnum() else None
    if found is None or not found.content_key:
        raise Refusal("not_found")
    return found


def bytes_of(caller: Caller, template_id: str) -> bytes:
    """Raises Refusal ``not_found``."""
    if template_id == STARTING:
        from transcripts.exports._template import starting_template

        return starting_template()
    return b64decode(template_for(caller, template_id).body)


def delete(template: DocumentTemplate) -> None:
    """Its key goes first: from then on no copy of it can be read."""
    shred([template.key_id])
    DocumentTemplate.objects.filter(pk=template.pk).delete()


def shred_templates(user: User) -> None:
    """The rows go with the user's; their keys are in another database."""
    shred(DocumentTemplate.objects.filter(owner=user).values_list("key_id", flat=True))


def _rows(caller: Caller) -> QuerySet[DocumentTemplate]:
    return DocumentTemplate.objects.filter(caller.owns())
