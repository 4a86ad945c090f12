"""The keys of private transcripts in a real page: made, kept on the server, opened; never sent."""

import base64
import json
from dataclasses import replace
from urllib.parse import quote, quote_plus, unquote_plus

from tests.browser.driver import Page
from tests.browser.test_every_page import log_in
from tests.live import LiveSotto
from tests.proxies import between

CREATE = """async () => {
  const [{ create }, ring, { written }, words] = await Promise.all(
    ['crypto/vault', 'private/ring', 'private/code', 'private/words'].map((name) => import(`/static/js/${name}.js`)),
  );
  const passphrase = words.offered(await words.wordsAt('/static/vendor/eff-words/words.txt'));
  await ring.deleteRing();
  const before = await ring.readRing();
  const made = await create(before.uid, passphrase);
  const kept = await ring.putFirst({ ...made.ring, code: made.code, passphrase });
  const again = await ring.putFirst(made.ring);
  return { before: before.ring, kept: Object.keys(kept.ring).sort(), again, passphrase, code: written(made.code) };
}"""
UNLOCK = """async (secrets) => {
  const [passphrase, code] = secrets;
  const [{ Session }, ring, { read }, { masterOf }, { toBase64url }] = await Promise.all(
    ['private/session', 'private/ring', 'private/code', 'crypto/keys', 'crypto/format'].map((name) => import(`/static/js/${name}.js`)),
  );
  const { uid, ring: kept } = await ring.readRing();
  const said = [];
  const [one, other] = [new Session(uid), new Session(uid)];
  for (const session of [one, other]) session.addEventListener('locked', ({ detail }) => said.push(detail));
  const answers = [
    await one.unlock(kept, passphrase + ' '),
    await one.unlock(kept, passphrase),
    await other.unlock(kept, read(code.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o')).bytes),
  ];
  const { key, env } = await one.vault.newDek('t1', 1);
  const sealed = await one.vault.sealText(key, 't1', 1, { text: 'heard' });
  const { text } = await other.vault.openText(await other.vault.dek('t1', 1, env), 't1', 1, sealed);
  dispatchEvent(new PageTransitionEvent('pagehide'));
  const master = await masterOf(uid, kept.slots.find(({ type }) => type === 'pass'), passphrase, true);
  return {
    answers, text, said, locked: [one.vault, other.vault], master: toBase64url(master),
    left: JSON.stringify([{ ...localStorage }, { ...sessionStorage }]),
    epoch: localStorage.getItem(`sotto-epoch-${uid}`),
  };
}"""
READ = "async () => (await import('/static/js/private/ring.js')).readRing()"
DELETE = "async () => (await import('/static/js/private/ring.js')).deleteRing()"


def test_keys_are_made_kept_and_opened_and_nothing_that_opens_them_leaves(
    page: Page, live_sotto: LiveSotto, reader: tuple[str, str]
) -> None:
    page.expected = ("409 (Conflict)",)
    with between(live_sotto.port, keeps=True) as proxy:
        seen = replace(live_sotto, url=proxy.url)
        log_in(page, seen, reader)
        made = page.evaluate(CREATE)
        assert made["before"] is None
        assert made["kept"] == ["epoch", "pairs", "pk", "slots", "state"]
        assert made["again"] == {"reason": "reload", "epoch": 1}

        page.goto(seen.url + "/")
        opened = page.evaluate(UNLOCK, [made["passphrase"], made["code"]])
        assert opened["answers"] == ["passphrase_wrong", None, None]
        assert (opened["text"], opened["epoch"]) == ("heard", "1")
        assert (opened["said"], opened["locked"]) == (["left", "left"], [None, None])

        assert page.evaluate(DELETE) == {}
        assert page.evaluate(READ)["ring"] is None
        sent = [str(kept, "latin1") for kept in proxy.kept]
    assert sum(one.count("PUT /v1/keyring") for one in sent) == 2
    assert reader[1] in unquote_plus("".join(sent))  # the login password goes: this would be seen
    everywhere = "".join([*sent, *page.spoken(), opened["left"]]).lower()
    secrets = [made["passphrase"].encode(), made["code"].encode()]
    secrets += [_bytes_of(made["code"]), base64.urlsafe_b64decode(opened["master"] + "=")]
    slips = {slip for secret in secrets for slip in _ways_to_write(secret) if slip in everywhere}
    assert slips == set()


def test_a_stranger_is_asked_to_log_in(page: Page, live_sotto: LiveSotto) -> None:
    page.expected = ("401 (Unauthorized)",)
    page.goto(live_sotto.url + "/accounts/login/")
    assert page.evaluate(READ) == {"reason": "login"}


def _bytes_of(code: str) -> bytes:
    alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    number = 0
    for sign in code.replace("-", "")[:-1]:
        number = number * 32 + alphabet.index(sign)
    return number.to_bytes(20, "big")


def _ways_to_write(secret: bytes) -> set[str]:
    """As it might slip out, in small letters: plain, in JSON, in an address, in base64, in hexadecimal, as numbers."""
    text = secret.decode("latin1")
    bare = text.replace("-", "").replace(" ", "")
    encoded = {base64.b64encode(secret).decode(), base64.urlsafe_b64encode(secret).decode()}
    ways = {
        text,
        bare,
        json.dumps(text).strip('"'),
        quote(text),
        quote_plus(text),
        secret.hex(),
        ",".join(map(str, secret)),
        *(one.rstrip("=") for one in encoded),
    }
    return {way.lower() for way in ways}
