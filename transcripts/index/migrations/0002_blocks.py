from django.db import migrations


def make(apps, schema_editor):
    """The sweeper fills it again, as after a crash; or ``manage.py search rebuild`` does."""
    from transcripts.index.postgresql import DROPPED, LOOSE, TABLES

    if schema_editor.connection.vendor == "postgresql":
        emptied = ["TRUNCATE search_label, search_listed"]
        for statement in (*DROPPED, *LOOSE, *TABLES, *emptied):
            schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    atomic = False  # else more locks at once than a small server has
    dependencies = [("search", "0001_initial")]
    operations = [migrations.RunPython(make, migrations.RunPython.noop)]
