"""Files that were made to hurt, or that nobody should take for a recording.

``made()`` gives our own, by name; ``given()`` the files of the folder ``HOSTILE_MEDIA``.
"""

import io
import os
import random
import struct
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import av

from tests.media import media

Maker = Callable[[], bytes]
FOUR_GIGABYTES = 2**32 - 1


def given() -> dict[str, Maker]:
    folder = os.environ.get("HOSTILE_MEDIA")
    if not folder:
        return {}
    files = [path for path in sorted(Path(folder).rglob("*")) if path.is_file()]
    if not files:
        raise FileNotFoundError(f"HOSTILE_MEDIA={folder} holds no files")
    return {str(path.relative_to(folder)): path.read_bytes for path in files}


def made() -> dict[str, Maker]:
    return {**NOT_MEDIA, **REFUSED, **READABLE, **cut_short()}


def wav(
    samples: bytes,
    *,
    tag: int = 1,
    channels: int = 1,
    rate_hz: int = 16_000,
    bits: int = 16,
    says_bytes: int | None = None,
) -> bytes:
    """A WAV file whose header says what it is told to say."""
    frame_bytes = channels * bits // 8
    bytes_a_second = rate_hz * frame_bytes & FOUR_GIGABYTES
    sound = struct.pack(
        "<HHIIHH", tag, channels, rate_hz, bytes_a_second, frame_bytes & 0xFFFF, bits
    )
    size = len(samples) if says_bytes is None else says_bytes
    body = b"WAVEfmt " + struct.pack("<I", 16) + sound + b"data" + struct.pack("<I", size) + samples
    return b"RIFF" + struct.pack("<I", min(len(body), FOUR_GIGABYTES)) + body


def id3(*frames: bytes, says_bytes: int | None = None) -> bytes:
    """An ID3v2.3 tag. Sizes in it are written seven bits a byte."""
    body = b"".join(frames)
    size = len(body) if says_bytes is None else says_bytes
    return b"ID3\x03\x00\x00" + bytes((size >> shift) & 0x7F for shift in (21, 14, 7, 0)) + body


def id3_frame(name: bytes, content: bytes) -> bytes:
    return name + struct.pack(">I", len(content)) + b"\0\0" + content


