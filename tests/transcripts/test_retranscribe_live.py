"""The whole way with real speech: heard, corrected by a person, and heard once more."""

import json
import time
from typing import Any

import pytest

from tests.live import LiveSotto
from tests.sending import Client, connect, form
from tests.speech import clip

pytestmark = [pytest.mark.embedded, pytest.mark.services]

JSON = {"Content-Type": "application/json"}


def send(client: Client, path: str, **fields: str) -> Any:
    recording = clip("multi/falcon_test.wav")
    body, content_type = form(fields, recording.name, recording.read_bytes())
    return client.ask("POST", path, {"Content-Type": content_type}, body).json


def ended(client: Client, job_id: str) -> Any:
    while True:
        job = client.ask("GET", f"/v1/jobs/{job_id}").json
        if job["status"] not in {"queued", "running"}:
            return job
        time.sleep(0.2)


def test_a_correction_outlives_a_second_hearing(live_sotto: LiveSotto):
    with connect(live_sotto) as client:
        transcript = f"/v1/transcripts/{send(client, '/v1/transcribe')['id']}"
        heard = client.ask("GET", f"{transcript}/document").json
        first, *others = heard["segments"]
        corrected = {"op": "text", "segment": first["id"], "text": "And so it all begins."}
        change = json.dumps({"base_version": 1, "operations": [corrected]}).encode()
        assert client.ask("POST", f"{transcript}/operations", JSON, change).status == 200
        job = ended(client, send(client, f"{transcript}/retranscribe", diarize="false")["id"])
        assert (job["status"], job["error"]) == ("done", None)
        now = client.ask("GET", f"{transcript}/document").json["segments"]
    assert (now[0]["text"], now[0]["speaker"]) == ("And so it all begins.", first["speaker"])
    texts = [" ".join(row["text"] for row in rows) for rows in (now[1:], others)]
    assert texts[0] == texts[1]
    assert {row["speaker"] for row in now[1:]} == {None}
    assert len({row["speaker"] for row in others}) == 2
