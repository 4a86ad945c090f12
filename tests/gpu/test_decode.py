"""Every promised format gives the speech that went in; limits and errors are told apart."""

import io
import os
import resource
import subprocess
import sys
import threading
import time
from pathlib import Path

import av
import numpy as np
import pytest

from gpu.contract import SAMPLE_RATE_HZ, Failure, ListeningFailed
from gpu.decode import BYTES_PER_SECOND, Decoder
from tests import hostile_media
from tests.gpu.conftest import children, in_memory, open_descriptors
from tests.media import KINDS, SECONDS, media, reference

LOSSLESS = [name for name in KINDS if KINDS[name].codec in {"pcm_s24le", "flac", "alac"}]
TELEPHONE_HZ = 8_000


def likeness(sound: bytes, wanted: bytes) -> tuple[float, float]:
    """How alike two sounds are (1 is the same) and how many seconds the first is late."""
    heard, spoken = (np.frombuffer(data, "<i2").astype(np.float64) for data in (sound, wanted))
    size = 1 << int(np.ceil(np.log2(len(heard) + len(spoken))))
    products = np.fft.rfft(heard, size) * np.conj(np.fft.rfft(spoken, size))
    lag = int(np.argmax(np.fft.irfft(products, size)))
    lag -= size if lag > size // 2 else 0
    heard, spoken = heard[max(lag, 0) :], spoken[max(-lag, 0) :]
    shared = min(len(heard), len(spoken))
    return float(np.corrcoef(heard[:shared], spoken[:shared])[0, 1]), lag / SAMPLE_RATE_HZ


@pytest.mark.parametrize("name", KINDS)
def test_a_promised_format_gives_its_speech(name, decode):
    info, sound = decode(media(name))
    alike, late_seconds = likeness(sound, reference())
    assert info.sample_rate_hz == KINDS[name].rate_hz
    assert len(sound) / BYTES_PER_SECOND == pytest.approx(SECONDS, abs=0.12)
    assert info.declared_seconds == pytest.approx(SECONDS, abs=0.5)
    assert abs(late_seconds) < 0.05
    assert alike > (0.9 if info.codec == "amrnb" else 0.97)


@pytest.mark.parametrize("name", LOSSLESS)
def test_lossless_kinds_are_the_same_to_the_sample(name, decode):
    _info, sound = decode(media(name))
    heard, spoken = (np.frombuffer(data, "<i2").astype(int) for data in (sound, reference()))
    assert len(heard) == len(spoken)
    assert np.abs(heard - spoken).max() <= 8  # two ways round to 16 bits


def test_info_says_what_the_container_says(decode):
    info, _sound = decode(media("m4a"))
    assert (info.container, info.codec) == ("mov,mp4,m4a,3gp,3g2,mj2", "aac")
    assert (info.channels, info.sample_rate_hz, info.declared_seconds) == (2, 44_100, SECONDS)


def test_blocks_are_as_long_as_asked_but_the_last():
    data = media("mp3")
    with in_memory(data) as media_fd, Decoder(media_fd, len(data)) as decoder:
        sizes = [len(block) / BYTES_PER_SECOND for block in decoder.blocks(4.0)]
    assert sizes == [4.0, 4.0, pytest.approx(3.0, abs=0.01)]
    assert decoder.decoded_seconds == pytest.approx(sum(sizes))


def test_the_offset_of_the_callers_descriptor_is_left_alone():
    data = media("m4a")
    with in_memory(data) as media_fd:
        os.lseek(media_fd, 7, os.SEEK_SET)
        with Decoder(media_fd, len(data)) as decoder:
            list(decoder.blocks())
        assert os.lseek(media_fd, 0, os.SEEK_CUR) == 7


def test_the_limit_counts_decoded_seconds_and_names_itself(decode):
    with pytest.raises(ListeningFailed, match="limit of 5 seconds") as raised:
        decode(media("mp3"), max_seconds=5)
    assert raised.value.failure == Failure.TOO_LONG
    assert len(decode(media("mp3"), max_seconds=SECONDS)[1]) == SECONDS * BYTES_PER_SECOND