@cache
def silent_flac(seconds: int) -> bytes:
    """Silence in almost no bytes: the bomb of audio, 24 hours in 160 kB. RFC 9639, sections 8-9."""
    samples, block = seconds * 8_000, 65_535
    packed = (8_000 << 44) | (15 << 36) | samples  # rate, one channel, 16 bits
    stream_info = struct.pack(">HH", block, block) + bytes(6) + packed.to_bytes(8) + bytes(16)
    frames = (
        _silent_frame(number, min(block, samples - number * block))
        for number in range(-(-samples // block))
    )
    return b"fLaC\x80\0\0\x22" + stream_info + b"".join(frames)


def _silent_frame(number: int, samples: int) -> bytes:
    head = b"\xff\xf8\x74\x08" + chr(number).encode() + struct.pack(">H", samples - 1)
    body = head + bytes([_crc(head, 8, 0x07)]) + b"\0\0\0"
    return body + _crc(body, 16, 0x8005).to_bytes(2)


def _crc(data: bytes, bits: int, polynomial: int) -> int:
    value, top = 0, 1 << (bits - 1)
    for byte in data:
        value ^= byte << (bits - 8)
        for _ in range(8):
            value = (value << 1 ^ polynomial if value & top else value << 1) & (2 * top - 1)
    return value


def many_streams(count: int) -> bytes:
    out = io.BytesIO()
    with av.open(out, "w", format="matroska") as container:
        streams = [
            container.add_stream("pcm_s16le", rate=16_000, layout="mono") for _ in range(count)
        ]
        for stream in streams:
            frame = av.AudioFrame("s16", "mono", 1_600)
            frame.sample_rate, frame.pts = 16_000, 0
            container.mux(stream.encode(frame))
    return out.getvalue()


def video_without_sound() -> bytes:
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for _ in range(25):
            container.mux(stream.encode(av.VideoFrame(64, 48, "yuv420p")))
        container.mux(stream.encode(None))
    return out.getvalue()


def noise(size: int, seed: int = 1) -> bytes:
    return random.Random(seed).randbytes(size)


def archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as files:
        files.writestr("speech.mp3", media("mp3"))
    return out.getvalue()


def torn(name: str, where: float = 0.5, size: int = 4_000) -> bytes:
    """A good file with rubbish over its middle."""
    good = media(name)
    start = int(len(good) * where)
    return good[:start] + noise(size) + good[start + size :]


def cut_short() -> dict[str, Maker]:
    """Every promised format, with its last third missing."""
    from tests.media import KINDS

    return {
        f"cut {name}": lambda name=name: media(name)[: len(media(name)) * 2 // 3] for name in KINDS
    }


SDP = b"v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 9 RTP/AVP 0\n"
HLS = b"#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n"
CONCAT = b"ffconcat version 1.0\nfile /etc/passwd\n"
DASH = (
    b'<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011"><Period><AdaptationSet>'
    b"<BaseURL>http://127.0.0.1/x</BaseURL></AdaptationSet></Period></MPD>"
)
PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
ELF = b"\x7fELF\x02\x01\x01" + bytes(9)

NOT_MEDIA: dict[str, Maker] = {
    "empty": lambda: b"",
    "one byte": lambda: b"R",
    "text": lambda: b"This is not a recording at all.\n" * 500,
    "html": lambda: b"<!doctype html><script>alert(1)</script>" * 50,
    "svg": lambda: b'<svg xmlns="http://www.w3.org/2000/svg"/>',
    "sdp": lambda: SDP,
    "hls": lambda: HLS,
    "hls in disguise": lambda: b"\n\n" + HLS,
    "ffconcat": lambda: CONCAT,
    "dash": lambda: DASH,
    "ffmetadata": lambda: b";FFMETADATA1\ntitle=x\n",
    "pdf": lambda: PDF * 200,
    "pdf with a recording inside": lambda: PDF + media("mp3"),
    "zip": archive,
    "elf": lambda: ELF + noise(500_000),
    "random bytes": lambda: noise(300_000),
    "zeros": lambda: bytes(300_000),
    "ones": lambda: b"\xff" * 300_000,
    "png": lambda: b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + noise(4_000),
    "jpeg": lambda: b"\xff\xd8\xff\xe0\0\x10JFIF\0" + noise(4_000),
    "gif": lambda: b"GIF89a" + noise(4_000),
}
REFUSED: dict[str, Maker] = {
    "wav of 44 bytes": lambda: wav(b""),
    "wav with 65,535 channels": lambda: wav(bytes(640_000), channels=65_535),
    "wav with no channels": lambda: wav(bytes(32_000), channels=0),
    "wav with no bits": lambda: wav(bytes(32_000), bits=0),
    "wav at 0 Hz": lambda: wav(bytes(32_000), rate_hz=0),
    "wav at 1 Hz": lambda: wav(bytes(2_000_000), rate_hz=1),
    "wav at 2³²-1 Hz": lambda: wav(bytes(32_000), rate_hz=FOUR_GIGABYTES),
    "wav of an unknown kind": lambda: wav(bytes(32_000), tag=0xBEEF),
    "mp4 without its index": lambda: media("mp4, moov at the end")[:100_000],
    "an id3 tag alone": lambda: id3(id3_frame(b"TIT2", b"\0x")),
    "id3 tags without end": lambda: id3() * 1_000_000,
    "aac of empty packets": lambda: b"\xff\xf1\x50\x80\x01\x1f\xfc" * 1_000_000,
    "mp4 of empty boxes": lambda: b"\0\0\0\x18ftypM4A " + bytes(12) + b"\0\0\0\x08free" * 1_000_000,
    "an id3 tag around elf": lambda: id3(id3_frame(b"TIT2", b"\0x")) + ELF + noise(100_000),
}
READABLE: dict[str, Maker] = {
    "wav of one sample": lambda: wav(b"\1\0"),
    "wav that says 4 GB": lambda: wav(bytes(64_000), says_bytes=FOUR_GIGABYTES),
    "wav that says 0 bytes": lambda: wav(bytes(64_000), says_bytes=0),
    "wav of not-a-numbers": lambda: wav(
        struct.pack("<4f", float("nan"), float("inf"), -float("inf"), 1e38) * 8_000, tag=3, bits=32
    ),
    "120 streams": lambda: many_streams(120),
    "32 streams": lambda: many_streams(32),
    "id3 that says 200 MB": lambda: id3(says_bytes=200_000_000) + media("mp3"),
    "id3 of 50 MB": lambda: id3(id3_frame(b"PRIV", bytes(50_000_000))) + media("mp3"),
    "cover of 20 MB": lambda: (
        id3(id3_frame(b"APIC", b"\0image/png\0\3\0\x89PNG\r\n\x1a\n" + noise(20_000_000)))
        + media("mp3")
    ),
    "10,000 chapters": lambda: (
        id3(
            *(
                id3_frame(b"CHAP", b"c%d\0" % n + struct.pack(">IIII", n, n + 1, 0, 0))
                for n in range(10_000)
            )
        )
        + media("mp3")
    ),
    "mp3 after rubbish": lambda: noise(1_200) + media("mp3"),
    "mp3 before noise": lambda: media("mp3") + noise(5_000_000),
    "mp3 before zip": lambda: media("mp3") + archive(),
    "mp3 with html in its title": lambda: (
        id3(id3_frame(b"TIT2", b"\0<script>alert(1)</script>")) + media("mp3")
    ),
    "wav named mp3": lambda: media("wav pcm16"),
    "chained ogg": lambda: media("ogg vorbis") + media("ogg vorbis"),
    "ogg chained to another codec": lambda: media("ogg vorbis") + media("ogg flac"),
    "mp3 of two rates": lambda: media("mp3") + _mp3(16_000),
    "aac of two rates": lambda: media("aac") + _aac(22_050),
    "silence for an hour": lambda: silent_flac(3600),
    "torn mp3": lambda: torn("mp3"),
    "torn m4a": lambda: torn("m4a", 0.4),
    "torn flac": lambda: torn("flac"),
    "torn ogg": lambda: torn("ogg vorbis"),
    "torn webm": lambda: torn("webm"),
    "torn mkv": lambda: torn("mkv"),
    "torn ts": lambda: torn("ts"),
    "torn wma": lambda: torn("wma"),
}


def _mp3(rate_hz: int) -> bytes:
    return _silence("mp3", "libmp3lame", rate_hz)


def _aac(rate_hz: int) -> bytes:
    return _silence("adts", "aac", rate_hz)


def _silence(container_format: str, codec: str, rate_hz: int) -> bytes:
    out = io.BytesIO()
    with av.open(out, "w", format=container_format) as container:
        stream = container.add_stream(codec, rate=rate_hz, layout="mono")
        for number in range(2 * rate_hz // 1_000):
            frame = av.AudioFrame("s16", "mono", 1_000)
            frame.sample_rate, frame.pts = rate_hz, number * 1_000
            frame.planes[0].update(bytes(frame.planes[0].buffer_size))
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return out.getvalue()
