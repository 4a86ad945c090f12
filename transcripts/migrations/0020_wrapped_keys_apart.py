"""The wrapped key of a private transcript moves out of its column, to the other keys."""

import json
import secrets
import zlib

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import migrations

KEYS = "keys"


def move_keys(apps, schema_editor):
    content_keys = apps.get_model("privacy", "ContentKey").objects.using(KEYS)
    wrapped_keys = apps.get_model("privacy", "WrappedKey").objects.using(KEYS)
    saved = apps.get_model("transcripts", "Transcript").objects.filter(
        is_private=True, version__gt=0, dek_version=0
    )
    for pk in list(saved.values_list("pk", flat=True)):
        row = saved.get(pk=pk)
        found = content_keys.filter(pk=row.key_id).first()
        if found is None:
            continue  # it is being deleted
        key = bytes(found.key)
        kept = _opened(key, f"{row.key_id} document", bytes(row.sealed_document))
        dek = kept["dek"]
        wrapped_keys.get_or_create(
            transcript_id=pk,
            version=dek["version"],
            defaults={"owner_id": row.owner_id, "env": dek["env"]},
        )
        row.sealed_document = _sealed(key, f"{row.key_id} document", kept["document"])
        row.sealed_about = _sealed(key, f"{row.key_id} about", kept["about"] or {})
        row.dek_version = dek["version"]
        row.save(update_fields=["sealed_document", "sealed_about", "dek_version"])


def _opened(key, context, raw):
    return json.loads(zlib.decompress(AESGCM(key).decrypt(raw[1:13], raw[13:], context.encode())))


def _sealed(key, context, value):
    nonce = secrets.token_bytes(12)
    text = zlib.compress(json.dumps(value).encode(), 1)
    return b"\x01" + nonce + AESGCM(key).encrypt(nonce, text, context.encode())


class Migration(migrations.Migration):

    dependencies = [
        ("transcripts", "0019_private_columns"),
        ("privacy", "0007_wrapped_keys"),
    ]

    operations = [
        migrations.RunPython(move_keys, migrations.RunPython.noop, elidable=True)
    ]
