"""Somebody with private transcripts, made of real speech by the page's own means."""

import base64
import json

from tests.browser.driver import Page
from tests.speech import clip

# What a drop zone does, in one piece: the key comes from what this browser has unlocked.
SEND = """async (file) => {
  const { Pins } = await import('/static/js/private/pins.js');
  const { csrfToken } = await import('/static/js/csrf.js');
  const { uid } = await (await fetch('/v1/keyring')).json();
  const form = new FormData();
  form.set('private', 'true');
  form.set('public_key', new Pins(uid).publicKey);
  form.set('wait', 'false');
  form.set('file', new File([Uint8Array.from(atob(file), (char) => char.charCodeAt(0))], 'x.mp3'));
  const answer = await fetch('/v1/transcribe', { method: 'POST', headers: { 'X-CSRFToken': csrfToken() }, body: form });
  return answer.json();
}"""


def send_private(page: Page, name: str) -> str:
    """From an unlocked page of ours. Returns the job's id."""
    job = page.evaluate(SEND, base64.b64encode(clip(name).read_bytes()).decode())
    assert job["status"], json.dumps(job)
    return job["id"]
