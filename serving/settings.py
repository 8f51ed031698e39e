"""What a deployment decides, read once from the environment; a wrong value stops the start."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TAXONOMY = ROOT / "data" / "taxonomy.toml"
ARTEFACT = ROOT / "data" / "models" / "small"
POLICY = ROOT / "data" / "policies" / "standaard.toml"
REPORT = ROOT / "reports"


class SettingsError(Exception):
    """A deployment variable has a value that can't be used; the message names both."""


@dataclass(frozen=True)
class Settings:
    """`threads` is the number of comments scored at the same time. `policies` is the folder of municipalities' own policies,
    `keys` the file of API keys; each may be None: the default policy for all, and calls from this machine only. `report` is the
    folder of an evaluation run, whose site is shown; it need not exist."""

    artefact: Path
    policy: Path
    policies: Path | None
    keys: Path | None
    taxonomy: Path
    report: Path
    threads: int


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Read HIERNIET_ARTEFACT, _POLICY, _POLICIES, _KEYS, _TAXONOMY, _REPORT and _THREADS, all optional.

    Raises:
        SettingsError: naming the variable, its value and what it should be.
    """
    return Settings(
        artefact=Path(environment.get("HIERNIET_ARTEFACT", ARTEFACT)),
        policy=Path(environment.get("HIERNIET_POLICY", POLICY)),
        policies=_folder(environment.get("HIERNIET_POLICIES")),
        keys=Path(environment["HIERNIET_KEYS"]) if environment.get("HIERNIET_KEYS") else None,
        taxonomy=Path(environment.get("HIERNIET_TAXONOMY", TAXONOMY)),
        report=Path(environment.get("HIERNIET_REPORT", REPORT)),
        threads=_threads(environment.get("HIERNIET_THREADS", str(os.cpu_count() or 1))),
    )


def _folder(value: str | None) -> Path | None:
    if not value:
        return None
    if not Path(value).is_dir():
        raise SettingsError(f"HIERNIET_POLICIES={value!r}: there is no such folder; make it, or leave the variable out")
    return Path(value)


def _threads(value: str) -> int:
    if not value.isdecimal() or not 1 <= int(value) <= 256:
        raise SettingsError(f"HIERNIET_THREADS={value!r}: must be a whole number from 1 to 256")
    return int(value)
