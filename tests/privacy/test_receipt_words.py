"""No event, no fact, no way to end and no way to come lacks its words."""

import re

import pytest

from gpu.contract import Failure
from privacy.receipt_words import LABELS, MEANINGS, REASONS, SENTENCES, VARIES_BY, sentence
from privacy.receipts import FACTS, Event

# Of every kind of fact, one that can be met.
EXAMPLES = {
    "bytes": 3_355_443, "sealed_bytes": 2048, "milliseconds": 65_400, "process": 7, "attempt": 1,
    "version": 2, "count": 3, "until": "2026-11-24T07:02:07.000001+00:00",
    "began_at": "2026-11-24T07:02:07.000001+00:00", "why": "no_speech", "model": "large-v3",
}  # fmt: skip


def facts_of(event: Event, variant: str = "") -> dict:
    facts = {name: EXAMPLES.get(name, f"some-{name}") for name in FACTS[event]}
    if variant:
        facts[VARIES_BY[event]] = variant
    return facts


@pytest.mark.parametrize("event", Event)
def test_every_event_has_a_sentence_and_a_meaning(event):
    said = sentence(event, facts_of(event))
    assert re.search(r"[.”]$", said)
    assert "%" not in said
    assert str(MEANINGS[event]).endswith(".")


@pytest.mark.parametrize(("event", "variant"), SENTENCES, ids=str)
def test_every_sentence_leans_only_on_facts_of_its_event(event, variant):
    named = set(re.findall(r"%\((\w+)\)s", str(SENTENCES[event, variant])))
    assert named <= FACTS[event]
    assert "?" not in sentence(event, facts_of(event, variant))
    assert variant == "" or VARIES_BY[event] in FACTS[event]


@pytest.mark.parametrize("event", Event)
def test_an_entry_that_lacks_facts_is_still_told(event):
    assert sentence(event, {})


def test_every_fact_has_a_label_and_no_label_is_left_over():
    assert set(LABELS) == set().union(*FACTS.values())


def test_every_way_to_end_has_its_reason():
    assert set(REASONS) >= {*Failure, "done", "cancelled", "worker_left"}
    ways = {*REASONS, "lost"}
    told = {sentence(Event.DESTROYED, {"what": "audio", "why": why}) for why in ways}
    assert len(told) == len(ways)


def test_the_sentences_of_the_brief():
    received = {"bytes": 3_355_443, "sha256": "0" * 64, "transport": "parts"}
    assert sentence(Event.RECEIVED, received) == (
        "The server received 3.2 MB over the connection, in parts, and took its SHA-256."
    )
    assert sentence(Event.DESTROYED, {"what": "audio", "why": "done"}) == (
        "The audio was destroyed, because the transcript was ready."
    )
    held = {"what": "audio", "where": "process_memory", "machine": "m", "process": 7}
    assert sentence(Event.HELD, held | {"until": "2026-11-24T07:02:07.000001+00:00"}) == (
        "The audio is held in the memory of process 7 on m, until Nov. 24, 2026, 07:02:07 UTC "
        "at the latest."
    )
