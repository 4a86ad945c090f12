"""``POST /v1/transcripts/{id}/burn-in``: a video in, the same with subtitles out, as it is made."""

from __future__ import annotations

import asyncio
import re
import struct
import time
from collections.abc import Callable

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _

from billing.plans import plan_of
from gpu.burn import StyleJob
from transcripts import burning
from transcripts.access import transcript_for
from transcripts.addresses import count_at
from transcripts.admission import max_file_bytes, require_admission, video_from_upload
from transcripts.api.multipart import MAX_FIELDS_BYTES, FormReader
from transcripts.api.options import Fields, Wrong, one_of
from transcripts.api.streamed import Streamed, until_gone
from transcripts.api.transcribe import read_form
from transcripts.api.visits import Visit, in_thread
from transcripts.burning import Rendering
from transcripts.downloads import file_name, options_from
from transcripts.exports import BOUNDS, Bounds, ExportOptions
from transcripts.failures import Refusal
from transcripts.recording import Intake

POSITIONS = ("bottom", "top")
# In percent of the picture's shorter side.
STYLE_BOUNDS = {"size": Bounds(2, 15), "margin": Bounds(0, 40)}
STYLE_DEFAULTS = {"size": 5.0, "margin": 5.0}
COLOURS = {"text_color": "#ffffff", "outline_color": "#000000", "box_color": ""}
NONE = "none"
LOOK_EVERY_SECONDS = 0.2
"""Whether the video before has ended."""
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_CUE_FIELDS = ("speakers", *BOUNDS)


async def burn_in(visit: Visit, transcript_id: str) -> HttpResponse:
    """The answer begins with the first seconds of the result: by then the video is known."""
    limit_bytes = await in_thread(_limit_at_the_door, visit, transcript_id)
    with Intake(limit_bytes, visit.body.length_bytes) as intake:
        form = await read_form(visit, intake, limit_bytes)
        rendering = await in_thread(_prepared, visit, transcript_id, form, intake)
        intake.keep()
    try:
        first = await until_gone(visit.body, _begun(rendering), rendering)
        headers = await in_thread(_headers, visit, transcript_id, rendering)
    except BaseException:
        await in_thread(rendering.close)
        raise
    return Streamed(first, rendering, last_words, "video/mp4", headers)


async def _begun(rendering: Rendering) -> bytes:
    """Those who wait take no thread: a few of them would stop whatever else brings bytes."""
    await in_thread(rendering.hold)
    deadline = time.monotonic() + burning.TURN_SECONDS
    while not rendering.take_turn():
        if time.monotonic() > deadline:
            raise Refusal("burning_busy")
        await asyncio.sleep(LOOK_EVERY_SECONDS)
    first: bytes = await in_thread(rendering.begin)
    return first


def last_words(code: str) -> bytes:
    """A box that players skip (ISO/IEC 14496-12, ``free``), so that a reader knows why it ends."""
    content = b"sotto:" + code.encode()
    return struct.pack(">I4s", 8 + len(content), b"free") + content


def _limit_at_the_door(visit: Visit, transcript_id: str) -> int:
    """Raises Refusal for what can be known before the first byte."""
    transcript_for(visit.caller, transcript_id)
    limit_bytes = max_file_bytes(visit.caller)
    if (visit.body.length_bytes or 0) > limit_bytes + MAX_FIELDS_BYTES:
        raise Refusal("file_too_large")
    if burning.is_busy():
        raise Refusal("burning_busy")
    count_at(visit.address, visit.caller)
    return limit_bytes


def _prepared(visit: Visit, transcript_id: str, form: FormReader, intake: Intake) -> Rendering:
    """The rendering will answer for the video. Raises Refusal."""
    upload = form.fields.get("upload", "")
    if form.has_file == bool(upload):
        sentence = _("Send a video as “file”, or name a finished “upload”.")
        raise Refusal("validation_failed", errors={"file": str(sentence)})
    style, options = style_of(form), _cue_options(visit, form)
    transcript = transcript_for(visit.caller, transcript_id)
    job = burning.job_of(transcript, options, style, plan_of(visit.caller))
    if upload:
        video = video_from_upload(visit.caller, upload)
    else:
        require_admission(visit.caller, intake.size_bytes)
        video = intake.finish("")
    is_page = "X-CSRFToken" in visit.request.headers
    return Rendering(transcript, video, job, to="browser" if is_page else "api")


def style_of(form: FormReader) -> StyleJob:
    """Raises Refusal ``validation_failed``."""
    fields = Fields(form.fields)
    shares = {
        name: fields.read(name, _percent(STYLE_BOUNDS[name]), default) / 100
        for name, default in STYLE_DEFAULTS.items()
    }
    text, outline, box = (fields.read(name, _colour, default) for name, default in COLOURS.items())
    position = fields.read("position", one_of(*POSITIONS), POSITIONS[0])
    if fields.errors:
        raise Refusal("validation_failed", errors=fields.errors)
    return StyleJob(
        size=shares["size"],
        margin=shares["margin"],
        position=position,
        text=text or COLOURS["text_color"],
        outline=outline,
        box=box,
    )


def _cue_options(visit: Visit, form: FormReader) -> ExportOptions:
    asked = {name: value for name, value in form.fields.items() if name in _CUE_FIELDS}
    return options_from(visit.caller, asked)


def _percent(bounds: Bounds) -> Callable[[object], float]:
    def parse(value: object) -> float:
        try:
            number = float(str(value))
        except ValueError:
            number = bounds.most + 1
        if not bounds.least <= number <= bounds.most:
            sentence = _("Give a number from %(least)s to %(most)s.")
            raise Wrong(sentence % {"least": bounds.least, "most": bounds.most})
        return number

    return parse


def _colour(value: object) -> str:
    if value == NONE:
        return ""
    if not isinstance(value, str) or not _COLOUR.fullmatch(value):
        raise Wrong(_("Give a colour as #rrggbb, or none."))
    return value


def _headers(visit: Visit, transcript_id: str, rendering: Rendering) -> dict[str, str]:
    name = file_name(transcript_for(visit.caller, transcript_id).title, "mp4")
    return {
        "Content-Disposition": content_disposition_header(as_attachment=True, filename=name) or "",
        "Sotto-Seconds": f"{rendering.info.seconds:.3f}",
        "X-Accel-Buffering": "no",
    }
