import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import accounts.ids


def columns():
    return [
        ("id", models.CharField(default=accounts.ids.new_id, editable=False, max_length=32, primary_key=True, serialize=False)),
        ("job_id", models.CharField(db_index=True, max_length=32)),
        ("transcript_id", models.CharField(blank=True, db_index=True, default="", max_length=32)),
        ("day", models.DateField(db_index=True)),
        ("created_at", models.DateTimeField(auto_now_add=True, db_index=True)),
        ("owner", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL)),
    ]


class Migration(migrations.Migration):
    """Nothing was ever written to the two tables, so they are made anew."""

    dependencies = [
        ("privacy", "0003_receipts_by_mail"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.DeleteModel(name="HeldRecording"),
        migrations.DeleteModel(name="Contribution"),
        migrations.CreateModel(
            name="HeldRecording",
            fields=[
                *columns(),
                ("is_whole", models.BooleanField(default=False)),
                ("seconds", models.FloatField(default=0.0)),
                ("pieces", models.PositiveIntegerField(default=0)),
            ],
            options={"abstract": False},
        ),
        migrations.CreateModel(
            name="Contribution",
            fields=[
                *columns(),
                ("segment_id", models.CharField(max_length=64)),
                ("kind", models.CharField(choices=[("text", "Text"), ("audio", "Text and sound")], max_length=8)),
                ("language", models.CharField(max_length=16)),
                ("model", models.CharField(max_length=64)),
                ("start_seconds", models.FloatField()),
                ("end_seconds", models.FloatField()),
                ("sealed", models.BinaryField()),
                ("audio", models.CharField(blank=True, default="", max_length=120)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("transcript_id", "segment_id"), name="one_contribution_per_segment")
                ],
            },
        ),
        migrations.CreateModel(
            name="DoomedObject",
            fields=[
                ("name", models.CharField(max_length=120, primary_key=True, serialize=False)),
                ("since", models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.AlterField(
            model_name="deletion",
            name="kind",
            field=models.CharField(choices=[("transcript", "Transcript"), ("account", "Account"), ("given", "Given")], max_length=12),
        ),
    ]
