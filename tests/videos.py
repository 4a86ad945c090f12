"""Videos that say when they are: dark, but for a flash in a corner while a tone sounds."""

import io
import math
import struct
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

import av

DARK, BRIGHT = 40, 235
FLASH = (2.0, 2.2)
CORNER_PIXELS = 32
RATE_HZ = 48_000


@dataclass(frozen=True)
class Shot:
    """How a video is made. ``at`` tells the second of a frame; "" for ``sound`` is none."""

    seconds: float = 4.0
    width: int = 320
    height: int = 240
    frames_a_second: int = 25
    container: str = "mp4"
    codec: str = "libx264"
    pixels: str = "yuv420p"
    sound: str = "aac"
    options: tuple[tuple[str, str], ...] = ()
    muxing: tuple[tuple[str, str], ...] = ()
    colours: tuple[int, int, int] = (2, 2, 2)
    turned: int = 0
    uneven: bool = False
    starts_at: float = 0.0


@cache
def video(shot: Shot = Shot()) -> bytes:
    made = io.BytesIO()
    with av.open(made, "w", format=shot.container, options=dict(shot.muxing)) as out:
        picture = out.add_stream(shot.codec, rate=shot.frames_a_second, options=dict(shot.options))
        picture.width, picture.height, picture.pix_fmt = shot.width, shot.height, shot.pixels
        codec = picture.codec_context
        codec.color_primaries, codec.color_trc, codec.colorspace = shot.colours
        codec.thread_count = 1
        if shot.turned:
            picture.set_display_rotation(shot.turned)
        packets = _pictures(picture, shot)
        if shot.sound:
            sound = out.add_stream(shot.sound, rate=RATE_HZ, layout="mono")
            packets += _sounds(sound, shot)
        out.mux(sorted(packets, key=lambda packet: packet.dts * packet.time_base))
    return made.getvalue()


def _pictures(stream, shot: Shot) -> list[av.Packet]:
    packets = []
    for number in range(round(shot.seconds * shot.frames_a_second)):
        if shot.uneven and number % 3 == 1:
            continue
        at = number / shot.frames_a_second
        frame = av.VideoFrame(shot.width, shot.height, "yuv420p")
        for plane, level in zip(frame.planes, (DARK, 128, 128), strict=True):
            plane.update(bytes([level]) * plane.buffer_size)
        if FLASH[0] <= at < FLASH[1]:
            _brighten(frame.planes[0])
        frame = frame.reformat(format=shot.pixels)
        frame.pts = number + round(shot.starts_at * shot.frames_a_second)
        frame.time_base = Fraction(1, shot.frames_a_second)
        packets += stream.encode(frame)
    return packets + stream.encode(None)


def _brighten(plane) -> None:
    rows = bytearray(bytes(plane))
    for row in range(CORNER_PIXELS):
        begin = row * plane.line_size
        rows[begin : begin + CORNER_PIXELS] = bytes([BRIGHT]) * CORNER_PIXELS
    plane.update(bytes(rows))


def _sounds(stream, shot: Shot) -> list[av.Packet]:
    packets, size = [], stream.codec_context.frame_size or 1024
    for begin in range(0, round(shot.seconds * RATE_HZ), size):
        samples = [_loudness((begin + n) / RATE_HZ) for n in range(size)]
        frame = av.AudioFrame("s16", "mono", size)
        frame.planes[0].update(struct.pack(f"<{size}h", *samples))
        frame.sample_rate, frame.pts = RATE_HZ, begin + round(shot.starts_at * RATE_HZ)
        frame.time_base = Fraction(1, RATE_HZ)
        packets += stream.encode(frame)
    return packets + stream.encode(None)


def _loudness(at: float) -> int:
    is_on = FLASH[0] <= at < FLASH[1]
    return round(12_000 * math.sin(at * 1000 * math.tau)) if is_on else 0


@dataclass(frozen=True)
class Seen:
    """What is in a video: its frames by second, and where it flashes and sounds."""

    width: int
    height: int
    seconds: float
    lettered: list[float]
    """When a frame has bright pixels outside the corner."""
    times: list[float]
    flashes: list[float]
    sounds: list[float]
    codecs: list[str]
    picture: Callable[[float], av.VideoFrame]


def seen_in(data: bytes) -> Seen:
    with av.open(io.BytesIO(data)) as file:
        frames = list(file.decode(video=0))
    times = [round(float(frame.time), 3) for frame in frames]
    grey = [frame.reformat(format="gray", threads=1) for frame in frames]
    flashes = [at for at, frame in zip(times, grey, strict=True) if _pixel(frame, 8, 8) > 150]
    lettered = [at for at, frame in zip(times, grey, strict=True) if _is_lettered(frame)]
    with av.open(io.BytesIO(data)) as file:
        codecs = [stream.codec_context.codec.canonical_name for stream in file.streams]
        sounds = _times_of_sound(file) if file.streams.audio else []

    def picture(at: float) -> av.VideoFrame:
        return min(frames, key=lambda frame: abs(frame.time - at))

    last = frames[-1]
    step = times[-1] - times[-2]
    seconds = round(times[-1] + step, 2)
    return Seen(last.width, last.height, seconds, lettered, times, flashes, sounds, codecs, picture)


def _pixel(frame: av.VideoFrame, x: int, y: int) -> int:
    plane = frame.planes[0]
    return bytes(plane)[y * plane.line_size + x]


def _is_lettered(frame: av.VideoFrame) -> bool:
    plane = frame.planes[0]
    rows = bytes(plane)
    below = range(2 * CORNER_PIXELS, frame.height)
    return any(
        max(rows[y * plane.line_size : y * plane.line_size + frame.width]) > 150 for y in below
    )


def _times_of_sound(file) -> list[float]:
    found = []
    resampler = av.AudioResampler("s16", "mono", RATE_HZ)
    for decoded in file.decode(audio=0):
        for frame in resampler.resample(decoded):
            samples = struct.unpack(
                f"<{frame.samples}h", bytes(frame.planes[0])[: 2 * frame.samples]
            )
            start = float(frame.pts * frame.time_base)
            found += [start + n / RATE_HZ for n, value in enumerate(samples) if abs(value) > 3000]
    return found
