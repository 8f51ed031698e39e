"""Reading the TOML files that people write: one place for what can be wrong with any of them."""

import tomllib
from pathlib import Path
from typing import Any

from serving.moderation.errors import ModerationError


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
