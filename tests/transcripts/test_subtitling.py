"""The page of the subtitles, and the rules that people know by name."""

import json
import re
from html import unescape

import pytest
from django.urls import reverse

from tests.transcripts.things import a_guest, a_transcript
from transcripts.exports import BOUNDS, ExportOptions
from transcripts.subtitling import PRESETS


def test_every_preset_may_be_asked_for_and_the_first_is_what_downloads_have():
    assert PRESETS[0].numbers == {name: getattr(ExportOptions(), name) for name in BOUNDS}
    for preset in PRESETS:
        assert preset.numbers.keys() == BOUNDS.keys()
        for name, (least, most) in BOUNDS.items():
            assert least <= preset.numbers[name] <= most, (preset.id, name)


@pytest.mark.django_db
def test_the_page_brings_every_preset_and_no_word_of_the_transcript():
    guest, caller = a_guest()
    address = reverse("transcript-subtitles", args=[a_transcript(caller).pk])
    body = guest.client.get(address).content.decode()
    [presets] = re.findall(r'data-preset data-numbers="(.*?)"', body)
    assert json.loads(unescape(presets)) == {preset.id: preset.numbers for preset in PRESETS}
    assert "welcome" not in body
    assert a_guest()[0].client.get(address).status_code == 404
