"""The program that reads a stranger's media. Run by ``gpu.decode``, one process per file.

Descriptor 0 is the media, read by position and never written. Descriptor 1 takes the sound:
mono PCM, signed 16 bit little endian, at ``SAMPLE_RATE_HZ``, nothing else. Descriptor 2 takes
lines of JSON: first ``{"sandbox": …}``, then ``{"info": …}``, last ``{"end": …}`` or
``{"failure": …}``. The parent believes none of it without looking.
"""

from __future__ import annotations

import io
import json
import os
import signal
import struct
from functools import reduce
from typing import TYPE_CHECKING, Any, NoReturn, Protocol

import av
import av.filter
import av.subtitles.codeccontext
import av.subtitles.stream
from av.error import FFmpegError
from av.stream import Discard

from gpu import sandbox
from gpu.contract import SAMPLE_RATE_HZ, Failure, ListeningFailed
from gpu.mono import Mono

if TYPE_CHECKING:
    from av.audio.stream import AudioStream
    from av.container import InputContainer
    from av.video.stream import VideoStream

    from gpu.mono import Write

FORMATS = (
    "mp3 wav w64 aiff flac ogg aac amr asf mov mp4 matroska webm avi flv mpeg mpegts caf"
).split()
CODECS = frozenset(
    "mp1 mp1float mp2 mp2float mp3 mp3float aac aac_fixed aac_latm alac ac3 eac3 flac vorbis opus "
    "speex wmav1 wmav2 wmapro wmavoice wmalossless amrnb amrwb libopencore_amrnb "
    "libopencore_amrwb gsm gsm_ms nellymoser dca truehd "
    "adpcm_ms adpcm_ima_wav adpcm_ima_qt adpcm_swf adpcm_yamaha g722 g726 g726le "
    "pcm_u8 pcm_s8 pcm_s16le pcm_s16be pcm_s24le pcm_s24be pcm_s32le pcm_s32be "
    "pcm_f32le pcm_f32be pcm_f64le pcm_f64be pcm_alaw pcm_mulaw pcm_bluray pcm_dvd".split()
)
MAX_STREAMS = 32
MAX_CHANNELS = 64
RATES_HZ = range(2_000, 768_001)
PROBE_BYTES = 5_000_000  # more lets a stream of tiny packets fill the memory
ANALYSE_MICROSECONDS = 20_000_000
READ_BYTES = 1 << 18
MORE_MEMORY_BYTES = 768 << 20

_MICROSECONDS = 1_000_000
_ID3_HEAD_BYTES = 10
_MAX_ID3_TAGS = 8
_MAX_DECLARED_SECONDS = 1e7
_NOT_MEDIA = (b"\x7fELF", b"PK\x03\x04", b"%PDF", b"MZ", b"<!", b"<h", b"<H", b"<?xml", b"#EXTM3U")


class Media(Protocol):
    """What PyAV asks of a file object."""

    def read(self, size: int, /) -> bytes: ...
    def seek(self, offset: int, whence: int = 0, /) -> int: ...
    def tell(self) -> int: ...


class Descriptor:
    """A file object over an inherited descriptor that leaves its shared offset alone.

    ID3v2 tags in front are left out: FFmpeg would unpack their pictures and private data in
    memory (3.6 s for 50 MB), and nothing in them is sound.
    """

    def __init__(self, descriptor: int, size_bytes: int) -> None:
        self._descriptor = descriptor
        self._start = _after_id3(descriptor, size_bytes)
        self._size_bytes = size_bytes - self._start
        self._position = 0

    def read(self, size: int, /) -> bytes:
        if self._position >= self._size_bytes:
            return b""
        data = os.pread(self._descriptor, size, self._start + self._position)
        self._position += len(data)
        return data

    def seek(self, offset: int, whence: int = 0, /) -> int:
        start = (0, self._position, self._size_bytes)[whence]
        if start + offset < 0:
            return -1
        self._position = start + offset
        return self._position

    def tell(self) -> int:
        return self._position


def _after_id3(descriptor: int, size_bytes: int) -> int:
    position = 0
    for _tag in range(_MAX_ID3_TAGS):
        head = os.pread(descriptor, _ID3_HEAD_BYTES, position)
        if len(head) < _ID3_HEAD_BYTES or not head.startswith(b"ID3"):
            break
        position += _ID3_HEAD_BYTES
        seven_bits_each = [byte & 0x7F for byte in head[6:]]
        tag_bytes = reduce(lambda total, bits: total << 7 | bits, seven_bits_each)
        if position + tag_bytes < size_bytes:  # else it lies
            position += tag_bytes
    return position


def decode(media: Media, write: Write, report: Any) -> None:
    """Report what it is, write its sound, report how it went; ``ListeningFailed`` if it cannot."""
    with open_media(media) as container:
        stream = audio_stream(container)
        report({"info": _info(container, stream)})
        skipped_packets, complaint = _decode(container, stream, write)
    report({"end": {"skipped_packets": skipped_packets, "complaint": complaint}})


