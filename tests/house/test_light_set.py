import pytest

from tests.house.light_set import install


@pytest.mark.slow
def test_the_light_set_stays_under_600_megabytes(tmp_path, note):
    installed = install(tmp_path / "light")
    note(f"The light set takes {installed.megabytes:.0f} MB, {installed.seconds:.0f} s to install.")
    assert installed.megabytes < 600