def test_a_bomb_of_silence_hits_the_limit_at_once(decode):
    bomb, spent_seconds = hostile_media.silent_flac(24 * 3600), _childrens_cpu_seconds()
    with pytest.raises(ListeningFailed) as raised:
        decode(bomb, max_seconds=4 * 3600)
    assert raised.value.failure == Failure.TOO_LONG
    assert len(bomb) < 164_000
    assert _childrens_cpu_seconds() - spent_seconds < 5


def _childrens_cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@pytest.mark.parametrize("name", [*hostile_media.NOT_MEDIA, *hostile_media.REFUSED])
def test_what_is_no_recording_is_refused(name, decode):
    data = {**hostile_media.NOT_MEDIA, **hostile_media.REFUSED}[name]()
    with pytest.raises(ListeningFailed) as raised:
        decode(data)
    assert raised.value.failure == Failure.UNREADABLE_MEDIA


def test_a_video_without_sound_says_so(decode):
    with pytest.raises(ListeningFailed) as raised:
        decode(hostile_media.video_without_sound())
    assert raised.value.failure == Failure.NO_AUDIO_TRACK


READABLE_SECONDS = {
    "wav of one sample": 1 / SAMPLE_RATE_HZ,
    "wav that says 4 GB": 2,
    "wav that says 0 bytes": 2,
    "wav of not-a-numbers": 2,
    "120 streams": 0.1,
    "32 streams": 0.1,
    "chained ogg": 2 * SECONDS,
    "mp3 before zip": 2 * SECONDS,
    "mp3 of two rates": SECONDS + 2,
    "aac of two rates": SECONDS + 2,
    "silence for an hour": 3600,
}


@pytest.mark.parametrize("name", hostile_media.READABLE)
def test_what_can_be_read_is_read(name, decode):
    _info, sound = decode(hostile_media.READABLE[name]())
    wanted_seconds = READABLE_SECONDS.get(name, SECONDS)
    assert len(sound) / BYTES_PER_SECOND == pytest.approx(wanted_seconds, abs=0.3)


@pytest.mark.parametrize("name", [name for name in KINDS if not name.startswith(("m4a", "3gp"))])
def test_a_file_that_breaks_off_gives_what_is_there(name, decode):
    data = hostile_media.cut_short()[f"cut {name}"]()
    if name in {"mp4, moov at the end", "mov", "caf"}:  # the index went with the end
        with pytest.raises(ListeningFailed) as raised:
            decode(data)
        assert raised.value.failure == Failure.UNREADABLE_MEDIA
        return
    _info, sound = decode(data)
    assert len(sound) / BYTES_PER_SECOND == pytest.approx(SECONDS * 2 / 3, abs=1.3)
    assert likeness(sound[: 6 * BYTES_PER_SECOND], reference())[0] > 0.9


def test_broken_packets_are_counted_and_leave_the_rest_in_place():
    data = hostile_media.torn("m4a", where=0.4, size=30_000)
    with in_memory(data) as media_fd, Decoder(media_fd, len(data)) as decoder:
        sound = b"".join(decoder.blocks())
    assert decoder.skipped_packets > 10
    assert decoder.decoded_seconds == pytest.approx(SECONDS, abs=0.35)
    last_three_seconds = sound[8 * BYTES_PER_SECOND :]
    alike, late_seconds = likeness(last_three_seconds, reference()[8 * BYTES_PER_SECOND :])
    assert (alike > 0.97, abs(late_seconds) < 0.05) == (True, True)


