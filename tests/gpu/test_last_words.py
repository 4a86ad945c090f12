"""What a recogniser's pipe for its last words lets through: places in the code and no more."""

import os
import subprocess
import sys

import pytest

from gpu.last_words import heard_from
from tests.speech import ROOT

SECRET = "the words of somebody"


@pytest.fixture
def pipe():
    ends = os.pipe()
    os.set_blocking(ends[0], False)
    yield ends
    for end in ends:
        os.close(end)


def die(mouth_fd: int, how: str) -> None:
    code = f"""if True:
        import os, sys
        from gpu.last_words import speak_through
        speak_through({mouth_fd})
        def listen(heard):
            {how}
        listen("{SECRET}")
    """
    subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        check=False,
        pass_fds=[mouth_fd],
        stderr=subprocess.DEVNULL,
    )


@pytest.mark.parametrize(
    ("how", "error"),
    [
        ("raise ValueError(heard)", "ValueError"),
        ("os.abort()", ""),
        ("os.kill(os.getpid(), 11)", ""),
    ],
)
def test_it_tells_where_it_was_and_not_what_it_heard(pipe, how, error):
    die(pipe[1], how)
    assert heard_from(pipe[0]) == (error, ["<string>:7:<module>", "<string>:6:listen"])


def test_nothing_said_is_nothing_heard(pipe):
    assert heard_from(pipe[0]) == ("", [])


def test_what_does_not_look_like_a_place_is_not_heard(pipe):
    said = [
        f"Fatal error: {SECRET}",
        "Current thread 0x1 (most recent call first):",
        f'  File "{SECRET}", line 3 in f',
        f'  File "a.py", line 3 in {SECRET}',
        SECRET,
        '  File "gpu/pipeline.py", line 3 in listen',
    ]
    os.write(pipe[1], "\n".join(said).encode())
    assert heard_from(pipe[0]) == ("", ["gpu/pipeline.py:3:listen"])
