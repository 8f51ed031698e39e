"""A policy file while it is read: makes errors that name the file and the line."""

from pathlib import Path
from typing import Any

from serving.moderation.errors import PolicyError
from serving.moderation.tables import line_of, read_toml


class PolicyFile:
    """`raw` holds the tables as they stand in the file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.raw = read_toml(path, "policy", PolicyError)
        self._text = path.read_text(encoding="utf8")

    def error(self, what: str, table: str = "", key: str = "") -> PolicyError:
        """That `what` is wrong with this entry, with the line it stands on."""
        where = f"[{table}] " if table else ""
        return PolicyError(f"{self.path}:{line_of(self._text, table, key)}: {where}{what}")

    def probability(self, table: str, key: str, word: str = "") -> float:
        """The number at `key` of a dotted `table`; `word` is what else the caller takes there.

        Raises:
            PolicyError: it is no number above 0 and up to 1.
        """
        value = self._table(table)[key]
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value <= 1:
            wanted = f"{word} or a number" if word else "a number"
            raise self.error(f"{key} must be {wanted} above 0 and up to 1, found {value!r}", table, key)
        return float(value)

    def _table(self, dotted: str) -> dict[str, Any]:
        table = self.raw
        for step in dotted.split("."):
            table = table[step]
        return table
