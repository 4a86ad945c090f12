"""Rows whose names and words are sealed."""

import pytest
from django.apps import apps
from django.db import connections

from privacy import content_keys
from tests.transcripts.things import a_document, a_person, a_transcript
from transcripts.models import Job, Transcript
from transcripts.sealed import unlock

pytestmark = pytest.mark.django_db

CANARY = "Zwetschgenkuchen"


def everything_stored(database: str) -> str:
    connection = connections[database]
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        return "".join(_rows(cursor, connection, table) for table in tables)


def _rows(cursor, connection, table: str) -> str:
    cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
    return "".join(
        bytes(value).decode("latin-1") if isinstance(value, bytes | memoryview) else str(value)
        for row in cursor.fetchall()
        for value in row
    )


def test_no_name_and_no_word_is_stored_in_the_clear():
    alice = a_person()
    document = a_document(f"{CANARY} on the table.")
    document.speakers[0].name = CANARY
    names = {"title": f"{CANARY}.mp3", "folder": CANARY, "tags": [CANARY]}
    made = a_transcript(alice.caller, document, **names)
    job = made.job
    job.make_key()
    job.file_name, job.vocabulary = f"{CANARY}.mp3", [CANARY]
    job.save()
    read = Transcript.objects.get()
    assert (read.title, read.folder, read.tags) == (f"{CANARY}.mp3", CANARY, [CANARY])
    assert read.document == document.to_json()
    assert Job.objects.get().vocabulary == [CANARY]
    for database in ("default", "keys"):
        assert CANARY not in everything_stored(database)


def test_without_its_key_a_row_reads_as_empty_and_is_left_out():
    alice = a_person()
    gone, kept = a_transcript(alice.caller), a_transcript(alice.caller)
    content_keys.shred([gone.key_id])
    read = Transcript.objects.get(pk=gone.pk)
    assert (read.title, read.document, read.tags) == ("", {}, [])
    assert unlock(Transcript.objects.all()) == [kept]
    assert alice.api("GET", f"/v1/transcripts/{gone.pk}").status_code == 404


def test_keys_of_many_rows_are_asked_for_once(django_assert_num_queries):
    alice = a_person()
    for number in range(3):
        a_transcript(alice.caller, title=str(number))
    rows = list(Transcript.objects.order_by("created_at"))
    with django_assert_num_queries(1, using="keys"):
        assert [row.title for row in unlock(rows)] == ["0", "1", "2"]


@pytest.mark.django_db(transaction=True)
def test_what_was_plain_before_is_sealed_by_the_migration():
    """As a house of the version before would have left it."""
    from django.db.migrations.executor import MigrationExecutor

    connection = connections["default"]
    executor = MigrationExecutor(connection)
    newest = [node for node in executor.loader.graph.leaf_nodes() if node[0] == "transcripts"]
    executor.migrate([("transcripts", "0002_audio_destroyed_at")])
    try:
        old = executor.loader.project_state([("transcripts", "0002_audio_destroyed_at")]).apps
        options = {"model": "m", "vocabulary": [CANARY]}
        row = old.get_model("transcripts", "Transcript").objects.create(
            title=CANARY,
            language="en",
            model="m",
            duration_seconds=1,
            folder="Work",
            document={"segments": [{"text": f"{CANARY}!"}, {"text": "Good."}]},
        )
        old.get_model("transcripts", "Tag").objects.create(transcript=row, name="law")
        old.get_model("transcripts", "Job").objects.create(
            file_name=CANARY,
            size_bytes=1,
            sha256="",
            options=options,
            audio_id="a1",
            transcript=row,
        )
    finally:
        executor = MigrationExecutor(connection)
        executor.migrate(newest)
    assert CANARY not in everything_stored("default")
    read = apps.get_model("transcripts", "Transcript").objects.get()
    assert (read.title, read.folder, read.tags) == (CANARY, "Work", ["law"])
    assert read.key_id == "a1"
    assert [row["text"] for row in read.document["segments"]] == [f"{CANARY}!", "Good."]
    assert (read.job.file_name, read.job.vocabulary) == (CANARY, [CANARY])
