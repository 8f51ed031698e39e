"""What a deployment decides, read once from the environment; a wrong value stops the start."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TAXONOMY = ROOT / "data" / "taxonomy.toml"
ARTEFACT = ROOT / "data" / "models" / "small"
POLICY = ROOT / "data" / "policies" / "standaard.toml"


class SettingsError(Exception):
    """A deployment variable has a value that can't be used; the message names both."""


@dataclass(frozen=True)
class Settings:
    """`threads` is the number of comments scored at the same time."""

    artefact: Path
    policy: Path
    taxonomy: Path
    threads: int


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Read HIERNIET_ARTEFACT, HIERNIET_POLICY, HIERNIET_TAXONOMY and HIERNIET_THREADS, all optional.

    Raises:
        SettingsError: naming the variable, its value and what it should be.
    """
    return Settings(
        artefact=Path(environment.get("HIERNIET_ARTEFACT", ARTEFACT)),
        policy=Path(environment.get("HIERNIET_POLICY", POLICY)),
        taxonomy=Path(environment.get("HIERNIET_TAXONOMY", TAXONOMY)),
        threads=_threads(environment.get("HIERNIET_THREADS", str(os.cpu_count() or 1))),
    )


def _threads(value: str) -> int:
    if not value.isdecimal() or not 1 <= int(value) <= 256:
        raise SettingsError(f"HIERNIET_THREADS={value!r}: must be a whole number from 1 to 256")
    return int(value)
