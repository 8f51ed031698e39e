"""A report as `make report` makes it, on every twentieth comment, shown by the service as it runs."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from serving.settings import read_settings
from tests.server import Server, serving
from tests.web.conftest import browser  # noqa: F401
from training.report.__main__ import report
from training.run import Run, RunOptions

EVERY = 20


@pytest.fixture(scope="session")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return Run(RunOptions(out=tmp_path_factory.mktemp("report"), every=EVERY), read_settings({}))


@pytest.fixture(scope="session")
def site(run: Run) -> Path:
    return report(run, date(2026, 11, 23))


@pytest.fixture(scope="session")
def shown(run: Run, site: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("shown"), HIERNIET_REPORT=str(run.options.out)) as (running, _):
        yield running
