"""API keys: made and revoked by command, stored as hashes, each with scopes, a rate and perhaps a municipality.

    python -m serving.keys create --name "Comment tool" --scope score [--municipality aalter] [--per-minute 600]
    python -m serving.keys list
    python -m serving.keys revoke ID

The file is the one that HIERNIET_KEYS names; a running service reads it again when it changes.
"""

import argparse
import fcntl
import hashlib
import hmac
import json
import os
import re
import secrets
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

SCOPES = ("score", "review", "admin")
PER_MINUTE = 600
_TOKEN = re.compile(r"hn_([0-9a-f]{8})_[A-Za-z0-9_-]{43}")


class KeysError(Exception):
    """The file of keys can't be used, or holds no such key; the message says how to mend it."""


@dataclass(frozen=True)
class Key:
    """`per_minute` comments may be judged; a key with a `municipality` speaks for that one only.

    The hash is plain SHA-256: a token has 256 random bits, so nothing is gained by hashing it slowly.
    """

    id: str
    name: str
    sha256: str
    scopes: tuple[str, ...]
    municipality: str | None
    per_minute: int
    created: str
    revoked: str | None = None


def create(name: str, scopes: Sequence[str], municipality: str | None, per_minute: int) -> tuple[Key, str]:
    """A new key and its token, which is shown once and kept nowhere.

    Raises:
        KeysError: naming the option that is wrong.
    """
    if not name.strip():
        raise KeysError("--name: say whose key it is")
    if not name.isprintable():
        raise KeysError("--name: holds a sign that can't be shown or stored; write it in plain letters, as UTF-8")
    if unknown := [scope for scope in scopes if scope not in SCOPES]:
        raise KeysError(f"--scope {unknown[0]}: scopes are {', '.join(SCOPES)}")
    if not 1 <= per_minute <= 1_000_000:
        raise KeysError(f"--per-minute {per_minute}: must be from 1 to 1,000,000 comments")
    key_id = secrets.token_hex(4)
    token = f"hn_{key_id}_{secrets.token_urlsafe(32)}"
    created = datetime.now(UTC).isoformat(timespec="seconds")
    return Key(key_id, name, _sha256(token), tuple(scopes), municipality, per_minute, created), token


def find(keys: Sequence[Key], token: str) -> Key | None:
    """The key that a token belongs to, unless it is revoked or made up."""
    match = _TOKEN.fullmatch(token)
    if not match:
        return None
    for key in keys:
        if key.id == match[1] and key.revoked is None and hmac.compare_digest(key.sha256, _sha256(token)):
            return key
    return None


def read_keys(path: Path) -> tuple[Key, ...]:
    """Every key of a file, revoked ones too; none if there is no file yet.

    Raises:
        KeysError: the file is not what this command writes.
    """
    try:
        rows = json.loads(path.read_text(encoding="utf8"))
        return tuple(Key(**row | {"scopes": tuple(row["scopes"])}) for row in rows)
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise KeysError(f"{path}: can't be read ({error.strerror}); let the user that the service runs as read it") from error
    except (ValueError, TypeError, KeyError) as error:
        raise KeysError(f"{path}: is no file of keys that can be read ({type(error).__name__}); restore it") from error


def write_keys(path: Path, keys: Sequence[Key]) -> None:
    """Replace the file in one move; a new one is readable by its owner only, an old one keeps owner and mode."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    beside = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf8") as file:
            if path.exists():
                # Else a key that an administrator revokes would lock the service's own user out of all of them.
                found = path.stat()
                os.fchown(descriptor, found.st_uid, found.st_gid)
                os.fchmod(descriptor, found.st_mode & 0o777)
            json.dump([asdict(key) for key in keys], file, indent=2, ensure_ascii=False)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """No other process is here for the same folder: between reading the keys and writing them, another's would be lost.

    The folder is locked: the file is another one each time it is written, and a lock beside it would be left behind, as its maker's.
    """
    descriptor = os.open(path.parent, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def revoked(keys: Sequence[Key], key_id: str) -> tuple[Key, ...]:
    """The keys with one of them revoked.

    Raises:
        KeysError: there is no such key in use.
    """
    if not any(key.id == key_id and key.revoked is None for key in keys):
        raise KeysError(f"{key_id}: no key in use has this id; `list` shows them")
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return tuple(replace(key, revoked=now) if key.id == key_id else key for key in keys)


def _sha256(token: str) -> str:
    return hashlib.sha256(token.encode("utf8")).hexdigest()


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    try:
        if options.file is None:
            raise KeysError("name the file of keys in HIERNIET_KEYS or with --file")
        if options.command == "create":
            key, token = create(options.name, options.scope or ["score"], options.municipality, options.per_minute)
            options.file.parent.mkdir(parents=True, exist_ok=True)
            with alone(options.file):
                write_keys(options.file, [*read_keys(options.file), key])
            print(f"key {key.id} made; its token is shown once, keep it safe:", file=sys.stderr)
            print(token)
        elif options.command == "revoke":
            with alone(options.file):
                write_keys(options.file, revoked(read_keys(options.file), options.id))
            print(f"key {options.id} revoked", file=sys.stderr)
        else:
            for key in read_keys(options.file):
                print(json.dumps({name: value for name, value in asdict(key).items() if name != "sha256"}, ensure_ascii=False))
    except (KeysError, OSError) as error:
        print(f"keys: {error}", file=sys.stderr)
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    file: Any = os.environ.get("HIERNIET_KEYS")
    parser = argparse.ArgumentParser(prog="python -m serving.keys", description="Make, list and revoke API keys.")
    parser.add_argument("--file", type=Path, default=Path(file) if file else None, help="file of keys; else HIERNIET_KEYS")
    commands = parser.add_subparsers(dest="command", required=True)
    make = commands.add_parser("create", help="make a key and print its token")
    make.add_argument("--name", required=True, help="whose key it is")
    make.add_argument("--scope", action="append", help=f"{', '.join(SCOPES)}; may be repeated (default: score)")
    make.add_argument("--municipality", help="the only municipality it may judge for (default: every one)")
    make.add_argument("--per-minute", type=int, default=PER_MINUTE, help="comments it may have judged a minute")
    commands.add_parser("list", help="print every key, without its hash")
    commands.add_parser("revoke", help="end a key").add_argument("id")
    return parser


if __name__ == "__main__":
    sys.exit(main())