def test_a_late_start_keeps_the_players_clock(decode):
    out = io.BytesIO()
    with av.open(out, "w", format="matroska") as container:
        video = container.add_stream("mpeg4", rate=25)
        video.width, video.height, video.pix_fmt = 64, 48, "yuv420p"
        audio = container.add_stream("pcm_s16le", rate=16_000, layout="mono")
        packets = []
        for _ in range(100):
            packets += video.encode(av.VideoFrame(64, 48, "yuv420p"))
        speech = np.frombuffer(reference(), "<i2").reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(speech[:, :SAMPLE_RATE_HZ], "s16", "mono")
        frame.sample_rate, frame.pts = 16_000, 3 * 16_000
        packets += [*video.encode(None), *audio.encode(frame)]
        container.mux(sorted(packets, key=lambda packet: packet.dts * packet.time_base))
    _info, sound = decode(out.getvalue())
    assert sound == bytes(3 * BYTES_PER_SECOND) + reference()[:BYTES_PER_SECOND]


@pytest.mark.parametrize("channels", [3, 9, 16, 32, 64])
def test_many_channels_become_one(channels, decode):
    speech = np.frombuffer(reference(), "<i2")[:SAMPLE_RATE_HZ]
    data = hostile_media.wav(np.repeat(speech, channels).tobytes(), channels=channels)
    info, sound = decode(data)
    assert info.channels == channels
    assert likeness(sound, speech.tobytes()) == (pytest.approx(1.0, abs=1e-3), 0.0)


def test_killing_from_another_thread_ends_the_reading():
    data = hostile_media.silent_flac(24 * 3600)
    with in_memory(data) as media_fd, Decoder(media_fd, len(data)) as decoder:
        blocks = decoder.blocks()
        next(blocks)
        killer = threading.Timer(0.2, decoder.kill)
        killer.start()
        started = time.monotonic()
        with pytest.raises(ListeningFailed) as raised:
            sum(map(len, blocks))
        killer.join()
    assert raised.value.failure == Failure.CANCELLED
    assert time.monotonic() - started < 2


def test_leaving_early_leaves_nothing():
    data = media("wav float")
    before = children(), open_descriptors()
    with in_memory(data) as media_fd, Decoder(media_fd, len(data)) as decoder:
        next(decoder.blocks(1.0))
    assert (children(), open_descriptors()) == before


def test_a_crash_of_the_decoder_is_called_one():
    data, before = media("wav float"), children()
    with in_memory(data) as media_fd, Decoder(media_fd, len(data)) as decoder:
        blocks = decoder.blocks(1.0)
        next(blocks)
        (child,) = children() - before
        os.kill(child, 11)
        with pytest.raises(ListeningFailed, match="signal-11") as raised:
            list(blocks)
    assert raised.value.failure == Failure.DECODER_CRASH


def test_the_child_dies_with_its_parent():
    program = (
        "import os, sys\n"
        "from gpu.decode import Decoder\n"
        "fd = os.memfd_create('media'); data = sys.stdin.buffer.read(); os.write(fd, data)\n"
        "decoder = Decoder(fd, len(data)).__enter__(); next(decoder.blocks(1.0))\n"
        "print(decoder._child.pid, flush=True)\n"
        "os.kill(os.getpid(), 9)\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program], input=media("wav float"), capture_output=True, check=False
    )
    child = Path(f"/proc/{int(ended.stdout)}/stat")
    deadline = time.monotonic() + 5
    while child.exists() and " Z " not in child.read_text() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not child.exists() or " Z " in child.read_text()


def test_the_childs_memory_does_not_grow_with_the_length():
    peaks, before = [], children()
    for hours in (1, 6):
        data = hostile_media.silent_flac(hours * 3600)
        with in_memory(data) as media_fd, Decoder(media_fd, len(data)) as decoder:
            for block in decoder.blocks():
                del block
                if decoder.decoded_seconds > hours * 3600 - 300:
                    peaks.append(_peak_kib(children() - before))
                    break
    assert peaks[1] < peaks[0] * 1.1


def _peak_kib(pids: set[int]) -> int:
    (pid,) = pids
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0])


def test_the_parents_side_imports_no_numpy_av_or_django():
    program = "import sys, gpu.decode; print(sorted({'numpy', 'av', 'django'} & set(sys.modules)))"
    printed = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert printed.stdout == b"[]\n"
