"""Every way a request or a job can fail: one row each, with the words a user reads.

``code`` is stable and machine-readable (shared/api.md). ``ours`` says whose fault it is; what is
ours and temporary may be tried again as it is.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class FailureText:
    status: int
    title: str | Promise
    advice: str | Promise
    ours: bool = False
    retry_after_seconds: int | None = None


FAILURES: dict[str, FailureText] = {
    # --- the recording
    "unreadable_media": FailureText(
        422,
        _("This file could not be read as audio or video."),
        _("Check that it plays on your computer; if it does, save it as MP3 or WAV and try again."),
    ),
    "no_audio_track": FailureText(
        422,
        _("This file has no sound in it."),
        _("Choose the file that carries the audio track."),
    ),
    "too_long": FailureText(
        422,
        _("This recording is longer than allowed here."),
        _("Cut it into shorter parts and send them one by one."),
    ),
    "no_speech": FailureText(
        422,
        _("No speech was found in this recording."),
        _("If somebody speaks in it, check the volume and that the right track was exported."),
    ),
    "language_unsupported": FailureText(
        422,
        _("The chosen model does not know this language."),
        _("Choose a model that does; the list of models says which languages each one knows."),
    ),
    "model_unavailable": FailureText(
        422,
        _("This model is not installed on the server."),
        _("Choose an installed model; the list of models says how to bring in the others."),
    ),
    "url_refused": FailureText(
        422,
        _("Links cannot be transcribed yet."),
        _("Download the recording and send the file."),
    ),
    "file_too_large": FailureText(
        413,
        _("This file is larger than allowed here."),
        _("Send a compressed copy (MP3, M4A or Opus), or cut it into parts."),
    ),
    "other_recording": FailureText(
        422,
        _("This is not the recording of the transcript: it is not as long."),
        _("Choose the file that the transcript was made of. The transcript is as it was."),
    ),
    "not_transcribed": FailureText(
        422,
        _("This text was brought in, so there is nothing that could be transcribed again."),
        _("Send its recording by itself, as a new one."),
    ),
    "retranscribing": FailureText(
        409,
        _("This transcript is being transcribed again already."),
        _("Wait until that is done, or cancel it."),
    ),
    "unsupported_media": FailureText(
        415,
        _("This kind of request body is not understood here."),
        _("Send the recording as multipart/form-data, in a field named “file”."),
    ),
    "decoder_crash": FailureText(
        422,
        _("This file made the decoder stop, so it was put aside."),
        _("Save the recording again with another program, as MP3 or WAV, and try once more."),
    ),
    # --- a video that subtitles are burned into
    "no_video_track": FailureText(
        422,
        _("This file has no moving picture in it."),
        _("Choose the video itself; for sound alone, download the subtitles as a file."),
    ),
    "video_unreadable": FailureText(
        422,
        _("This file could not be read as a video."),
        _("Check that it plays on your computer; if it does, save it as MP4 and try again."),
    ),
    "video_too_long": FailureText(
        422,
        _("This video is longer than allowed here."),
        _("Cut it into shorter parts, or put the subtitles beside it as a file (SRT)."),
    ),
    "video_too_large": FailureText(
        422,
        _("The picture of this video is larger than allowed here."),
        _("Save a copy with fewer pixels, 1920 by 1080 for example, and send that."),
    ),
    "video_needs_memory": FailureText(
        422,
        _("This video needs more memory than one may take here."),
        _("Save a copy with fewer pixels and send that."),
    ),
    "video_crash": FailureText(
        422,
        _("This video stopped the program that draws the subtitles, so it was put aside."),
        _("Save it again with another program, as MP4, and try once more."),
    ),
    "nothing_to_burn": FailureText(
        422,
        _("This transcript has no words to show."),
        _("Write some, and try again."),
    ),
    "letters_unshaped": FailureText(
        503,
        _("This server cannot join the letters of this script in a picture."),
        _("Whoever runs it can mend that by installing the library FriBidi (libfribidi0)."),
        ours=True,
    ),
    "encoder_missing": FailureText(
        503,
        _("This server has no encoder for H.264 video."),
        _("Whoever runs it can mend that by installing PyAV as it is published, with x264."),
        ours=True,
    ),
    "burning_busy": FailureText(
        503,
        _("Another video is in work, and one at a time has its turn."),
        _("Try again in a few minutes."),
        ours=True,
        retry_after_seconds=60,
    ),
    "burning_cancelled": FailureText(
        409, _("This was cancelled, and the video destroyed."), _("Send the video again.")
    ),
    # --- text that is brought along
    "unsupported_text": FailureText(
        415,
        _("Text of this kind cannot be imported."),
        _("Send a file that ends in .srt, .vtt, .json or .txt."),
    ),
    "unreadable_text": FailureText(
        422,
        _("This file is not what its name says, or not written in UTF-8."),
        _("Open it where it comes from, and save it again as UTF-8."),
    ),
    "empty_text": FailureText(
        422, _("There are no words in this file."), _("Check that it is the right one.")
    ),
    "too_many_segments": FailureText(
        422,
        _("This file has more parts than a transcript can hold."),
        _("Cut it into several files."),
    ),
    # --- templates
    "template_unreadable": FailureText(
        422,
        _("This template could not be read as a Word document."),
        _("Save it again as .docx, without a password, and send that."),
    ),
    "template_active": FailureText(
        422,
        _(
            "This template carries a program, an embedded object, or something fetched from outside."
        ),
        _("Take out macros, objects, linked pictures and fields that fetch, and send it again."),
    ),
    "template_incomplete": FailureText(
        422,
        _("This template has no place for the transcript, or more than one."),
        _("Write {{transcript}} once, in a paragraph of its own."),
    ),
    "too_many_templates": FailureText(
        422,
        _("You have as many templates as can be kept."),
        _("Delete one of them first."),
    ),
    # --- our side
    "engine_failed": FailureText(
        500,
        _("The recogniser stopped with an error."),
        _("Try again; if it fails again, choose another model."),
        ours=True,
    ),
    "worker_crash": FailureText(
        500,
        _("The recogniser stopped twice on this recording."),
        _("Try another model, or cut the recording into parts."),
        ours=True,
    ),
    "audio_lost": FailureText(
        503,
        _("The server was restarted and no longer has your recording."),
        _("Send it again; it is never kept on a disk, so it could not survive."),
        ours=True,
    ),
    "audio_expired": FailureText(
        503,
        _("The recording has waited for longer than one may be held, and was destroyed."),
        _("Send it again."),
        ours=True,
    ),
    "unavailable": FailureText(
        503,
        _("The server cannot take this right now."),
        _("Try again in a moment."),
        ours=True,
        retry_after_seconds=15,
    ),
    "internal_error": FailureText(
        500,
        _("Something went wrong on our side."),
        _("Try again; if it happens again, tell whoever runs this server."),
        ours=True,
    ),
    "keys_gone": FailureText(
        409,
        _("The keys that this transcript was to be locked with are gone, so it was destroyed."),
        _("Send the recording again: it is locked with the keys that you have now."),
    ),
    "cancelled": FailureText(409, _("This job was cancelled."), _("Send the recording again.")),
    # --- the request
    "validation_failed": FailureText(
        422, _("Something in the request is not right."), _("See the fields named below.")
    ),
    "bad_request": FailureText(
        400, _("The request could not be understood."), _("Check its format and send it again.")
    ),
    "unauthenticated": FailureText(
        401, _("The API key is missing, wrong or expired."), _("Make a key on your account page.")
    ),
    "forbidden": FailureText(
        403, _("You may not do this."), _("Use a key that may write, or ask the owner.")
    ),
    "not_found": FailureText(
        404, _("There is nothing here."), _("It may have been deleted, or belong to somebody else.")
    ),
    "plan_required": FailureText(
        403,
        _("Your plan does not include this."),
        _("Leave it out, or choose a plan that has it."),
    ),
    "private_transcript": FailureText(
        403,
        _("This transcript is private: the server has it as ciphertext and cannot read it."),
        _(
            "What needs its words happens in your browser, after you have unlocked it there. Here "
            "it can be listed, fetched and saved as ciphertext, and deleted."
        ),
    ),
    "already_saved": FailureText(
        412,
        _("This transcript has been saved already, by another window or device."),
        _("Load what is there, and go on from that."),
    ),
    "reauthentication_required": FailureText(
        403,
        _("Your log-in is too long ago for this."),
        _("Enter your password once more, and then do it again."),
    ),
    "share_gone": FailureText(
        404,
        _("This link opens nothing any more."),
        _("It has ended, was withdrawn or is not complete. Ask whoever sent it for a new one."),
    ),
    "share_password_wrong": FailureText(
        403,
        _("This is not the password of this link."),
        _("Type it again; whoever sent you the link knows it."),
    ),
    "share_key_wrong": FailureText(
        403,
        _("This is not the whole link, or not its password."),
        _("Open the whole link, as it was sent to you, and type its password again."),
    ),
    "share_locked": FailureText(
        429,
        _("There were too many wrong passwords."),
        _("Wait a little, then try again."),
        retry_after_seconds=15 * 60,
    ),
    "not_kept": FailureText(
        410,
        _("This transcript was not to be kept, and is gone."),
        _("Send the recording again if you still need its words."),
    ),
    "not_a_page": FailureText(
        405,
        _("There is no page at this address."),
        _("It is where a form is sent to. Go back, or to the start page."),
    ),
    "method_not_allowed": FailureText(
        405, _("This address does not do that."), _("See the API documentation.")
    ),
    "conflict": FailureText(
        409,
        _("It was changed in the meantime."),
        _("Load the current version and make your change again."),
    ),
    "request_timeout": FailureText(
        408,
        _("The body of the request came too slowly."),
        _("Check the connection and send it again; an upload goes on where it stopped."),
    ),
    "checksum_mismatch": FailureText(
        460,
        _("What arrived is not what was sent."),
        _("Send this part again; nothing of it was kept."),
    ),
    "tus_version_unsupported": FailureText(
        412,
        _("This version of the upload protocol is not spoken here."),
        _("Send the header “Tus-Resumable: 1.0.0”."),
    ),
    "precondition_required": FailureText(
        428,
        _("The request does not say which version it changes."),
        _("Send the ETag of the version you changed as “If-Match”."),
    ),
    "rate_limited": FailureText(
        429, _("Too many requests."), _("Wait a moment and try again."), retry_after_seconds=60
    ),
    "too_many_jobs": FailureText(
        429,
        _("You have as many recordings in work as your plan allows at once."),
        _("Wait until one is done."),
        retry_after_seconds=30,
    ),
    "files_exhausted": FailureText(
        429,
        _("You have sent as many files today as a guest may."),
        _("Come back tomorrow, or make a free account."),
        retry_after_seconds=3600,
    ),
    "minutes_exhausted": FailureText(
        402,
        _("The minutes of this month are used up."),
        _("They come back at the start of the month."),
    ),
}


def no_room() -> Refusal:
    """The vault is full: nothing is wrong with the recording."""
    return Refusal("unavailable", gettext("Its memory for recordings is full. Try again soon."))


@dataclass
class Refusal(Exception):  # noqa: N818 - it is what we answer
    """Raised anywhere between the door and the job; rendered once, by API and pages alike."""

    code: str
    detail: str = ""
    errors: dict[str, Any] = field(default_factory=dict)
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def text(self) -> FailureText:
        return FAILURES[self.code]

    def __str__(self) -> str:
        return self.code
