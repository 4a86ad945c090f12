"""Every entry of a receipt in plain words: a sentence for each event and variant of it.

The words lie beside the events (``privacy/receipts.py``); a test sees that no event, no fact and
no way for a job to end lacks its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.template.defaultfilters import filesizeformat
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from gpu.contract import MODELS_BY_ID
from privacy.models import Entry, Receipt
from privacy.receipts import Event, Fact, entry_shape

Text = str | Promise

# The fact that an event's variants go by; the variant "" speaks for all that have no words.
VARIES_BY: dict[Event, str] = {
    Event.RECEIVED: "transport",
    Event.HELD: "where",
    Event.PUT_BACK: "why",
    Event.STORED: "form",
    Event.CHANGED: "what",
    Event.ENDED: "how",
    Event.DESTROYED: "why",
    Event.HANDED_OVER: "to",
    Event.ARCHIVED: "what",
    Event.CONTRIBUTED: "what",
    Event.WITHDRAWN: "what",
    Event.EXPORTED: "to",
    Event.SHARED: "form",
    Event.DELETED: "what",
}

# Why something ended, as the end of a sentence: “…, because …”.
REASONS: dict[str, Text] = {
    "done": _("the transcript was ready"),
    "cancelled": _("the job was cancelled"),
    "unreadable_media": _("the file could not be read as audio or video"),
    "no_audio_track": _("the file had no sound in it"),
    "too_long": _("the recording was longer than allowed"),
    "no_speech": _("no speech was found in it"),
    "model_unavailable": _("the model is not installed on the server"),
    "language_unsupported": _("the model does not know the language"),
    "decoder_crash": _("the file made the decoder stop"),
    "engine_failed": _("the engine that listens had failed"),
    "worker_crash": _("the worker had crashed"),
    "not_kept": _("nothing of this job was to be kept"),
    "answered": _("the answer had carried it"),
    "destroyed": _("its owner said so"),
    "worker_left": _("its worker was told to stop"),
    "keys_gone": _("the keys that it was to be locked with were gone"),
    "audio_expired": _("its time in memory was over"),
    "audio_lost": _("the audio could no longer be read"),
    "consent_ended": _("you had switched it off"),
    "taken_back": _("you took it back"),
    "changed_back": _("you changed it back"),
    "kept_long_enough": _("it had been kept for as long as it may"),
    "went_along": _("the transcript or the account was deleted"),
    "no_audio": _("its sound was no longer there"),
    "revoked": _("it was withdrawn"),
    "link_expired": _("its time was over"),
    "link_used_up": _("it had been opened as often as it was to be"),
    "burned": _("its copy with subtitles was made"),
    "burning_cancelled": _("the making of its copy with subtitles was cancelled"),
    "burning_failed": _("no copy with subtitles could be made of it"),
}

SENTENCES: dict[tuple[Event, str], Text] = {
    (Event.RECEIVED, ""): _("The server received %(bytes)s and took its SHA-256."),
    (Event.RECEIVED, "form"): _(
        "The server received %(bytes)s over the connection, in one piece, and took its SHA-256."
    ),
    (Event.RECEIVED, "parts"): _(
        "The server received %(bytes)s over the connection, in parts, and took its SHA-256."
    ),
    (Event.RECEIVED, "unmarked"): _(
        "The server received %(bytes)s over the connection, and noted neither a name nor a SHA-256."
    ),
    (Event.HELD, ""): _("The %(what)s is held in memory, until %(until)s at the latest."),
    (Event.HELD, "process_memory"): _(
        "The %(what)s is held in the memory of process %(process)s on %(machine)s, until %(until)s "
        "at the latest."
    ),
    (Event.HELD, "redis_memory_encrypted"): _(
        "The %(what)s is held encrypted in the memory of a Redis server, until %(until)s at the "
        "latest."
    ),
    (Event.TAKEN, ""): _("The worker %(worker)s began to work on it: attempt %(attempt)s."),
    (Event.PUT_BACK, ""): _(
        "Attempt %(attempt)s ended because %(why)s; the job went back to the queue."
    ),
    (Event.DECODED, ""): _("%(milliseconds)s of sound were decoded, in memory."),
    (Event.RECOGNISED, ""): _(
        "%(engine)s %(version)s with the model %(model)s wrote down the words, on %(machine)s."
    ),
    (Event.STORED, ""): _("The %(what)s was stored."),
    (Event.STORED, "text"): _(
        "The %(what)s was stored as text that the server can read: %(sealed_bytes)s, sealed under "
        "a key of its own."
    ),
    (Event.STORED, "ciphertext"): _(
        "The %(what)s was stored as ciphertext that the server cannot read: %(sealed_bytes)s."
    ),
    (Event.STORED, "nothing"): _("Nothing was stored."),
    (Event.CHANGED, ""): _("The %(what)s of the transcript was changed."),
    (Event.CHANGED, "document"): _("The transcript was changed; it is now version %(version)s."),
    (Event.CHANGED, "made_private"): _(
        "You made the transcript private. What the server could read of it was destroyed, with its "
        "key: words, versions, title, tags, links, what the search index knew and the name of the file."
    ),
    (Event.CHANGED, "made_standard"): _(
        "You made the transcript one that the server can read. The ciphertext was destroyed, with "
        "its keys and its links."
    ),
    (Event.ENDED, ""): _("The job ended, because %(why)s."),
    (Event.ENDED, "done"): _("The job ended well."),
    (Event.ENDED, "failed"): _("The job failed, because %(why)s."),
    (Event.ENDED, "cancelled"): _("The job was cancelled."),
    (Event.DESTROYED, ""): _("The %(what)s was destroyed, because %(why)s."),
    (Event.DESTROYED, "expired"): _(
        "The %(what)s was destroyed, because its time in memory was over."
    ),
    (Event.DESTROYED, "lost"): _(
        "The %(what)s was found gone: the memory that held it had ended before."
    ),
    (Event.HANDED_OVER, ""): _("The transcript was handed over as %(format)s."),
    (Event.HANDED_OVER, "request"): _(
        "The transcript was handed over as %(format)s, in the answer to the request that brought "
        "the recording."
    ),
    (Event.HANDED_OVER, "browser"): _(
        "The transcript was handed over to a browser, as %(format)s."
    ),
    (Event.HANDED_OVER, "api"): _("The transcript was handed over through the API, as %(format)s."),
    (Event.ARCHIVED, ""): _(
        "The %(what)s was put into the archive, until %(until)s at the latest."
    ),
    (Event.ARCHIVED, "audio"): _(
        "Because you had switched on Voice Lab, the audio went into its archive, encrypted, until "
        "%(until)s at the latest."
    ),
    (Event.CONTRIBUTED, ""): _(
        "Corrected stretches were contributed, as you had chosen: %(count)s in number."
    ),
    (Event.CONTRIBUTED, "text"): _(
        "The text of corrected stretches was contributed, as you had chosen, without sound: "
        "%(count)s in number."
    ),
    (Event.CONTRIBUTED, "audio"): _(
        "Corrected stretches were contributed with their sound, as you had chosen: %(count)s in "
        "number, %(milliseconds)s long."
    ),
    (Event.WITHDRAWN, ""): _(
        "Corrections that had been contributed were deleted, because %(why)s: %(count)s in number."
    ),
    (Event.WITHDRAWN, "recording"): _(
        "The recording was deleted from the archive of Voice Lab, because %(why)s."
    ),
    (Event.EXPORTED, ""): _("A copy was taken as %(format)s."),
    (Event.EXPORTED, "browser"): _("A copy was downloaded in a browser, as %(format)s."),
    (Event.EXPORTED, "api"): _("A copy was taken through the API, as %(format)s."),
    (Event.EXPORTED, "share"): _(
        "A copy was downloaded through a link that you had shared, as %(format)s."
    ),
    (Event.SHARED, ""): _(
        "A link was made that opens the transcript %(guard)s, until %(until)s at the latest."
    ),
    (Event.SHARED, "permanent"): _(
        "A link was made that opens the transcript %(guard)s, until it is withdrawn."
    ),
    (Event.SHARED, "copy"): _(
        "A link was made that opens a copy of the transcript %(guard)s, until %(until)s at the "
        "latest. The server has the copy as ciphertext that it cannot read."
    ),
    (Event.SHARED, "permanent_copy"): _(
        "A link was made that opens a copy of the transcript %(guard)s, until it is withdrawn. The "
        "server has the copy as ciphertext that it cannot read."
    ),
    (Event.SHARE_ENDED, ""): _("A link to the transcript ended, because %(why)s."),
    (Event.READ_BY_STAFF, ""): _("%(who)s read the transcript. The reason given: “%(why)s”"),
    (Event.DELETED, ""): _("The %(what)s was deleted by %(by)s."),
    (Event.DELETED, "transcript"): _(
        "The transcript was deleted for good by %(by)s: its key first, then text, times, speakers "
        "and title."
    ),
    (Event.DELETED, "traces"): _(
        "What was left of the job, its file name included, was deleted by %(by)s."
    ),
}

MEANINGS: dict[Event, Text] = {
    Event.RECEIVED: _(
        "The SHA-256 is a fingerprint of the file: whoever has the same file gets the same figure, "
        "and nobody can make the file from it."
    ),
    Event.HELD: _("Memory is no file: it has no path on a disk, and it ends with its process."),
    Event.TAKEN: _("A worker is the process that has recordings recognised."),
    Event.PUT_BACK: _("The audio stayed where it was, in memory, and another attempt followed."),
    Event.DECODED: _(
        "A separate process without network and without files turns the file into plain sound. "
        "If the job did not end well, this is how far that process had come."
    ),
    Event.RECOGNISED: _("While the model listens, the audio is in the clear, in memory."),
    Event.STORED: _("Destroying the key makes every copy unreadable at once, backups included."),
    Event.CHANGED: _("Changes of one kind are noted once an hour."),
    Event.ENDED: _("No transcript was made, and nothing is charged."),
    Event.DESTROYED: _(
        "From here on it is in no memory, and the server cannot bring it back. A worker that still "
        "listens is killed within seconds, and what it holds goes with it. Only where you had "
        "switched on Voice Lab, its archive has an encrypted copy; the receipt says so then."
    ),
    Event.HANDED_OVER: _("What happens to it there is up to whoever asked for it."),
    Event.ARCHIVED: _("You can withdraw it at any time; it is then destroyed at once."),
    Event.CONTRIBUTED: _("You can withdraw it at any time; it is then deleted at once."),
    Event.WITHDRAWN: _("It is in no export for training from this moment on."),
    Event.EXPORTED: _("Somebody with your log-in or your API key asked for it."),
    Event.SHARED: _(
        "Whoever has the link can read the transcript. Of the link itself only a fingerprint is "
        "kept."
    ),
    Event.SHARE_ENDED: _("It opens nothing any more; pages that were open with it were closed."),
    Event.READ_BY_STAFF: _(
        "Staff can open a transcript only after giving a reason, and never without this entry."
    ),
    Event.DELETED: _("It cannot be brought back."),
}

# Where a variant means something else than its event does.
MEANINGS_OF: dict[tuple[Event, str], Text] = {
    (Event.EXPORTED, "share"): _("Who it was is not known: a link asks nobody for a name."),
    (Event.STORED, "nothing"): _(
        "The transcript is in no database and in no backup: it waits in memory to be taken."
    ),
}

LABELS: dict[str, Text] = {
    "attempt": _("Attempt"),
    "began_at": _("Began at"),
    "by": _("By"),
    "bytes": _("Bytes"),
    "count": _("Number"),
    "engine": _("Engine"),
    "form": _("Form"),
    "format": _("Format"),
    "guard": _("Guarded"),
    "how": _("How"),
    "link": _("Link"),
    "machine": _("Machine"),
    "milliseconds": _("Milliseconds"),
    "model": _("Model"),
    "process": _("Process"),
    "sealed_bytes": _("Bytes, sealed"),
    "sha256": _("SHA-256"),
    "to": _("To"),
    "transport": _("Transport"),
    "until": _("Until at the latest"),
    "version": _("Version"),
    "what": _("What"),
    "where": _("Where"),
    "who": _("Who"),
    "why": _("Why"),
    "worker": _("Worker"),
}

# Facts that are words of the code, in words of the reader.
NAMES: dict[str, Text] = {
    "audio": _("audio"),
    "video": _("video"),
    "transcript": _("transcript"),
    "result": _("transcript"),
    "names": _("name of the file"),
    "document": _("text"),
    "title": _("title"),
    "folder": _("folder"),
    "tags": _("tags"),
    "password": _("with a password"),
    "no_password": _("without a password"),
    "owner": _("its owner"),
    "sweeper": _("the sweeper, at the end of its time"),
    "journal": _("the journal of deletions, after a restore"),
    "restore-check": _("the check after a restore, because its key is gone"),
}


@dataclass(frozen=True)
class Said:
    """An entry as a page or a mail tells it. ``at`` and ``facts`` are as they are digested."""

    entry: Entry
    at: str
    sentence: str
    meaning: str
    facts: list[tuple[str, Fact]]


# What a page and docs/receipts.md show, and a test runs.
RECIPE = """\
import hashlib, json

