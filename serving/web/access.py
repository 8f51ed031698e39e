"""Who may call: keys with scopes and a rate; without keys, programs on this machine only."""

import ipaddress
import logging
import math
import time
from dataclasses import dataclass, field
from pathlib import Path

from starlette.requests import Request

from serving.keys import Key, KeysError, find, read_keys
from serving.web.errors import RequestError

SECONDS_BETWEEN_LOOKS = 1.0
# A proxy adds one of these to what it passes on, so the caller is not on this machine.
_FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip", "via")

_log = logging.getLogger("hierniet.access")


@dataclass(frozen=True)
class Caller:
    """`id` is a key's id, or "loopback"; a caller with a `municipality` may speak for that one only."""

    id: str
    municipality: str | None = None


@dataclass
class Bucket:
    """A token bucket: `per_minute` comments, of which a minute's worth may come at once."""

    per_minute: int
    left: float
    at: float

    def seconds_until(self, cost: int, now: float, paid: int = 0) -> float:
        """0 and the cost taken, or how long until there would be room for all of it. A call of nearly a minute's worth and more
        needs nine tenths of a minute free, then the next waits longer: were it all of a minute, calls that arrive together would
        each have paid on arrival what the other lacks, and none would ever get through. What was paid of it before counts, but is
        lost where there is no room."""
        self.left = min(self.per_minute, self.left + (now - self.at) * self.per_minute / 60)
        self.at = now
        lacking = min(cost, max(1, self.per_minute * 9 // 10)) - self.left
        if lacking > paid:
            return lacking * 60 / self.per_minute
        self.left -= cost - paid
        return 0.0


@dataclass
class Access:
    """Checks callers against the file of keys, which is read again when it changes; `file` is None where there are no keys."""

    file: Path | None
    _keys: tuple[Key, ...] = ()
    _stamp: tuple[int, int] | None = None
    _looked: float = -math.inf
    _buckets: dict[str, Bucket] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Read the keys.

        Raises:
            KeysError: the file can't be read.
        """
        if self.file:
            self._keys = read_keys(self.file)

    def caller(self, request: Request, scope: str, token: str | None = None) -> Caller:
        """Who calls, by the key in `Authorization: Bearer` or `X-API-Key` (or the given token).

        Raises:
            RequestError: 401 without a valid key, 403 if it lacks the scope or there are no keys and the call comes from elsewhere.
        """
        if self.file is None:
            if not _from_this_machine(request):
                detail = "without keys only programs on the same machine may call; make a key and set HIERNIET_KEYS"
                raise RequestError(403, "no_keys", detail)
            return Caller("loopback")
        key = find(self._current(), token or _token(request))
        if key is None:
            detail = "send a valid key as 'Authorization: Bearer <key>' or 'X-API-Key: <key>'"
            raise RequestError(401, "invalid_key", detail)
        if scope not in key.scopes and "admin" not in key.scopes:
            raise RequestError(403, "missing_scope", f"this key lacks the scope '{scope}'; ask for one that has it")
        return Caller(key.id, key.municipality)

    def spend(self, caller: Caller, comments: int, paid: int = 0) -> None:
        """Count comments against the caller's rate, of which so many were `paid` before.

        Raises:
            RequestError: 429, with when to come back.
        """
        key = next((key for key in self._keys if key.id == caller.id), None)
        if key is None:
            return
        now = time.monotonic()
        bucket = self._buckets.get(key.id)
        if bucket is None or bucket.per_minute != key.per_minute:
            bucket = self._buckets[key.id] = Bucket(key.per_minute, key.per_minute, now)
        if seconds := bucket.seconds_until(comments, now, paid):
            detail = f"this key may have {key.per_minute} comments judged a minute; wait, or ask for a higher rate"
            raise RequestError(429, "rate_limited", detail, retry_after=math.ceil(seconds))

    def give_back(self, caller: Caller, comments: int) -> None:
        """Undo `spend`: they were not judged."""
        if bucket := self._buckets.get(caller.id):
            bucket.left = min(bucket.per_minute, bucket.left + comments)

    def _current(self) -> tuple[Key, ...]:
        now = time.monotonic()
        if self.file and now - self._looked > SECONDS_BETWEEN_LOOKS:
            self._looked = now
            try:
                found = self.file.stat()
                stamp = (found.st_mtime_ns, found.st_size)
                if stamp != self._stamp:
                    self._keys, self._stamp = read_keys(self.file), stamp
            except (KeysError, OSError) as error:
                # Keys that were revoked in a file that can't be read any more must not go on working.
                self._keys, self._stamp = (), None
                _log.error("no key is valid until the file of keys can be read: %s", type(error).__name__)
        return self._keys


def _token(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else request.headers.get("x-api-key", "")


def _from_this_machine(request: Request) -> bool:
    """A proxy that adds no header looks like a program here, but for the name it was called by; so does a page in a browser
    here that a name was pointed at this machine for."""
    if request.client is None or any(name in request.headers for name in _FORWARDED):
        return False
    return _loopback(request.client.host) and (request.url.hostname == "localhost" or _loopback(request.url.hostname or ""))


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
