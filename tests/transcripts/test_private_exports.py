"""The panel that makes exports in the browser: what it says comes from the server's tables."""

import re

from django.template import engines

from transcripts.exports import BOUNDS, EXPORTS, ExportOptions

PANEL = "{% load private_exports %}{% exports_panel %}"


def test_every_format_and_option_of_the_table_is_in_the_panel():
    html = engines["django"].from_string(PANEL).render({})
    buttons = re.findall(r'data-format="(.*?)" data-type="(.*?)" data-extension="(.*?)"', html)
    assert buttons == [(row.id, row.content_type, row.extension) for row in EXPORTS]
    assert re.findall(r'<option value="(\w+)">', html)[: len(EXPORTS)] == [
        row.id for row in EXPORTS
    ]
    numbers = re.findall(r'name="(\w+)" value="(.*?)" min="(.*?)" max="(.*?)"', html)
    usual = ExportOptions()
    assert numbers == [
        (name, str(getattr(usual, name)), str(least), str(most))
        for name, (least, most) in BOUNDS.items()
    ]


def test_it_asks_the_server_for_nothing_and_knows_nobody():
    html = engines["django"].from_string(PANEL).render({})
    assert re.findall(r"\b(?:action|href|src|hx-\w+)=", html) == []
    assert 'name="template"' not in html
