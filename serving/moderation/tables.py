"""Reading the TOML files that people write: one place for what can be wrong with any of them."""

import re
import tomllib
from pathlib import Path
from typing import Any

from serving.moderation.errors import ModerationError

_HEADER = re.compile(r"\s*\[\[?\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?")


def read_toml(path: Path, kind: str, error_type: type[ModerationError]) -> dict[str, Any]:
    """The tables of a TOML file; `kind` names it for whoever has to mend it.

    Raises:
        error_type: the file can't be read or is not TOML.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf8"))
    except OSError as error:
        raise error_type(f"{path}: can't be read ({error.strerror}); name an existing {kind} file") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise error_type(f"{path}: is not valid TOML: {error}") from error


def line_of(text: str, table: str, key: str = "") -> int:
    """The line, from 1, where a key of a table stands; else that of the table's header, else the first.

    tomllib keeps no places. Keys in inline tables and dotted keys are not found and give the line of their table.

    >>> line_of("name = 'a'\\n[category.spam]\\nreview = 1", "category.spam", "review")
    3
    """
    here, header = "", 1
    wanted = re.compile(rf"""\s*["']?{re.escape(key)}["']?\s*=""") if key else None
    for number, line in enumerate(text.splitlines(), start=1):
        if found := _HEADER.fullmatch(line):
            here = found[1]
            header = number if here == table else header
        if here == table and wanted and wanted.match(line):
            return number
    return header
