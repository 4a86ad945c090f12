"""What somebody asks of a recognition, read from a form or from JSON alike."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from gpu.contract import (
    MAX_SPEAKERS,
    MAX_VOCABULARY_TERM_CHARS,
    MAX_VOCABULARY_TERMS,
    MODELS,
    MODELS_BY_ID,
    Options,
)
from privacy import envelopes
from transcripts.failures import Refusal
from transcripts.jobs import Keep

T = TypeVar("T")
TRUE, FALSE = {"true", "1", "yes", "on"}, {"false", "0", "no", "off"}
LANGUAGES = {language for model in MODELS for language in model.languages} | {"auto"}


class Wrong(ValueError):  # noqa: N818
    """A field's value cannot be used; ``sentence`` says what could."""

    def __init__(self, sentence: str | Promise) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def parse_options(fields: Mapping[str, Any]) -> Options:
    """Raises Refusal ``validation_failed`` with a sentence for each wrong field."""
    return Fields(fields).options()


class Fields:
    """Reads fields one by one and remembers what was wrong, to say it all at once."""

    def __init__(self, fields: Mapping[str, Any]) -> None:
        self._fields = fields
        self.errors: dict[str, str] = {}

    def read(self, name: str, parse: Callable[[Any], T], default: T) -> T:
        value = self._fields.get(name)
        if value is None or value == "":
            return default
        try:
            return parse(value)
        except Wrong as wrong:
            self.errors[name] = str(wrong.sentence)
            return default

    def keep(self) -> Keep | None:
        """None: as the caller has chosen for all of theirs."""
        is_kept = self.read("keep", boolean, None)
        public_key = self.read("public_key", _public_key, "")
        if not self.read("private", boolean, default=False):
            if public_key:
                self.errors["public_key"] = _("It is for private transcripts: say private=true.")
            return None if is_kept is None else Keep(is_kept)
        if is_kept is False:
            self.errors["keep"] = _("A private transcript is kept, as ciphertext. Leave this out.")
        if not public_key:
            self.errors.setdefault("public_key", _("Send the public key of your keyring."))
        return Keep(public_key=public_key)

    def options(self) -> Options:
        """Raises Refusal ``validation_failed``, also for fields that were read before."""
        options = Options(
            model=self.read("model", _model, settings.DEFAULT_MODEL),
            language=self.read("language", _language, "auto"),
            diarize=self.read("diarize", boolean, default=True),
            speakers=self.read("speakers", _speakers, 0),
            vocabulary=self.read("vocabulary", _vocabulary, ()),
        )
        if self.errors:
            raise Refusal("validation_failed", errors=self.errors)
        return options


def boolean(value: Any) -> bool:
    text = str(value).strip().lower()
    if text not in TRUE | FALSE:
        raise Wrong(_("Say true or false."))
    return text in TRUE


def one_of(*choices: str) -> Callable[[Any], str]:
    def parse(value: Any) -> str:
        if not isinstance(value, str) or value not in choices:
            raise Wrong(_("Choose one of: %s.") % ", ".join(choices))
        return value

    return parse


def _public_key(value: Any) -> str:
    try:
        envelopes.public_key(value)
    except envelopes.Refused:
        raise Wrong(_("Give a point of P-256, uncompressed, in base64url.")) from None
    return str(value)


def _model(value: Any) -> str:
    if not isinstance(value, str) or value not in MODELS_BY_ID:
        raise Wrong(_("There is no such model; see /v1/models."))
    return value


def _language(value: Any) -> str:
    if not isinstance(value, str) or value.lower() not in LANGUAGES:
        raise Wrong(_("There is no such language; see /v1/languages, or say auto."))
    return value.lower()


def _speakers(value: Any) -> int:
    text = str(value)
    if isinstance(value, bool) or not re.fullmatch(r"[0-9]{1,3}", text) or int(text) > MAX_SPEAKERS:
        raise Wrong(_("Give a whole number from 0 (find out) to %d.") % MAX_SPEAKERS)
    return int(text)


def _vocabulary(value: Any) -> tuple[str, ...]:
    """Terms between commas or line breaks, or as a JSON list."""
    terms = tuple(dict.fromkeys(term for item in _items(value) if (term := item.strip())))
    if len(terms) > MAX_VOCABULARY_TERMS:
        raise Wrong(_("At most %d terms are possible.") % MAX_VOCABULARY_TERMS)
    if any(len(term) > MAX_VOCABULARY_TERM_CHARS for term in terms):
        raise Wrong(_("A term may have at most %d characters.") % MAX_VOCABULARY_TERM_CHARS)
    if any(not term.isprintable() for term in terms):
        raise Wrong(_("A term may hold no control characters."))
    return terms


def _items(value: Any) -> list[str]:
    if isinstance(value, str) and value.lstrip().startswith("["):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            raise Wrong(_("This is not a JSON list.")) from None
    if isinstance(value, str):
        return re.split(r"[,\n]", value)
    if not isinstance(value, list | tuple) or not all(isinstance(item, str) for item in value):
        raise Wrong(_("Give a list of words or phrases."))
    return list(value)
