from pathlib import Path

import pytest

from serving.settings import ARTEFACT, SettingsError, read_settings


def test_defaults_are_the_bundled_ones() -> None:
    assert read_settings({}).artefact == ARTEFACT


def test_variables_are_read() -> None:
    settings = read_settings({"HIERNIET_ARTEFACT": "/a", "HIERNIET_THREADS": "3"})
    assert (settings.artefact, settings.threads) == (Path("/a"), 3)


@pytest.mark.parametrize("value", ["0", "-1", "two", "", "1.5", "257"])
def test_a_wrong_value_is_named_with_its_variable(value: str) -> None:
    with pytest.raises(SettingsError, match=f"HIERNIET_THREADS='{value}'"):
        read_settings({"HIERNIET_THREADS": value})
