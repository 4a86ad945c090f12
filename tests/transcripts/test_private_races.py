"""Two browsers change the keys of private transcripts at once: nothing is locked with a key that is gone."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from privacy import keyring, wrapped_keys
from privacy.keyring import Manifest, Overtaken
from privacy.models import Keyring, WrappedKey
from privacy.wrapped_keys import Dek, Rotation
from tests.accounts.test_keyring import a_ring
from tests.transcripts.locked import a_private_transcript, with_keyring
from tests.transcripts.test_receipt_locks import at_once
from tests.transcripts.things import Person, a_person
from transcripts import editing, private
from transcripts.failures import Refusal
from transcripts.models import Transcript

pytestmark = pytest.mark.django_db(transaction=True)
TEXTS = ROTATIONS = 3
TRIES = 200


@pytest.fixture
def alice() -> Person:
    return with_keyring(a_person("alice"))


def epoch_of(alice: Person) -> int:
    return Keyring.objects.get(owner_id=alice.user.pk).epoch


def saved(transcript: Transcript, by: str, ring_epoch: int) -> bool:
    """With a new key, which says of itself who made it and under which ring."""
    dek = {"version": transcript.dek_version + 1, "env": {"ring": ring_epoch, "by": by}}
    machine = {"machine": {"by": by} if transcript.version else None}
    brought: dict[str, Any] = {
        "version": transcript.version + 1,
        "dek": dek,
        "document": {"by": by},
        "about": None,
        "ring_epoch": ring_epoch,
        **machine,
    }
    try:
        private.save(transcript, brought, transcript.version)
    except Refusal:
        return False
    return True


def rotated(alice: Person) -> bool:
    before = epoch_of(alice)
    rows = list(WrappedKey.objects.filter(owner_id=alice.user.pk))
    deks = {row.transcript_id: Dek(row.version, row.env | {"ring": before + 1}) for row in rows}
    try:
        private.rotate(alice.user, Rotation(a_ring(epoch=before + 1), deks, None), before)
    except Overtaken:
        return False
    assert {row.env["ring"] for row in rows} <= {before}, "what was under other keys opens no more"
    return True


def until_done(act: Callable[[], bool]) -> None:
    assert any(act() for _ in range(TRIES))


def test_E10_of_two_tabs_that_save_one_sealed_result_one_wins(alice):
    for _ in range(ROTATIONS):
        text = a_private_transcript(alice)
        won: list[str] = []

        def one(text: Transcript = text, won: list[str] = won) -> None:
            won.extend(["one"] if saved(text, "one", 1) else [])

        other = Transcript.objects.get(pk=text.pk)

        def another(text: Transcript = other, won: list[str] = won) -> None:
            won.extend(["another"] if saved(text, "another", 1) else [])

        assert at_once(one, another) == []
        [key] = WrappedKey.objects.filter(transcript_id=text.pk)
        kept = Transcript.objects.get(pk=text.pk)
        assert won == [kept.document["by"]] == [key.env["by"]]
        assert kept.version == 1


def test_E11_saves_and_rotations_at_once_leave_every_text_with_its_key(alice):
    texts = [a_private_transcript(alice) for _ in range(TEXTS)]

    def save(by: str) -> None:
        for pk in (one.pk for one in texts):
            until_done(lambda pk=pk: saved(Transcript.objects.get(pk=pk), by, epoch_of(alice)))

    def save_one() -> None:
        save("one")

    def save_another() -> None:
        save("another")

    def rotate() -> None:
        for _ in range(ROTATIONS):
            until_done(lambda: rotated(alice))

    assert at_once(save_one, save_another, rotate) == []
    last = epoch_of(alice)
    assert last == ROTATIONS + 1
    keys = wrapped_keys.of(Transcript.objects.values_list("pk", "dek_version"))
    for text in Transcript.objects.all():
        assert (text.version, text.dek_version) == (2, 2)
        assert keys[text.pk].env == {"ring": last, "by": text.document["by"]}


def test_a_rotation_waits_for_whoever_is_between_the_two_databases(alice):
    """Else it would take the key that is there already for one that nobody needs."""
    text = a_private_transcript(alice)
    is_between, is_rotated = threading.Event(), threading.Event()

    def save() -> None:
        with transaction.atomic():
            row = Transcript.objects.select_for_update().get(pk=text.pk)
            private.put_key(row, Dek(1, {"by": "save"}), 1)
            is_between.set()
            is_rotated.wait(0.5)
            Transcript.objects.filter(pk=text.pk).update(dek_version=1, version=1)

    def rotate() -> None:
        is_between.wait(60)
        with contextlib.suppress(Overtaken):
            private.rotate(alice.user, Rotation(a_ring(epoch=2), {}, None), 1)
        is_rotated.set()

    assert at_once(save, rotate) == []
    assert [row.env for row in WrappedKey.objects.all()] == [{"by": "save"}]


def test_P07_a_save_while_its_text_is_deleted_leaves_no_key(alice):
    text = a_private_transcript(alice)
    has_begun, is_deleted = threading.Event(), threading.Event()

    def save() -> None:
        with transaction.atomic():
            row = Transcript.objects.select_for_update().get(pk=text.pk)
            has_begun.set()
            is_deleted.wait(0.5)
            private.put_key(row, Dek(1, {}), 1)

    def delete() -> None:
        has_begun.wait(60)
        editing.delete_transcript(text)
        is_deleted.set()

    assert at_once(save, delete) == []
    assert (Transcript.objects.count(), WrappedKey.objects.count()) == (0, 0)


def test_a_rotation_leaves_a_key_alone_of_which_it_knows_nothing(alice):
    """Its text became private a moment ago."""
    wrapped_keys.put(alice.user, 1, "somewhere", Dek(1, {}), 0)
    new = Rotation(a_ring(epoch=2), {}, None)
    with pytest.raises(Overtaken):
        wrapped_keys.rotate(alice.user, new, instead_of=1, in_use={}, known=[])
    assert WrappedKey.objects.count() == 1
    private.rotate(alice.user, new, 1)  # which looks for it, and finds none
    assert WrappedKey.objects.count() == 0


def test_of_a_rotation_and_another_passphrase_at_once_one_counts(alice):
    for before in range(1, ROTATIONS + 1):
        counted: list[str] = []

        def rotate(before: int = before, counted: list[str] = counted) -> None:
            with contextlib.suppress(Overtaken):
                new = Rotation(a_ring("made_by_python", before + 1), {}, None)
                private.rotate(alice.user, new, before)
                counted.append("rotation")

        def change(before: int = before, counted: list[str] = counted) -> None:
            with contextlib.suppress(Overtaken):
                ring = a_ring("made_by_chrome", before + 1)
                keyring.keep(alice.user, ring, before + 1, instead_of=before)
                counted.append("change")

        assert at_once(rotate, change) == []
        assert (len(counted), epoch_of(alice)) == (1, before + 1)


def test_manifests_of_two_browsers_follow_one_another(alice):
    def put() -> bool:
        epoch = Keyring.objects.get().manifest_epoch + 1
        try:
            keyring.keep_manifest(alice.user, Manifest(epoch, {"n": epoch}), 1)
        except Overtaken:
            return False
        return True

    def one() -> None:
        for _ in range(ROTATIONS):
            until_done(put)

    def another() -> None:
        one()

    assert at_once(one, another) == []
    ring = Keyring.objects.get()
    assert (ring.manifest_epoch, ring.manifest) == (2 * ROTATIONS, {"n": 2 * ROTATIONS})


def test_starting_over_and_a_save_at_once_leave_nothing(alice):
    for _ in range(3):
        texts = [a_private_transcript(alice) for _ in range(3)]

        def save(texts: list[Transcript] = texts) -> None:
            for text in texts:
                with contextlib.suppress(Refusal):
                    saved(text, "one", 1)

        def start_over() -> None:
            keyring.start_over(alice.user)

        assert at_once(save, start_over) == []
        assert (Transcript.objects.count(), WrappedKey.objects.count()) == (0, 0)
        with_keyring(alice)
