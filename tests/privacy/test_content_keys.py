"""Contents under keys of their own, in a second database."""

import pytest
from django.db import connections

from privacy import content_keys
from privacy.content_keys import Shredded
from privacy.models import ContentKey, Deletion

pytestmark = pytest.mark.django_db

WORDS = {"text": "The harbour at night. 写入磁盘", "numbers": [1, 2.5, None]}


def test_what_was_sealed_comes_back():
    key = content_keys.make_key("a")
    assert content_keys.make_key("a") == key
    sealed = content_keys.seal(key, "a document", WORDS)
    assert b"harbour" not in sealed
    assert content_keys.unseal(key, "a document", sealed) == WORDS


def test_the_same_words_never_look_the_same():
    key = content_keys.make_key("a")
    assert len({content_keys.seal(key, "a text", "yes") for _ in range(50)}) == 50


@pytest.mark.parametrize("change", ["key", "context", "nonce", "body", "version", "cut"])
def test_anything_else_is_refused(change):
    key = content_keys.make_key("a")
    sealed = bytearray(content_keys.seal(key, "a document", WORDS))
    context = "a title" if change == "context" else "a document"
    place = {"version": 0, "nonce": 5, "body": -1}.get(change)
    if place is not None:
        sealed[place] ^= 1
    if change == "cut":
        del sealed[9:]
    key = content_keys.make_key("b") if change == "key" else key
    with pytest.raises(Shredded):
        content_keys.unseal(key, context, bytes(sealed))


def test_a_destroyed_key_is_gone_and_noted():
    content_keys.make_key("a")
    content_keys.make_key("b")
    for _ in range(2):  # safe to repeat
        content_keys.shred(["a"], [(Deletion.Kind.TRANSCRIPT, "t1")])
    with pytest.raises(Shredded):
        content_keys.key_of("a")
    assert list(content_keys.keys_of(["a", "b", "c"])) == ["b"]
    assert list(Deletion.objects.values_list("kind", "object_id")) == [("transcript", "t1")]


def test_keys_are_not_where_the_contents_are():
    """A backup of the one database must be worth nothing without the other."""
    here, there = (
        set(connections[name].introspection.table_names()) for name in ("default", "keys")
    )
    assert {"privacy_contentkey", "privacy_daykey", "privacy_deletion"} <= there
    assert not {"privacy_contentkey", "privacy_daykey", "privacy_deletion"} & here
    assert not {"transcripts_transcript", "transcripts_job", "accounts_user"} & there
    assert ContentKey.objects.all().db == "keys"
