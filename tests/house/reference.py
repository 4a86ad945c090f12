"""The tables in docs/, made from the code's own: ``make reference`` writes them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import fields
from typing import TYPE_CHECKING

import django

from tests.speech import ROOT

if TYPE_CHECKING:
    from privacy.switches import Choice

PAGES = [ROOT / "docs" / name for name in ("reference.md", "promises.md", "retention.md")]
BLOCK = re.compile(r"(<!-- table: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def page_with_fresh_tables(page: str) -> str:
    return BLOCK.sub(lambda block: f"{block[1]}{TABLES[block[2]]()}{block[3]}", page)


def table(head: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "".join(f"| {' | '.join(str(cell) for cell in line)} |\n" for line in lines)


def formats() -> str:
    from transcripts.exports import EXPORTS

    rows = (
        (
            f"`{row.id}`",
            row.label,
            f"`.{row.extension}`",
            row.content_type,
            ", ".join(f"`{name}`" for name in row.options),
        )
        for row in EXPORTS
    )
    return table(("id", "what", "ends in", "content type", "options that it heeds"), rows)


def models() -> str:
    from gpu.contract import MODELS

    rows = (
        (
            f"`{row.id}`",
            row.label,
            "99" if len(row.languages) > 90 else ", ".join(row.languages),
            "yes" if row.translates else "",
            "yes" if row.accepts_vocabulary else "",
            f"`{row.install_hint}`" if row.weights else "comes with Sotto",
        )
        for row in MODELS
    )
    head = ("id", "model", "languages", "translates to English", "takes a vocabulary", "install")
    return table(head, rows)


def plans() -> str:
    from billing.plans import PLANS, Plan

    names = [field.name for field in fields(Plan) if field.name not in {"id", "label"}]
    rows = (
        (name.replace("_", " "), *(_limit(getattr(plan, name)) for plan in PLANS)) for name in names
    )
    return table(("limit", *(str(plan.label) for plan in PLANS)), rows)


def retention() -> str:
    from privacy.periods import in_words, period_of
    from privacy.retention import rules

    rows = (
        (
            f"`{rule.id}`",
            rule.label,
            period_of(rule),
            in_words(rule.every),
            in_words(rule.rests) if rule.rests else "",
        )
        for rule in rules()
    )
    head = ("rule", "what goes", "after", "looked for every", "rests after a jump")
    return table(head, rows)


def promises() -> str:
    from privacy.promises import PROMISES, STEPS

    rows = (
        (STEPS[row.step], row.sentence, "<br>".join(f"`{name}`" for name in row.tests))
        for row in PROMISES
    )
    return table(("about", "what is promised", "what proves it"), rows)


def switches() -> str:
    from privacy.switches import SWITCHES

    rows = (
        (f"`{row.id}`", row.label, f"`{row.default}`", ", ".join(_choice(c) for c in row.choices))
        for row in SWITCHES
    )
    return table(("switch", "what", "by default", "choices"), rows)


def failures() -> str:
    from transcripts.failures import FAILURES

    rows = (
        (f"`{code}`", row.status, row.title, row.advice, "ours" if row.ours else "")
        for code, row in FAILURES.items()
    )
    return table(("code", "status", "what the user reads", "and what helps", "whose fault"), rows)


def routes() -> str:
    """From the OpenAPI document that the running server hands out."""
    rows = (
        (f"`{method.upper()}`", f"`{path}`", operation["summary"])
        for path, operations in sorted(openapi()["paths"].items())
        for method, operation in operations.items()
        if method in {"get", "post", "put", "patch", "delete", "head"}
    )
    return table(("method", "path", "what it does"), rows)


def openapi() -> dict:
    from django.test import Client

    answer = Client(headers={"host": "127.0.0.1"}).get("/v1/openapi.json")
    assert answer.status_code == 200, answer.status_code
    return answer.json()


def _choice(choice: Choice) -> str:
    return f"`{choice.value}`" + (" (if the plan has it)" if choice.needs else "")


def _limit(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "no limit" if value is None else f"{value:,}"


TABLES = {
    function.__name__: function
    for function in (formats, models, plans, retention, switches, failures, routes, promises)
}


if __name__ == "__main__":
    import os

    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    django.setup()
    for path in PAGES:
        text = page_with_fresh_tables(path.read_text(encoding="utf-8"))
        path.write_text(text, encoding="utf-8")
