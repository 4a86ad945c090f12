"""Real media files in every format that is promised, made on the spot from real speech."""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from pathlib import Path

import av

from tests.speech import clip

SECONDS = 11.0
BITS_A_SECOND = 128_000  # for the codecs that ask; AMR takes the nearest it knows
VIDEO_FRAMES_A_SECOND = 25


@dataclass(frozen=True)
class Kind:
    """One way to wrap speech. ``container`` and codecs are FFmpeg's names; "" means no video."""

    suffix: str
    container: str
    codec: str
    rate_hz: int = 44_100
    layout: str = "stereo"
    video: str = ""
    options: dict[str, str] = field(default_factory=dict, hash=False)


KINDS = {
    "mp3": Kind("mp3", "mp3", "libmp3lame"),
    "wav pcm16": Kind("wav", "wav", "pcm_s16le", 16_000, "mono"),
    "wav pcm24": Kind("wav", "wav", "pcm_s24le"),
    "wav float": Kind("wav", "wav", "pcm_f32le", 48_000),
    "wav 8 bit": Kind("wav", "wav", "pcm_u8", 16_000, "mono"),
    "wav mu-law": Kind("wav", "wav", "pcm_mulaw", 8_000, "mono"),
    "wav adpcm": Kind("wav", "wav", "adpcm_ms", 16_000, "mono"),
    "wav ima adpcm": Kind("wav", "wav", "adpcm_ima_wav", 16_000, "mono"),
    "wav 5.1": Kind("wav", "wav", "pcm_s16le", 48_000, "5.1"),
    "w64": Kind("w64", "w64", "pcm_s16le"),
    "m4a": Kind("m4a", "ipod", "aac"),
    "m4a alac": Kind("m4a", "ipod", "alac"),
    "caf": Kind("caf", "caf", "alac"),
    "aac": Kind("aac", "adts", "aac"),
    "flac": Kind("flac", "flac", "flac"),
    "ogg vorbis": Kind("ogg", "ogg", "vorbis", options={"strict": "experimental"}),
    "ogg flac": Kind("ogg", "ogg", "flac"),
    "opus": Kind("opus", "opus", "libopus", 48_000, "mono"),
    "wma": Kind("wma", "asf", "wmav2"),
    "amr": Kind("amr", "amr", "libopencore_amrnb", 8_000, "mono"),
    "aiff": Kind("aiff", "aiff", "pcm_s16be"),
    "3gp aac": Kind("3gp", "3gp", "aac", video="mpeg4"),
    "3gp amr": Kind("3gp", "3gp", "libopencore_amrnb", 8_000, "mono", video="mpeg4"),
    "mp4, moov in front": Kind(
        "mp4", "mp4", "aac", video="libx264", options={"movflags": "faststart"}
    ),
    "mp4, moov at the end": Kind("mp4", "mp4", "aac", video="libx264"),
    "mp4, fragmented": Kind(
        "mp4", "mp4", "aac", video="libx264", options={"movflags": "frag_keyframe+empty_moov"}
    ),
    "mkv": Kind("mkv", "matroska", "ac3", 48_000, video="libx264"),
    "mkv flac": Kind("mkv", "matroska", "flac", 48_000),
    "mov": Kind("mov", "mov", "pcm_s16le", video="mpeg4"),
    "webm": Kind("webm", "webm", "libopus", 48_000, video="libvpx"),
    "avi": Kind("avi", "avi", "libmp3lame", video="mpeg4"),
    "wmv": Kind("wmv", "asf", "wmav2", video="wmv2"),
    "flv": Kind("flv", "flv", "libmp3lame", video="flv"),
    "mpg": Kind("mpg", "mpeg", "mp2", video="mpeg1video"),
    "mpeg": Kind("mpeg", "mpeg", "mp2", video="mpeg2video"),
    "ts": Kind("ts", "mpegts", "aac", video="mpeg2video"),
}


@cache
def media(name: str, seconds: float = SECONDS) -> bytes:
    """The speech of ``en/jfk.flac``, as the kind of that name."""
    kind = KINDS[name]
    # A path, because moving the index to the front opens the finished file again.
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"speech.{kind.suffix}"
        with av.open(str(path), "w", format=kind.container, options=kind.options) as out:
            audio = out.add_stream(
                kind.codec, rate=kind.rate_hz, options=kind.options, layout=kind.layout
            )
            audio.bit_rate = BITS_A_SECOND
            packets = _pictures(out, kind.video, seconds) if kind.video else []
            for frame in [*_speech(kind, seconds), None]:
                packets += audio.encode(frame)
            out.mux(sorted(packets, key=lambda packet: packet.dts * packet.time_base))
        return path.read_bytes()


@cache
def reference(seconds: float = SECONDS) -> bytes:
    """The same speech as the decoder must give it: mono, 16 kHz, s16le."""
    frames = _speech(Kind("", "", "", 16_000, "mono"), seconds)
    return b"".join(bytes(frame.planes[0])[: 2 * frame.samples] for frame in frames)


def _speech(kind: Kind, seconds: float) -> Iterator[av.AudioFrame]:
    left = round(seconds * kind.rate_hz)
    resampler = av.AudioResampler("s16", kind.layout, kind.rate_hz, frame_size=1024)
    with av.open(str(clip("en/jfk.flac"))) as source:
        for decoded in [*source.decode(audio=0), None]:
            for frame in resampler.resample(decoded):
                if left <= 0:
                    return
                left -= frame.samples
                yield frame


def _pictures(out: av.container.OutputContainer, codec: str, seconds: float) -> list[av.Packet]:
    video = out.add_stream(codec, rate=VIDEO_FRAMES_A_SECOND)
    video.width, video.height, video.pix_fmt = 64, 48, "yuv420p"
    packets = []
    for number in range(round(seconds * VIDEO_FRAMES_A_SECOND)):
        picture = av.VideoFrame(64, 48, "yuv420p")
        for plane in picture.planes:
            plane.update(bytes([number % 256]) * plane.buffer_size)
        picture.pts, picture.time_base = number, Fraction(1, VIDEO_FRAMES_A_SECOND)
        packets += video.encode(picture)
    return packets + video.encode(None)
