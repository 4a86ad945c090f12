import django.db.models.deletion
from django.db import migrations, models


def make(apps, schema_editor):
    _run(schema_editor, "SCHEMA")


def undo(apps, schema_editor):
    _run(schema_editor, "UNDONE")


def _run(schema_editor, which):
    from transcripts.index import postgresql, sqlite

    engine = postgresql if schema_editor.connection.vendor == "postgresql" else sqlite
    for statement in getattr(engine, which):
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name='Stale',
            fields=[
                ('name', models.CharField(max_length=32, primary_key=True, serialize=False)),
            ],
        ),
        migrations.CreateModel(
            name='Listed',
            fields=[
                ('number', models.BigAutoField(primary_key=True, serialize=False)),
                ('transcript_id', models.CharField(max_length=32, unique=True)),
                ('owner', models.CharField(max_length=64)),
                ('title', models.TextField()),
                ('title_order', models.TextField()),
                ('folder', models.TextField()),
                ('language', models.CharField(max_length=16)),
                ('duration_seconds', models.FloatField()),
                ('favourite', models.BooleanField(default=False)),
                ('created_at', models.DateTimeField()),
                ('updated_at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['owner', '-created_at'], name='listed_newest'), models.Index(fields=['owner', 'folder'], name='listed_folders')],
            },
        ),
        migrations.CreateModel(
            name='Label',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('tag', 'Tag'), ('speaker', 'Speaker')], max_length=8)),
                ('name', models.TextField()),
                ('listed', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='labels', to='search.listed')),
            ],
            options={
                'indexes': [models.Index(fields=['kind', 'name'], name='labels_by_name')],
            },
        ),
        migrations.RunPython(make, undo),
    ]
