"""The plain columns go."""

from django.db import migrations, models

import accounts.ids


def _binary(**options):
    return models.BinaryField(default=b"", **options)


class Migration(migrations.Migration):

    dependencies = [("transcripts", "0004_seal")]

    operations = [
        migrations.RemoveField("upload", "file_name"),
        migrations.RemoveField("job", "file_name"),
        migrations.RemoveField("transcript", "title"),
        migrations.RemoveField("transcript", "folder"),
        migrations.RemoveField("transcript", "document"),
        migrations.DeleteModel("Tag"),
        # Kept for 24 hours at most, and in the clear until now.
        migrations.DeleteModel("IdempotencyKey"),
        migrations.CreateModel(
            name="IdempotencyKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key_id", models.CharField(default=accounts.ids.new_id, editable=False, max_length=32)),
                ("caller", models.CharField(max_length=80)),
                ("key", models.CharField(max_length=255)),
                ("request_digest", models.CharField(max_length=64)),
                ("status", models.PositiveSmallIntegerField(default=0)),
                ("about", models.CharField(db_index=True, default="", max_length=32)),
                ("sealed_body", _binary()),
                ("created_at", models.DateTimeField(auto_now_add=True, db_index=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("caller", "key"), name="one_answer_per_key")
                ],
            },
        ),
    ]
