"""The page that opens exports from a disk, without a network."""

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.browser import offline
from tests.browser.driver import Page
from tests.browser.firefox import in_firefox
from tests.browser.test_every_page import too_wide
from tests.privacy.exports import CODE, PASSPHRASE, an_export
from tools.offline_page import PAGE

WHOLE = '[data-view="library"]'
NETWORK = """async (address) => {
  const forbidden = new Set();
  document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => forbidden.add(effectiveDirective));
  await fetch(`${address}fetched`).catch(() => {});
  await fetch(location.href).catch(() => {});
  navigator.sendBeacon(`${address}beacon`, 'x');
  await new Promise((done) => {
    const image = new Image();
    image.onload = image.onerror = done;
    image.src = `${address}image`;
  });
  try { document.body.innerHTML = '<b>x</b>'; } catch { /* forbidden */ }
  await new Promise((done) => setTimeout(done, 50));
  return [...forbidden].sort();
}"""
FORBIDDEN = ["connect-src", "img-src", "require-trusted-types-for"]


@pytest.fixture
def listener() -> Iterator[tuple[str, list[str]]]:
    """An address on this machine that lets everybody in, and what was asked of it."""
    heard: list[str] = []

    class Listening(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            heard.append(self.path)
            self.send_response(200)
            self.send_header("Access-Control-Allow-Origin", "*")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, *_: object) -> None:
            """Not on the screen."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Listening) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/", heard
        server.shutdown()
        thread.join()


@pytest.fixture
def offline_page(page: Page) -> Page:
    page.goto(PAGE.as_uri())
    page.wait_for("[data-view=start]")
    return page


def choose(page: Page, archive: bytes, folder: Path, name: str = "export.zip") -> None:
    (folder / name).write_bytes(archive)
    page.evaluate("document.querySelector('[data-part=status]').textContent = ''")
    page.evaluate("document.querySelector('[data-part=problems-before]').textContent = ''")
    page.send("[data-part=files]", folder / name)
    page.wait_until(
        "document.querySelector('[data-part=problems-before]').textContent"
        " || !document.querySelector('[data-part=unlock]').hidden"
        " && document.querySelector('[data-part=status]').textContent.startsWith('Found')"
    )


def unlock(page: Page, secret: str) -> None:
    page.fill("#secret", secret)
    page.press("Enter")
    page.wait_until(
        "!document.querySelector('[data-view=library]').hidden"
        " || document.querySelector('[data-part=wrong]').textContent"
    )


def seen(page: Page, case: offline.Case, folder: Path, name: str) -> dict[str, object]:
    choose(page, case.archive, folder, f"{name.replace(' ', '-')}.zip")
    said = "".join(page.texts("[data-part=problems-before] li"))
    if case.secret:
        unlock(page, case.secret)
        said += "".join(
            page.texts("[data-part=wrong]") + page.texts("[data-part=problems-list] li")
        )
    titles = page.texts(".row-title")
    if page.evaluate("!document.querySelector('[data-part=lock]').hidden"):
        page.click("[data-part=lock]")
    return {"said": said, "titles": titles}


def test_what_was_changed_is_refused_in_words(offline_page: Page, tmp_path: Path) -> None:
    said = {
        name: seen(offline_page, case, tmp_path, name) for name, case in offline.cases().items()
    }
    assert offline.cut(said) == offline.expected()


def test_it_is_read_searched_heard_and_saved(
    offline_page: Page, tmp_path: Path, speech: Callable[[str], Path]
) -> None:
    page = offline_page
    choose(page, an_export().zipped(), tmp_path)
    unlock(page, PASSPHRASE)
    page.fill("#query", "INDEED")
    page.wait_until("document.querySelectorAll('.row').length === 1")
    assert page.texts("[data-part=found]") == ["Found in one transcript."]
    page.press("Tab", "Enter")
    page.wait_for(".said")
    assert page.texts(".said-text") == ["Guten Tag.", "How are you?", "Fine <b>indeed</b>."]
    assert (page.texts(".speaker"), page.texts("mark")) == (["Ada", "Grace", "Ada"], ["indeed"])
    assert page.texts(".stamp") == ["0:00", "0:05", "0:10"]

    page.call("page.selectOption", "#which", "heard")
    page.wait_until("document.querySelectorAll('.said').length === 1")
    page.call("page.selectOption", "#which", "saved")
    page.wait_until("document.querySelectorAll('.said').length === 3")
    page.send("#recording", speech("en/jfk.flac"))
    page.wait_until("document.querySelector('audio').duration > 10")
    page.click(".said:nth-child(2) .stamp")
    page.wait_until("document.querySelector('.is-lit .stamp')?.textContent === '0:05'")
    name = page.download("[data-format=json]", tmp_path / "saved.json")
    assert name == "Interview in Köln.json"
    assert '"How are you?"' in (tmp_path / "saved.json").read_text("utf-8")
    page.download("[data-format=srt]", tmp_path / "saved.srt")
    assert "00:00:05,000 --> " in (tmp_path / "saved.srt").read_text("utf-8")

    page.click("[data-part=back]")
    assert page.texts(".said") == []
    page.click(".row")
    page.wait_for(".said")
    page.click("[data-part=lock]")
    page.wait_for("[data-part=unlock]")
    everything = "document.body.innerText + document.documentElement.outerHTML.split('<script')[0]"
    assert [word for word in ("Guten", "Köln", "Grace") if word in page.evaluate(everything)] == []
    assert (
        page.evaluate(
            "document.querySelector('#query').value + document.querySelector('#secret').value"
        )
        == ""
    )
    assert page.texts("[data-part=why]") == ["Locked."]


def test_the_recovery_code_opens_it_too(offline_page: Page, tmp_path: Path) -> None:
    page = offline_page
    choose(page, an_export().zipped(), tmp_path)
    page.click("[data-part=other-secret]")
    code = _written(CODE)
    unlock(page, code[:-1] + ("0" if code[-1] != "0" else "1"))
    assert page.texts("[data-part=wrong]") == [
        "There is a slip in the code. Compare it with your sheet, character by character."
    ]
    unlock(page, code.lower().replace("-", " "))
    assert page.texts(".row-title") == list(offline.TITLES)


def test_its_policy_lets_nothing_out_and_no_markup_in(
    offline_page: Page, listener: tuple[str, list[str]]
) -> None:
    address, heard = listener
    offline_page.expected = ("Content Security Policy", "Trusted", "Fetch API")
    assert (offline_page.evaluate(NETWORK, address), heard) == (FORBIDDEN, [])


def test_the_passphrase_and_the_words_are_kept_nowhere(offline_page: Page, tmp_path: Path) -> None:
    choose(offline_page, an_export().zipped(), tmp_path)
    unlock(offline_page, PASSPHRASE)
    left = offline_page.evaluate(
        "async () => [localStorage.length, sessionStorage.length, (await indexedDB.databases()).length]"
    )
    assert left == [0, 0, 0]


@pytest.mark.parametrize(("look", "width"), [("light", 1440), ("dark", 360)])
def test_it_is_for_everybody(
    open_page: Callable[..., Page], tmp_path: Path, look: str, width: int
) -> None:
    page = open_page(colorScheme=look, viewport={"width": width, "height": 800})
    page.goto(PAGE.as_uri())
    found = [*page.violations(), *too_wide(page)]
    choose(page, offline.cases()["missing"].archive, tmp_path)
    unlock(page, "wrong")
    found += [*page.violations(), *too_wide(page)]
    unlock(page, PASSPHRASE)
    page.click("summary")
    found += [*page.violations(), *too_wide(page)]
    page.click(".row")
    page.wait_for(".said")
    assert page.evaluate("document.activeElement.tagName") == "H1"
    assert [*found, *page.violations(), *too_wide(page)] == []


def test_in_firefox_it_is_the_same(tmp_path: Path, listener: tuple[str, list[str]]) -> None:
    address, heard = listener
    done = in_firefox("firefox_offline.mjs", PAGE.as_uri(), offline.written(tmp_path), address)
    assert offline.cut(done["said"]) == offline.expected()
    assert done["read"] == ["Guten Tag.", "How are you?", "Fine <b>indeed</b>."]
    assert (done["troubles"], done["forbidden"], heard) == ([], FORBIDDEN, [])


def _written(code: bytes) -> str:
    """With its check character, as it stands on paper."""
    alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    number = int.from_bytes(code, "big")
    values = [number >> 5 * place & 31 for place in range(31, -1, -1)]
    check = 0
    for value in values:
        check = _doubled(check) ^ value
    text = "".join(alphabet[value] for value in [*values, _doubled(check)])
    return "-".join(text[at : at + 4] for at in range(0, len(text), 4))


def _doubled(value: int) -> int:
    return (value << 1 ^ (0x25 if value & 16 else 0)) & 31
