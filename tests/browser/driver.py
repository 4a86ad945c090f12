"""Chromium, driven by playwright in one Node process that answers line by line."""

import json
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
NODE_MODULES = HERE.parent / "node_modules"


class NotInstalled(Exception):  # noqa: N818 - what happened
    """Names what is missing."""


class BrowserError(AssertionError):
    """What playwright said: a thing that did not appear in time, most often."""


class Browser:
    def __init__(self) -> None:
        chromium = shutil.which("chromium") or shutil.which("google-chrome")
        if shutil.which("node") is None or chromium is None:
            raise NotInstalled("node and chromium")
        if not (NODE_MODULES / "playwright-core").is_dir():
            raise NotInstalled("playwright-core")
        self._process = subprocess.Popen(
            ["node", str(HERE / "driver.mjs"), chromium],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        self._last_id = 0

    def call(self, name: str, *args: Any, page: int | None = None) -> Any:
        self._last_id += 1
        request = {"id": self._last_id, "do": name, "args": args, "page": page}
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        if "error" in answer:
            raise BrowserError(f"{name}{args!r}: {answer['error']}")
        return answer.get("result")

    def open(self, **options: Any) -> "Page":
        return Page(self, self.call("open", options))

    def close(self) -> None:
        """Node ends, and its Chromium with it, when nobody speaks to it any more."""
        assert self._process.stdin
        with self._process:
            self._process.stdin.close()
            try:
                self._process.wait(15)
            except subprocess.TimeoutExpired:
                self._process.kill()


class Page:
    """A page in a browser profile of its own. Selectors are playwright's."""

    def __init__(self, browser: Browser, number: int) -> None:
        self._browser = browser
        self._number = number
        self.expected: tuple[str, ...] = ()

    def call(self, name: str, *args: Any) -> Any:
        return self._browser.call(name, *args, page=self._number)

    def goto(self, url: str) -> None:
        self.call("page.goto", url)

    def click(self, selector: str) -> None:
        self.call("page.click", selector)

    def fill(self, selector: str, text: str) -> None:
        self.call("page.fill", selector, text)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.call("keyboard.press", key)

    def send(self, selector: str, *files: Path) -> None:
        self.call("page.setInputFiles", selector, [str(file) for file in files])

    def download(self, selector: str, into: Path) -> str:
        """Click, and keep the file that comes of it. Returns the name that it was given."""
        return self.call("download", selector, str(into))

    def drop(self, selector: str, files: Sequence[tuple[str, Path]]) -> None:
        self.call("drop", selector, [{"name": name, "path": str(path)} for name, path in files])

    def wait_for(self, selector: str, *, seconds: float = 30, state: str = "visible") -> None:
        options = {"timeout": seconds * 1000, "state": state}
        self.call("page.waitForSelector", selector, options)

    def wait_until(self, expression: str, *, seconds: float = 30) -> None:
        self.call("waitUntil", expression, seconds * 1000)

    def text(self, selector: str) -> str:
        """As a reader sees it: one space where the source has many."""
        return " ".join(self.call("page.innerText", selector).split())

    def texts(self, selector: str) -> list[str]:
        code = "(selector) => [...document.querySelectorAll(selector)].map((e) => e.textContent.trim())"
        return self.evaluate(code, selector)

    def count(self, selector: str) -> int:
        return self.evaluate("(selector) => document.querySelectorAll(selector).length", selector)

    def evaluate(self, code: str, argument: Any = None) -> Any:
        """``code`` is a JavaScript function of one argument, or an expression."""
        is_function = re.match(r"(async )?\(\w*\) =>", code)
        function = code if is_function else f"() => ({code})"
        return self.call("evaluate", function, argument)

    def screenshot(self, path: Path, *, full: bool = True) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.call("page.screenshot", {"path": str(path), "fullPage": full})

    @property
    def path(self) -> str:
        return self.evaluate("location.pathname")

    def troubles(self) -> list[str]:
        """Errors and warnings of the console since the last look, refusals of the CSP included.

        Without those that hold a part that is ``expected``.
        """
        said = self.call("troubles")
        return [line for line in said if not any(part in line for part in self.expected)]

    def violations(self) -> list[str]:
        """What axe finds wrong, one line for each kind."""
        return self.call("axe")

    def spoken(self) -> list[str]:
        """What it has sent over sockets."""
        return self.call("spoken")

    def give_key(self) -> None:
        """From now on passkeys are made and used without asking."""
        self.call("key")

    def beside(self) -> "Page":
        """Another tab of the same browser."""
        return Page(self._browser, self.call("beside"))

    def close(self) -> None:
        self.call("context.close")
