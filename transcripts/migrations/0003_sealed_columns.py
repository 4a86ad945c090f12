"""Columns for names and words that are sealed under a key of their recording."""

from django.db import migrations, models

import accounts.ids


def _binary(**options):
    return models.BinaryField(default=b"", **options)


class Migration(migrations.Migration):

    dependencies = [("transcripts", "0002_audio_destroyed_at")]

    operations = [
        migrations.AddField("upload", "sealed_file_name", _binary()),
        migrations.AddField("job", "sealed_file_name", _binary()),
        migrations.AddField("job", "sealed_vocabulary", _binary()),
        migrations.AddField(
            "transcript",
            "key_id",
            models.CharField(default=accounts.ids.new_id, editable=False, max_length=32),
        ),
        migrations.AddField("transcript", "sealed_title", _binary()),
        migrations.AddField("transcript", "sealed_folder", _binary()),
        migrations.AddField("transcript", "sealed_tags", _binary()),
        migrations.AddField("transcript", "sealed_text", _binary()),
        migrations.AddField("transcript", "sealed_document", _binary()),
    ]
