"""The policies in force: one file a municipality, read again when it changes, while the service runs."""

import logging
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from serving.moderation.artefact import Artefact
from serving.moderation.errors import PolicyError
from serving.moderation.policy import Policy, read_policy
from serving.moderation.taxonomy import Taxonomy

SECONDS_BETWEEN_LOOKS = 1.0

_log = logging.getLogger("hierniet.policies")


class UnknownMunicipalityError(Exception):
    """No policy file has this name."""


@dataclass
class _Kept:
    policy: Policy
    stamp: tuple[int, int]
    refused: tuple[int, int] | None = None


@dataclass
class Policies:
    """The default policy and, in `folder`, `<municipality>.toml` of each municipality that has one of its own. Thread-safe.

    A changed file that can't be used leaves the policy it would replace in force and is reported in the log and in `stale`; a file that is gone takes its
    policy with it, but for the default.
    """

    default: Path
    folder: Path | None
    taxonomy: Taxonomy
    artefact: Artefact
    stale: dict[str, str] = field(default_factory=dict)
    _kept: dict[Path, _Kept] = field(default_factory=dict)
    _looked: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        """Read every file.

        Raises:
            PolicyError: at the start a wrong file stops the service, since there is nothing to go on with.
        """
        for path in self._files():
            self._kept[path] = _Kept(self._read(path), _stamp(path))
        self._looked = time.monotonic()

    def of(self, municipality: str | None) -> Policy:
        """The policy of a municipality, by the name of its file; the default for None.

        Raises:
            UnknownMunicipalityError: it has no file.
        """
        with self._lock:
            if time.monotonic() - self._looked > SECONDS_BETWEEN_LOOKS:
                self._look()
            if municipality is None:
                return self._kept[self.default].policy
            for path, kept in self._kept.items():
                if path.parent == self.folder and path.stem == municipality:
                    return kept.policy
        raise UnknownMunicipalityError(municipality)

    def _look(self) -> None:
        found = self._files()
        for path in [path for path in self._kept if path not in found and path != self.default]:
            del self._kept[path]
        self.stale = {name: what for name, what in self.stale.items() if name in {path.name for path in found}}
        for path in found:
            kept = self._kept.get(path)
            try:
                stamp = _stamp(path)
                if kept and stamp in (kept.stamp, kept.refused):
                    continue
                self._kept[path] = _Kept(self._read(path), stamp)
                self.stale.pop(path.name, None)
                _log.info("policy %s is in force", self._kept[path].policy.id)
            except (OSError, PolicyError) as error:
                if kept:
                    kept.refused = _stamp_or_none(path)
                if self.stale.get(path.name) != str(error):
                    _log.error("policy not taken over: %s", error)
                self.stale[path.name] = str(error)
        self._looked = time.monotonic()

    def _read(self, path: Path) -> Policy:
        policy = read_policy(path, self.taxonomy, self.artefact)
        # Decisions name a policy by its name and version, so two files must not share one.
        if path != self.default and policy.name != path.stem:
            raise PolicyError(f"{path}: name = {policy.name!r} must be {path.stem!r}, as the file; change one of the two")
        return policy

    def _files(self) -> list[Path]:
        return [self.default, *sorted(path for path in self.folder.glob("*.toml"))] if self.folder else [self.default]


def _stamp(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_mtime_ns, found.st_size


def _stamp_or_none(path: Path) -> tuple[int, int] | None:
    try:
        return _stamp(path)
    except OSError:
        return None
