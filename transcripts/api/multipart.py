"""A multipart form read as it arrives: the recording goes to the vault, the fields stay small."""

from __future__ import annotations

from django.utils.translation import gettext as _
from multipart import MultipartError, MultipartSegment, PushMultipartParser, parse_options_header

from transcripts.failures import Refusal
from transcripts.recording import Intake

FILE_FIELD = "file"
MAX_PARTS = 40
MAX_FIELD_BYTES = 200_000  # the longest vocabulary in any script
MAX_FIELDS_BYTES = 1_000_000
MAX_PART_HEADER_BYTES = 32_768  # a file name of 4,096 characters in any script


class FormReader:
    """Feed it the body; then ``fields`` and ``file_name`` are there, and the intake has the file.

    Raises Refusal ``bad_request`` for a form that nobody means, and what the intake raises.
    """

    def __init__(self, content_type: str, intake: Intake) -> None:
        self.fields: dict[str, str] = {}
        self.file_name: str | None = None
        self._intake = intake
        self._parser = _parser(content_type)
        self._part: MultipartSegment | None = None
        self._value = bytearray()
        self._fields_bytes = 0

    @property
    def has_file(self) -> bool:
        return self.file_name is not None

    def feed(self, block: bytes) -> None:
        try:
            for event in self._parser.parse(block):
                self._take(event)
        except MultipartError as error:
            raise Refusal("bad_request", _("The form is malformed: %s.") % error) from None

    def end(self) -> None:
        try:
            self._parser.close()
        except MultipartError:
            raise Refusal("bad_request", _("The form ends too early.")) from None

    def _take(self, event: MultipartSegment | bytes | None) -> None:
        if isinstance(event, MultipartSegment):
            self._begin(event)
        elif event is None:
            self._finish()
        elif self._is_file():
            self._intake.write(event)
        else:
            self._collect(event)

    def _begin(self, part: MultipartSegment) -> None:
        self._part = part
        self._value.clear()
        if (part.content_type or "").startswith("multipart/"):
            raise Refusal("bad_request", _("A form within a form is not read."))
        if part.name in self.fields or (part.name == FILE_FIELD and self.has_file):
            raise Refusal("bad_request", _("The form has the field “%s” twice.") % part.name[:40])
        if part.name == FILE_FIELD:
            self.file_name = part.filename or ""
        elif part.filename is not None:
            raise Refusal("bad_request", _("Send the recording in the field “file”."))

    def _collect(self, data: bytes) -> None:
        self._value += data
        self._fields_bytes += len(data)
        if len(self._value) > MAX_FIELD_BYTES and self._part is not None:
            raise Refusal(
                "validation_failed", errors={self._part.name: str(_("This is too long."))}
            )
        if self._fields_bytes > MAX_FIELDS_BYTES:
            raise Refusal("bad_request", _("The fields of the form are too long together."))

    def _finish(self) -> None:
        if self._part is None or self._is_file():
            return
        try:
            self.fields[self._part.name] = self._value.decode("utf-8")
        except UnicodeDecodeError:
            raise Refusal("bad_request", _("The fields of the form are not UTF-8.")) from None

    def _is_file(self) -> bool:
        return self._part is not None and self._part.name == FILE_FIELD


def _parser(content_type: str) -> PushMultipartParser:
    kind, options = parse_options_header(content_type)
    if kind != "multipart/form-data":
        raise Refusal("unsupported_media")
    try:
        return PushMultipartParser(
            options.get("boundary", ""),
            max_header_size=MAX_PART_HEADER_BYTES,
            max_segment_count=MAX_PARTS,
        )
    except (MultipartError, UnicodeEncodeError):
        raise Refusal("bad_request", _("The form names no boundary.")) from None
