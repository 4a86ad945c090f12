"""Resumable uploads: tus 1.0 with creation, termination, checksum and expiration.

The bytes go straight to the vault. How far an upload is, is what the vault holds; two parts sent
at once both name that place, and the second to write there is refused.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.http import http_date
from django.utils.translation import gettext as _

from accounts.ids import new_id
from privacy.content_keys import shred
from transcripts import access
from transcripts.addresses import count_at
from transcripts.admission import max_file_bytes, require_admission
from transcripts.api import tus
from transcripts.api.visits import Visit, in_thread
from transcripts.failures import Refusal, no_room
from transcripts.idempotency import Answer, answer_once
from transcripts.models import Upload
from transcripts.recording import KEY_BYTES, clean_file_name, digest_of, running_digests
from transcripts.vault import AudioLost, Overtaken, VaultFull, vault

PATH = "/v1/uploads"
SAVE_EVERY_SECONDS = 30.0


async def describe(visit: Visit, upload_id: str = "") -> HttpResponse:  # noqa: ARG001 - one for both routes
    limit = await in_thread(max_file_bytes, visit.caller)
    headers = {
        "Tus-Version": tus.VERSION,
        "Tus-Extension": tus.EXTENSIONS,
        "Tus-Max-Size": str(limit),
        "Tus-Checksum-Algorithm": ",".join(tus.CHECKSUMS),
    }
    return HttpResponse(status=204, headers=headers)


async def create(visit: Visit) -> HttpResponse:
    tus.require_version(visit.request.headers)
    answer = await in_thread(_create, visit)
    upload_id = str(answer["id"])
    offset = 0
    if visit.request.headers.get("Content-Type") == tus.PART_TYPE and not visit.body.ended:
        part = await in_thread(Part.begin, visit, upload_id, 0)
        offset = await _receive(visit, part)
    upload = await in_thread(access.upload_for, visit.caller, upload_id)
    headers = {
        "Location": f"{PATH}/{upload_id}",
        "Upload-Offset": str(offset),
        "Upload-Expires": http_date(upload.expires_at.timestamp()),
    }
    return JsonResponse(answer, status=201, headers=headers)


async def look(visit: Visit, upload_id: str) -> HttpResponse:
    tus.require_version(visit.request.headers)
    return HttpResponse(headers=await in_thread(_described, visit, upload_id))


async def go_on(visit: Visit, upload_id: str) -> HttpResponse:
    headers = visit.request.headers
    tus.require_version(headers)
    if headers.get("Content-Type") != tus.PART_TYPE:
        raise Refusal("unsupported_media", _("Send “Content-Type: %s”.") % tus.PART_TYPE)
    part = await in_thread(Part.begin, visit, upload_id, tus.whole_number(headers, "Upload-Offset"))
    offset = await _receive(visit, part)
    expires_at = part.upload.expires_at.timestamp()
    answer = {"Upload-Offset": str(offset), "Upload-Expires": http_date(expires_at)}
    return HttpResponse(status=204, headers=answer)


async def terminate(visit: Visit, upload_id: str) -> HttpResponse:
    tus.require_version(visit.request.headers)
    await in_thread(_terminate, visit, upload_id)
    return HttpResponse(status=204)


def add_protocol_headers(response: HttpResponse) -> None:
    response.headers["Tus-Resumable"] = tus.VERSION
    if response.status_code == 412:
        response.headers["Tus-Version"] = tus.VERSION


async def _receive(visit: Visit, part: Part) -> int:
    """Take the body as this part. However it ends, what may stay is kept. Returns the offset."""
    try:
        async for block in visit.body.blocks():
            await in_thread(part.write, block)
        await in_thread(part.verify)
    finally:
        await in_thread(part.close)
    return part.position


def _create(visit: Visit) -> Answer:
    headers = visit.request.headers
    if "Upload-Defer-Length" in headers:
        raise Refusal("bad_request", _("Say the length at once, as “Upload-Length”."))
    length_bytes = tus.whole_number(headers, "Upload-Length")
    name = clean_file_name(tus.metadata(headers).get("filename", ""))
    if length_bytes == 0:
        raise Refusal("unreadable_media", _("The file is empty."))
    require_admission(visit.caller, length_bytes)
    count_at(visit.address, visit.caller)

    def make() -> Answer:
        return {
            "id": _make(visit, name, length_bytes).pk,
            "length": length_bytes,
            "file_name": name,
        }

    request = {"path": PATH, "length": length_bytes, "name": name}
    key, address = visit.idempotency_key, visit.address
    return answer_once(visit.caller, key, request, make, address=address)


def _make(visit: Visit, name: str, length_bytes: int) -> Upload:
    upload_id = new_id()
    try:
        vault().reserve(upload_id, length_bytes)
    except VaultFull:
        raise no_room() from None
    try:
        made = Upload(
            pk=upload_id,
            **visit.caller.fields,
            length_bytes=length_bytes,
            key=secrets.token_bytes(KEY_BYTES),
            expires_at=timezone.now() + settings.UPLOAD_ABANDONED_AFTER,
        )
        made.file_name = name
        made.save(force_insert=True)
    except BaseException:
        vault().destroy(upload_id)
        raise
    return made


def _described(visit: Visit, upload_id: str) -> dict[str, str]:
    upload, offset = _find(visit, upload_id)
    headers = {
        "Upload-Offset": str(offset),
        "Upload-Length": str(upload.length_bytes),
        "Upload-Expires": http_date(upload.expires_at.timestamp()),
    }
    if upload.file_name:
        headers["Upload-Metadata"] = tus.as_metadata("filename", upload.file_name)
    return headers


def _find(visit: Visit, upload_id: str) -> tuple[Upload, int]:
    """The upload and how far it is. Raises Refusal ``not_found``, also for one that expired."""
    upload = access.upload_for(visit.caller, upload_id)
    try:
        offset = vault().size_bytes(upload.pk)
    except AudioLost:
        upload.delete()
        raise Refusal("not_found") from None
    return upload, offset


def _terminate(visit: Visit, upload_id: str) -> None:
    upload = access.upload_for(visit.caller, upload_id)
    # Row first: once a job was made of it, the recording is the job's.
    if Upload.objects.filter(pk=upload.pk).delete()[0]:
        vault().destroy(upload.pk)
        shred([upload.key_id])


class Part:
    """One stretch of an upload: written as it comes, verified at its end."""

    def __init__(self, upload: Upload, offset: int, checksum: tuple[str, bytes] | None) -> None:
        self.upload = upload
        self.position = self._start = offset
        self._checksum = checksum
        self._check = hashlib.new(checksum[0], usedforsecurity=False) if checksum else None
        self._digest = running_digests.take(upload.pk, offset)
        self._digest_at_start = self._digest and self._digest.copy()
        self._saved_at = time.monotonic()
        self._owns_the_end = True
        # What a checksum answers for counts when it has been verified, even if this process dies.
        self._name = new_id() if checksum else ""
        self._verified = checksum is None

    @classmethod
    def begin(cls, visit: Visit, upload_id: str, offset: int) -> Part:
        """Raises Refusal ``conflict`` unless the upload is at ``offset``."""
        checksum = tus.checksum(visit.request.headers)
        upload, held_bytes = _find(visit, upload_id)
        if offset != held_bytes:
            raise Refusal("conflict", _("The upload is not there."), extra={"offset": held_bytes})
        if (visit.body.length_bytes or 0) > upload.length_bytes - offset:
            raise Refusal("file_too_large", _("This is more than the upload was said to have."))
        return cls(upload, offset, checksum)

    def write(self, block: bytes) -> None:
        if self.position + len(block) > self.upload.length_bytes:
            raise Refusal("file_too_large", _("This is more than the upload was said to have."))
        with self._at_its_end():
            vault().append(self.upload.pk, bytes(self.upload.key), block, self.position, self._name)
        self.position += len(block)
        for digest in (self._digest, self._check):
            if digest is not None:
                digest.update(block)
        if time.monotonic() - self._saved_at > SAVE_EVERY_SECONDS:
            self._save()

    def verify(self) -> None:
        """Raises Refusal ``checksum_mismatch``; then nothing of the part counts."""
        if self._check is None or self._checksum is None:
            return
        if not secrets.compare_digest(self._check.digest(), self._checksum[1]):
            raise Refusal("checksum_mismatch")
        if self.position > self._start:
            with self._at_its_end():
                vault().accept(self.upload.pk, self._name)
        self._verified = True

    @contextmanager
    def _at_its_end(self) -> Iterator[None]:
        try:
            yield
        except Overtaken:
            self._owns_the_end = False
            raise Refusal("conflict", _("Another request goes on with this upload.")) from None
        except AudioLost:
            self._owns_the_end = False
            raise Refusal("not_found") from None

    def close(self) -> None:
        if not self._owns_the_end:
            return
        if not self._verified:
            self.position, self._digest = self._start, self._digest_at_start
        running_digests.keep(self.upload.pk, self.position, self._digest)
        self._save()

    def _save(self) -> None:
        upload = self.upload
        upload.offset_bytes = self.position if self._verified else self._start
        upload.expires_at = timezone.now() + settings.UPLOAD_ABANDONED_AFTER
        fields: dict[str, Any] = {
            "offset_bytes": upload.offset_bytes,
            "expires_at": upload.expires_at,
        }
        if upload.is_complete:
            digest = running_digests.take(upload.pk, self.position)
            fields["sha256"] = (
                digest.hexdigest() if digest else digest_of(vault(), upload.pk, bytes(upload.key))
            )
        # A connection that broke may notice it after another has gone further.
        unsurpassed = Upload.objects.filter(pk=upload.pk, offset_bytes__lte=upload.offset_bytes)
        unsurpassed.update(**fields)
        self._saved_at = time.monotonic()
