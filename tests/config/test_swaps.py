"""Swap that would put memory on a disk as it is, told from swap that would not."""

import os

import pytest

from config import swaps

HEAD = "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n"


@pytest.fixture
def machine(tmp_path):
    """A swap file on a block device that the test describes."""
    file = tmp_path / "my swap"
    file.write_bytes(b"")
    number = file.stat().st_dev
    device = tmp_path / "block" / f"{os.major(number)}:{os.minor(number)}"
    device.mkdir(parents=True)
    listed = tmp_path / "swaps"
    listed.write_text(f"{HEAD}{str(file).replace(' ', chr(92) + '040')} file 1 0 -2\n")
    return file, device, listed


def name_of(device, identity):
    (device / "dm").mkdir(parents=True)
    (device / "dm" / "uuid").write_text(identity)


def found(machine):
    _, device, listed = machine
    return swaps.unencrypted(listed, device.parent)


def test_none_is_well(tmp_path):
    (tmp_path / "swaps").write_text(HEAD)
    assert swaps.unencrypted(tmp_path / "swaps") == []
    assert swaps.unencrypted(tmp_path / "no such file") == []


def test_compressed_memory_is_well(tmp_path):
    (tmp_path / "swaps").write_text(f"{HEAD}/dev/zram0 partition 1 0 100\n")
    assert swaps.unencrypted(tmp_path / "swaps") == []


def test_a_plain_disk_is_named(machine):
    assert found(machine) == [str(machine[0])]


def test_an_encrypted_disk_is_well(machine):
    name_of(machine[1], "CRYPT-PLAIN-swap\n")
    assert found(machine) == []


def test_a_volume_is_as_good_as_every_disk_below_it(machine):
    _, device, _ = machine
    name_of(device, "LVM-abc")
    name_of(device / "slaves" / "dm-0", "CRYPT-LUKS2-abc")
    assert found(machine) == []
    (device / "slaves" / "sda2").mkdir()
    assert found(machine) == [str(machine[0])]