def open_media(media: Media, codecs: frozenset[str] = CODECS) -> InputContainer:
    """Raises ``ListeningFailed`` for what is no media, or of no kind that is read here."""
    if media.read(8).startswith(_NOT_MEDIA):
        raise ListeningFailed(Failure.UNREADABLE_MEDIA, "not a media file by its first bytes")
    media.seek(0)
    options = {
        "format_whitelist": ",".join(FORMATS),
        "codec_whitelist": ",".join(sorted(codecs)),
        "protocol_whitelist": "",
        "max_streams": str(MAX_STREAMS),
        "probesize": str(PROBE_BYTES),
        "analyzeduration": str(ANALYSE_MICROSECONDS),
    }
    try:
        return av.open(
            media, mode="r", options=options, metadata_errors="ignore", buffer_size=READ_BYTES
        )
    except (FFmpegError, ValueError, OverflowError, MemoryError) as error:
        raise ListeningFailed(Failure.UNREADABLE_MEDIA, reason(error)) from error


def audio_stream(container: InputContainer) -> AudioStream:
    """The stream a player would pick, or the first that we know how to decode."""
    streams = container.streams.audio
    if not streams:
        nothing = not container.streams
        failure = Failure.UNREADABLE_MEDIA if nothing else Failure.NO_AUDIO_TRACK
        raise ListeningFailed(failure, "no streams" if nothing else "no audio among the streams")
    best = container.streams.best("audio")
    for stream in sorted(streams, key=lambda stream: stream is not best):
        codec = stream.codec_context
        # PyAV's types hide that a stream without a known decoder has no context.
        if getattr(codec, "codec", None) and codec.codec.name in CODECS and _is_sane(stream):
            return stream
    raise ListeningFailed(Failure.UNREADABLE_MEDIA, "no audio stream of a kind that is decoded")


def _is_sane(stream: AudioStream) -> bool:
    codec = stream.codec_context
    return codec.sample_rate in RATES_HZ and 1 <= codec.channels <= MAX_CHANNELS


def _info(container: InputContainer, stream: AudioStream) -> dict[str, Any]:
    return {
        "container": container.format.name,
        "codec": stream.codec_context.codec.name,
        "declared_seconds": declared_seconds(container, stream),
        "channels": stream.codec_context.channels,
        "sample_rate_hz": stream.codec_context.sample_rate,
    }


def declared_seconds(container: InputContainer, stream: AudioStream | VideoStream) -> float | None:
    if stream.duration and stream.time_base:
        seconds = float(stream.duration * stream.time_base)
    else:
        seconds = (container.duration or 0) / _MICROSECONDS
    return seconds if 0 < seconds < _MAX_DECLARED_SECONDS else None


def _decode(container: InputContainer, stream: AudioStream, write: Write) -> tuple[int, str]:
    """Skip what is broken, deliver the rest; how many packets were skipped, and the last reason."""
    for other in container.streams:
        if other is not stream:
            other.discard = Discard.all
    stream.codec_context.thread_count = 1
    mono = Mono(write, starts_at_seconds=seconds_of(container.start_time))
    skipped_packets, complaint = 0, ""
    try:
        for packet in container.demux(stream):
            try:
                for frame in packet.decode():
                    mono.push(frame)
            except (FFmpegError, ValueError) as error:
                skipped_packets += 1
                complaint = reason(error)
    except FFmpegError as error:
        complaint = reason(error)
    mono.finish()
    if not mono.heard_samples:
        raise ListeningFailed(Failure.UNREADABLE_MEDIA, complaint or "no sound in it")
    return skipped_packets, complaint


def seconds_of(microseconds: int | None) -> float | None:
    return None if microseconds is None else microseconds / _MICROSECONDS


def reason(error: Exception) -> str:
    """The kind of error, without names or content of the file."""
    return type(error).__name__


def _warm_up() -> None:
    """Make every lazy import and allocation happen on a sound of our own."""
    samples = bytes(2 * SAMPLE_RATE_HZ // 10)
    sound = struct.pack("<HHIIHH", 1, 1, SAMPLE_RATE_HZ, 2 * SAMPLE_RATE_HZ, 2, 16)
    parts = b"fmt " + struct.pack("<I", len(sound)) + sound
    parts += b"data" + struct.pack("<I", len(samples)) + samples
    wav = b"RIFF" + struct.pack("<I", 4 + len(parts)) + b"WAVE" + parts
    decode(io.BytesIO(wav), lambda _data: None, json.dumps)
    try:
        decode(io.BytesIO(b"x" * 64), lambda _data: None, lambda _line: None)
    except ListeningFailed as failed:
        json.dumps(_failure(failed))


def _failure(failed: ListeningFailed) -> dict[str, str]:
    return {"failure": failed.failure.value, "detail": failed.detail}


def _write_pcm(data: memoryview | bytes) -> None:
    while data:
        data = data[os.write(1, data) :]


def _report(line: dict[str, Any]) -> None:
    os.write(2, json.dumps(line).encode() + b"\n")


def main(parent_pid: int, size_bytes: int, cpu_seconds: int) -> NoReturn:
    """Never returns: nothing of Python's own tidying up is wanted behind the closed door."""
    sandbox.tie_to_parent(parent_pid)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _warm_up()
    state = sandbox.enter(cpu_seconds=cpu_seconds, more_memory_bytes=MORE_MEMORY_BYTES)
    if not size_bytes:
        _warm_up()  # nothing to decode but our own: does it still work behind the door?
    _report({"sandbox": state})
    try:
        if size_bytes:
            decode(Descriptor(0, size_bytes), _write_pcm, _report)
    except ListeningFailed as failed:
        _report(_failure(failed))
    except MemoryError:
        _report(_failure(ListeningFailed(Failure.UNREADABLE_MEDIA, "needs too much memory")))
    except BrokenPipeError:
        os._exit(1)
    os._exit(0)
