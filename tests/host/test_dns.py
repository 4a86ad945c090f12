"""F21: names cannot be looked up where the worker is. Needs root, for a view of files of its own."""

import subprocess

import pytest

from tests import live, recordings
from tests.config.houses import job, send
from tests.processes import wait_until

pytestmark = pytest.mark.slow

NOBODY_ANSWERS = "nameserver 192.0.2.1\noptions timeout:1 attempts:1\n"  # an address for documents
LOOK_UP = ["python3", "-c", "import socket; socket.getaddrinfo('example.org', 443)"]


def test_F21_dead_DNS_does_not_touch_jobs_that_import_nothing(tmp_path):
    resolver = tmp_path / "resolv.conf"
    resolver.write_text(NOBODY_ANSWERS)
    bind = f'mount --bind {resolver} "$(readlink -f /etc/resolv.conf)" && exec "$@"'
    blind = ["unshare", "--mount", "sh", "-c", bind, "sh"]
    if subprocess.run([*blind, "true"], check=False, capture_output=True).returncode:
        pytest.skip("this machine lets nobody mount here (needs root)")
    assert subprocess.run([*blind, *LOOK_UP], check=False, capture_output=True).returncode == 1
    with live.serving(tmp_path, under=blind) as house:
        sent = send(house.url, recordings.wav(5))
        wait_until(lambda: job(house.url, sent)["status"] == "done", 60)