receipt = json.load(open("receipt.json", encoding="utf-8"))
previous = "0" * 64
for entry in receipt["entries"]:
    digest = entry.pop("digest")
    text = json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert entry["previous"] == previous, entry["number"]
    assert hashlib.sha256(text.encode()).hexdigest() == digest, entry["number"]
    previous = digest
assert receipt["head"] == previous
"""


def in_words(receipt: Receipt) -> list[Said]:
    return [said(entry) for entry in receipt.entries.all()]


def said(entry: Entry) -> Said:
    event = Event(entry.event)
    facts = [(str(LABELS[name]), value) for name, value in sorted(entry.facts.items())]
    at = str(entry_shape(entry)["at"])
    meaning = MEANINGS_OF.get((event, _variant(event, entry.facts))) or MEANINGS[event]
    return Said(entry, at, sentence(event, entry.facts), str(meaning), facts)


def sentence(event: Event, facts: dict[str, Fact]) -> str:
    text = SENTENCES.get((event, _variant(event, facts))) or SENTENCES[event, ""]
    return str(text) % _Readable(facts)


def _variant(event: Event, facts: dict[str, Fact]) -> str:
    return str(facts.get(VARIES_BY.get(event, ""), ""))


class _Readable(dict[str, Any]):
    """Facts as a sentence needs them; one that an old entry lacks is a question mark, not an error."""

    def __missing__(self, name: str) -> str:
        return "?"

    def __getitem__(self, name: str) -> str:
        if name not in self:
            return self.__missing__(name)
        return _readable(name, super().__getitem__(name))


def _readable(name: str, value: Fact) -> str:
    reader = _READERS.get(name)
    return reader(str(value)) if reader else str(value)


def _size(value: str) -> str:
    return filesizeformat(value).replace("\xa0", " ")


def _model(value: str) -> str:
    return MODELS_BY_ID[value].label if value in MODELS_BY_ID else value


def _staff(value: str) -> str:
    return gettext("A member of staff (%(who)s)") % {"who": value}


def _name(value: str) -> str:
    return str(NAMES.get(value, value))


_READERS: dict[str, Callable[[str], str]] = {
    "bytes": _size,
    "by": _name,
    "format": str.upper,
    "guard": _name,
    "milliseconds": lambda value: seconds_in_words(int(value) / 1000),
    "model": _model,
    "sealed_bytes": _size,
    "until": lambda value: moment(datetime.fromisoformat(value)),
    "what": _name,
    "who": _staff,
    "why": lambda value: str(REASONS.get(value, value)),
}


def moment(at: datetime) -> str:
    """``23 November 2026, 07:02:07 UTC``, in the order that the language has."""
    return gettext("%(day)s, %(time)s UTC") % {
        "day": date_format(at, "DATE_FORMAT"),
        "time": f"{at:%H:%M:%S}",
    }


def seconds_in_words(seconds: float) -> str:
    """``11 seconds``, ``1 minute 5 seconds``, ``123 minutes``."""
    minutes, rest = divmod(round(seconds), 60)
    parts = []
    if minutes:
        parts.append(ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes})
    if rest or not minutes:
        parts.append(ngettext("%(n)d second", "%(n)d seconds", rest) % {"n": rest})
    return " ".join(parts)
