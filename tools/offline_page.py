"""Make `static/offline/sotto-offline.html`, which opens exports without a network: `python3 tools/offline_page.py`.

One file of text that can be read: its modules stand in it as they are written, each in a function of
its own, and only their imports and exports are put in other words. Nothing else is ever loaded: the
policy in its head names the hashes of its one script and its one style. Standard library only.
"""

import base64
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "tools" / "offline"
ENTRY = ROOT / "static" / "js" / "offline" / "main.js"
STYLES = (ROOT / "static" / "css" / "tokens.css", SOURCE / "page.css")
PAGE = ROOT / "static" / "offline" / "sotto-offline.html"
SUMS = PAGE.with_name("SHA256SUMS")
TOLD = ROOT / "docs" / "private.md"

_IMPORT = re.compile(
    r'^import\s+(?:\{(?P<names>[^}]*)\}|\*\s+as\s+(?P<all>\w+))\s+from\s+"(?P<path>\.[^"]+)";\n',
    re.MULTILINE,
)
_DECLARED = re.compile(
    r"^export (?=(?:async )?function\*? (\w+)|class (\w+)|const (\w+) =)", re.MULTILINE
)
_TAKEN_APART = re.compile(r"^export (?=const \[([^\]]*)\] =)", re.MULTILINE)
_LISTED = re.compile(r"^export \{([^}]*)\};\n", re.MULTILINE)
_LEFT = re.compile(
    r"^(?:import|export)\b.*|\bimport\s*\(.*|\bimport\.meta\b.*|</script.*|<!--.*", re.MULTILINE
)


class Unknown(Exception):  # noqa: N818 - what happened
    """A way to write a module that this builder does not know."""


@dataclass(frozen=True)
class Module:
    path: Path
    body: str
    needs: tuple[Path, ...]

    @property
    def name(self) -> str:
        return _name(self.path)


def page() -> str:
    """The file, whole. Raises Unknown."""
    script, style = script_of(ENTRY), "\n".join(path.read_text("utf-8") for path in STYLES)
    template = (SOURCE / "page.html").read_text("utf-8")
    filled = {"policy": policy(script, style), "style": style, "script": script}
    return re.sub(r"\{\{ (\w+) \}\}", lambda found: filled[found[1]], template)


def policy(script: str, style: str) -> str:
    rules = (
        "default-src 'none'",
        f"script-src '{_hash(script)}'",
        f"style-src '{_hash(style)}'",
        "media-src blob:",
        "base-uri 'none'",
        "form-action 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    )
    return "; ".join(rules)


def script_of(entry: Path) -> str:
    """The modules that ``entry`` needs, each behind those that it needs itself."""
    return "\n".join(_wrapped(module) for module in _in_order(entry, {}, ()))


def _in_order(path: Path, seen: dict[Path, Module], on_the_way: tuple[Path, ...]) -> list[Module]:
    if path in on_the_way:
        raise Unknown(f"{_name(path)} needs itself")
    if path in seen:
        return list(seen.values())
    module = _read(path)
    for needed in module.needs:
        _in_order(needed, seen, (*on_the_way, path))
    seen[path] = module
    return list(seen.values())


def _read(path: Path) -> Module:
    needs: list[Path] = []
    exports: list[str] = []

    def imported(found: re.Match[str]) -> str:
        needed = (path.parent / found["path"]).resolve()
        needs.append(needed)
        names = found["all"] or f"{{ {_renamed(found['names'], ': ')} }}"
        return f"const {names} = {_name(needed)};\n"

    def listed(found: re.Match[str]) -> str:
        exports.extend(": ".join(reversed(one.split(" as "))) for one in _pieces(found[1]))
        return ""

    def declared(found: re.Match[str]) -> str:
        exports.extend(next(filter(None, found.groups())).split(", "))
        return ""

    text = _IMPORT.sub(imported, path.read_text("utf-8"))
    for pattern in (_DECLARED, _TAKEN_APART):
        text = pattern.sub(declared, text)
    text = _LISTED.sub(listed, text)
    if left := _LEFT.search(text):
        raise Unknown(f"{path}: {left[0]}")
    shown = f"\nreturn {{ {', '.join(exports)} }};" if exports else ""
    return Module(path, text.rstrip() + shown, tuple(needs))


def _renamed(names: str, by: str) -> str:
    return ", ".join(one.replace(" as ", by) for one in _pieces(names))


def _pieces(names: str) -> list[str]:
    return [one.strip() for one in names.split(",") if one.strip()]


def _wrapped(module: Module) -> str:
    where = module.path.relative_to(ROOT).as_posix()
    return f"\n// ───── {where}\nconst {module.name} = (() => {{\n{module.body}\n}})();\n"


def _name(path: Path) -> str:
    inside = path.relative_to(ROOT / "static").with_suffix("").as_posix()
    return "$" + re.sub(r"\W", "_", inside.removeprefix("js/"))


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def files() -> dict[Path, str]:
    """What there is to write, with what is in it: the page, and its hash wherever that is told."""
    made = page()
    line = f"{hashlib.sha256(made.encode()).hexdigest()}  {PAGE.name}"
    told = re.sub(rf"[0-9a-f]{{64}}  {PAGE.name}", line, TOLD.read_text("utf-8"))
    return {PAGE: made, SUMS: f"{line}\n", TOLD: told}


if __name__ == "__main__":
    for path, text in files().items():
        path.write_text(text, "utf-8")
