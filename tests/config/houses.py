"""Sending recordings to a running house, and asking how they fare."""

import json
import urllib.request


def send(url: str, data: bytes) -> str:
    """Post a recording without waiting for it. Returns the job's id."""
    return _post(url, data, wait="false", timeout=30)["id"]


def transcribe(url: str, data: bytes) -> dict:
    """Post a recording and wait for its transcript, however long it takes."""
    return _post(url, data, wait="true", timeout=None)


def _post(url: str, data: bytes, *, wait: str, timeout: float | None) -> dict:
    boundary = "a-line-that-no-recording-holds"
    part = f"--{boundary}\r\nContent-Disposition: form-data; name="
    body = b"".join(
        [
            f'{part}"wait"\r\n\r\n{wait}\r\n'.encode(),
            f'{part}"file"; filename="talk.wav"\r\n\r\n'.encode(),
            data,
            f"\r\n--{boundary}--\r\n".encode(),
        ]
    )
    headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
    request = urllib.request.Request(f"{url}/v1/transcribe", body, headers)
    with urllib.request.urlopen(request, timeout=timeout) as answer:
        return json.load(answer)


def job(url: str, job_id: str) -> dict:
    with urllib.request.urlopen(f"{url}/v1/jobs/{job_id}", timeout=30) as answer:
        return json.load(answer)


def is_recognising(url: str, job_id: str) -> bool:
    return job(url, job_id)["progress"] > 0
