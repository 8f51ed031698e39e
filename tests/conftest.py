"""Shared fixtures: the real taxonomy, the bundled artefact, the default policy, the service as it runs."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from serving.moderation.artefact import Artefact, read_artefact
from serving.moderation.moderator import Moderator, load_moderator
from serving.moderation.taxonomy import Taxonomy, read_taxonomy
from serving.settings import ARTEFACT, POLICY, TAXONOMY
from tests.keyed import Keyed, keyed_service
from tests.server import Server, serving


@pytest.fixture(scope="session")
def taxonomy() -> Taxonomy:
    return read_taxonomy(TAXONOMY)


@pytest.fixture(scope="session")
def artefact(taxonomy: Taxonomy) -> Artefact:
    return read_artefact(ARTEFACT, taxonomy)


@pytest.fixture(scope="session")
def moderator() -> Moderator:
    return load_moderator(TAXONOMY, ARTEFACT, POLICY)


@pytest.fixture
def artefact_copy(tmp_path: Path) -> Path:
    """A copy of the bundled artefact that a test may damage."""
    return Path(shutil.copytree(ARTEFACT, tmp_path / "small"))


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The service as it runs without keys, shared by all tests that don't change it."""
    with serving(tmp_path_factory.mktemp("server")) as (running, _):
        yield running


@pytest.fixture(scope="session")
def with_keys(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Keyed]:
    """The service as it runs with keys, shared likewise."""
    with keyed_service(tmp_path_factory.mktemp("with_keys")) as running:
        yield running
