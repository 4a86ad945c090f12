"""The main job in a terminal: no server, no database."""

import json
import os
import pty
import subprocess
import sys

import pytest

from tests import live
from tests.speech import ROOT

JFK = (
    "And so my fellow Americans ask not what your country can do for you, "
    "ask what you can do for your country."
)


def transcribe(data, *arguments, **options):
    return subprocess.run(
        [sys.executable, ROOT / "manage.py", "transcribe", *map(str, arguments)],
        env=live._environment(data, {}),
        check=False,
        capture_output=True,
        timeout=120,
        **options,
    )


@pytest.fixture
def jfk(speech):
    return speech("en/jfk.flac")


def test_text_goes_to_stdout_and_no_database_is_made(tmp_path, jfk):
    done = transcribe(tmp_path, jfk)
    assert (done.returncode, done.stdout.decode()) == (0, f"{JFK}\n")
    assert b"jfk.flac" in done.stderr
    assert not (tmp_path / "sotto.sqlite3").exists()


def test_json_is_the_document(tmp_path, jfk):
    document = json.loads(transcribe(tmp_path, jfk, "--format", "json").stdout)
    assert (document["language"], document["duration"]) == ("en", 11.0)
    assert " ".join(word["text"] for word in document["segments"][0]["words"]) == JFK


def test_the_file_is_as_it_was_asked_for(tmp_path, jfk):
    asked = ["--format", "srt", "--max-chars", "30", "--max-lines", "1", "--names"]
    lines = transcribe(tmp_path, jfk, *asked).stdout.decode().splitlines()
    assert lines[2].startswith("Speaker 1: And so")
    assert max(map(len, lines)) <= 30
    assert transcribe(tmp_path, jfk, "--format", "pdf").stdout.startswith(b"%PDF-1.")
    wrong = transcribe(tmp_path, jfk, "--max-chars", "5")
    assert (wrong.returncode, wrong.stdout) == (1, b"")
    assert b"--max-chars: from 10 to 200." in wrong.stderr


def test_a_wrong_file_says_why_and_the_others_are_done(tmp_path, jfk):
    wrong = tmp_path / "notes.mp3"
    wrong.write_text("no recording at all\n" * 40)
    done = transcribe(tmp_path, wrong, tmp_path / "absent.mp3", jfk)
    assert (done.returncode, done.stdout.decode()) == (1, f"{JFK}\n")
    said = done.stderr.decode()
    assert "notes.mp3: This file could not be read as audio or video." in said
    assert "absent.mp3: No such file or directory." in said
    assert "Traceback" not in said


def test_beside_writes_a_file_with_the_formats_name(tmp_path, jfk):
    copy = tmp_path / "talk.flac"
    copy.write_bytes(jfk.read_bytes())
    done = transcribe(tmp_path, copy, "--beside", "--format", "srt")
    assert (done.returncode, done.stdout) == (0, b"")
    assert copy.with_suffix(".srt").read_text().startswith("1\n00:00:00,")


def test_stdin_is_a_file_too(tmp_path, jfk):
    done = transcribe(tmp_path, "-", input=jfk.read_bytes())
    assert (done.returncode, done.stdout.decode()) == (0, f"{JFK}\n")


def test_wrong_options_are_named(tmp_path, jfk):
    done = transcribe(tmp_path, jfk, "--language", "xx")
    assert done.returncode == 1
    assert b"--language" in done.stderr
    assert transcribe(tmp_path, jfk, "--format", "docm").returncode == 2


def test_a_terminal_gets_a_bar_that_is_gone_at_the_end(tmp_path, jfk):
    ours, theirs = pty.openpty()
    command = [sys.executable, ROOT / "manage.py", "transcribe", jfk]
    with subprocess.Popen(
        command, env=live._environment(tmp_path, {}), stdout=subprocess.PIPE, stderr=theirs
    ) as process:
        os.close(theirs)
        said = b""
        try:
            while data := os.read(ours, 4096):
                said += data
        except OSError:  # the other end is closed
            pass
        assert process.stdout.read().decode() == f"{JFK}\n"
    os.close(ours)
    assert "█" in said.decode()
    assert said.endswith(b"\r\x1b[K")
