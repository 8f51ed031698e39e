"""Policies by municipality, read again while the service runs: real files, a real clock."""

import logging
from collections.abc import Callable
from pathlib import Path

import pytest

from serving import policies as module
from serving.moderation.artefact import Artefact
from serving.moderation.errors import PolicyError
from serving.moderation.taxonomy import Taxonomy
from serving.policies import Policies, UnknownMunicipalityError
from serving.settings import POLICY


@pytest.fixture
def open_policies(
    tmp_path: Path, taxonomy: Taxonomy, artefact: Artefact, monkeypatch: pytest.MonkeyPatch
) -> Callable[[], Policies]:
    monkeypatch.setattr(module, "SECONDS_BETWEEN_LOOKS", -1.0)
    write(tmp_path / "aalter.toml", "aalter", "1.0")
    return lambda: Policies(POLICY, tmp_path, taxonomy, artefact)


def write(path: Path, name: str, version: str, **changes: str) -> None:
    text = POLICY.read_text(encoding="utf8").replace('name = "standaard"', f'name = "{name}"')
    text = text.replace('version = "1.2"', f'version = "{version}"')
    for old, new in changes.items():
        text = text.replace(old, new)
    path.write_text(text, encoding="utf8")


def test_each_municipality_has_its_own_and_the_others_the_default(open_policies: Callable[[], Policies]) -> None:
    policies = open_policies()
    assert policies.of("aalter").id == "aalter@1.0"
    assert policies.of(None).id == "standaard@1.2"
    for unknown in ("gent", "", "../standaard", "standaard"):
        with pytest.raises(UnknownMunicipalityError):
            policies.of(unknown)


def test_a_changed_added_or_removed_file_counts_at_once(open_policies: Callable[[], Policies], tmp_path: Path) -> None:
    policies = open_policies()
    write(tmp_path / "aalter.toml", "aalter", "1.0.1")
    write(tmp_path / "gent.toml", "gent", "2")
    assert (policies.of("aalter").version, policies.of("gent").version) == ("1.0.1", "2")
    (tmp_path / "gent.toml").unlink()
    with pytest.raises(UnknownMunicipalityError):
        policies.of("gent")


def test_a_wrong_file_leaves_the_old_policy_in_force_and_is_told_once(
    open_policies: Callable[[], Policies], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    policies = open_policies()
    write(tmp_path / "aalter.toml", "aalter", "9.9", **{"threshold = 0.3": "threshold = 0.9"})
    with caplog.at_level(logging.ERROR, "hierniet.policies"):
        assert [policies.of("aalter").version for _ in range(3)] == ["1.0"] * 3
    assert len(caplog.records) == 1 and "looser than 0.5; lower it" in caplog.text
    assert list(policies.stale) == ["aalter.toml"]
    write(tmp_path / "aalter.toml", "aalter", "1.2")
    assert policies.of("aalter").version == "1.2" and not policies.stale


def test_a_wrong_file_at_the_start_stops_it(open_policies: Callable[[], Policies], tmp_path: Path) -> None:
    (tmp_path / "gent.toml").write_text("name = 1", encoding="utf8")
    with pytest.raises(PolicyError, match=r"gent.toml:1: needs 'name' as a str"):
        open_policies()


def test_a_copy_that_kept_its_old_name_is_refused(open_policies: Callable[[], Policies], tmp_path: Path) -> None:
    write(tmp_path / "gent.toml", "standaard", "1.2")
    with pytest.raises(PolicyError, match="name = 'standaard' must be 'gent', as the file"):
        open_policies()
