"""Names and words that are there already are sealed, each recording's under a key of its own."""

import json
import secrets
import zlib

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import migrations

KEYS = "keys"


def seal_what_is_there(apps, schema_editor):
    keys = _Keys(apps.get_model("privacy", "ContentKey").objects.using(KEYS))
    for upload in apps.get_model("transcripts", "Upload").objects.all():
        upload.sealed_file_name = keys.seal(upload.pk, "file_name", upload.file_name)
        upload.save()
    for job in apps.get_model("transcripts", "Job").objects.all():
        job.sealed_file_name = keys.seal(job.audio_id, "file_name", job.file_name)
        words = job.options.get("vocabulary", [])
        job.sealed_vocabulary = keys.seal(job.audio_id, "vocabulary", words)
        job.options = {**job.options, "vocabulary": []}
        job.save()
    job_of = apps.get_model("transcripts", "Job").objects.filter(transcript__isnull=False)
    audio_ids = dict(job_of.values_list("transcript_id", "audio_id"))
    for row in apps.get_model("transcripts", "Transcript").objects.all():
        row.key_id = audio_ids.get(row.pk) or row.pk
        text = "\n".join(segment["text"] for segment in row.document.get("segments", []))
        row.sealed_title = keys.seal(row.key_id, "title", row.title)
        row.sealed_folder = keys.seal(row.key_id, "folder", row.folder)
        tags = sorted(row.tags.values_list("name", flat=True))
        row.sealed_tags = keys.seal(row.key_id, "tags", tags)
        row.sealed_text = keys.seal(row.key_id, "text", text)
        row.sealed_document = keys.seal(row.key_id, "document", row.document)
        row.save()


class _Keys:
    def __init__(self, rows):
        self._rows = rows

    def seal(self, key_id, name, value):
        fresh = {"key": secrets.token_bytes(32)}
        key = bytes(self._rows.get_or_create(pk=key_id, defaults=fresh)[0].key)
        nonce = secrets.token_bytes(12)
        text = zlib.compress(json.dumps(value, ensure_ascii=False).encode())
        return b"\x01" + nonce + AESGCM(key).encrypt(nonce, text, f"{key_id} {name}".encode())


class Migration(migrations.Migration):

    dependencies = [
        ("transcripts", "0003_sealed_columns"),
        ("privacy", "0001_initial"),
    ]

    operations = [
        # Nothing is unsealed on the way back: that would write it down in the clear.
        migrations.RunPython(seal_what_is_there, migrations.RunPython.noop, elidable=True)
    ]
