"""The body of a call: read while there is time, no larger than calls are, and decoded."""

import asyncio
import json
from typing import Any

from starlette.requests import Request

from serving.web.errors import RequestError

MAX_BODY_BYTES = 4 * 1024 * 1024
# What may stand outside strings, white space aside: a comment has some 14 bytes there. Decoding takes time by values, not by
# bytes, and stops everything else: 4 MiB of [] took 0.3 to 0.4 s.
MAX_BYTES_OUTSIDE_STRINGS = 64 * 1024
# Larger bodies are decoded beside the event loop, so that others get their turn between the steps.
LARGE_BYTES = 64 * 1024
# Of the time there is to answer; what is left of it is for judging.
SECONDS_TO_ARRIVE = 5.0


async def read_json(request: Request) -> Any:
    """The decoded body of a call.

    Raises:
        RequestError: it is too slow, too large, has too many values, or is not UTF-8 or not JSON.
        ClientDisconnect: the client hung up before its end.
    """
    try:
        async with asyncio.timeout(SECONDS_TO_ARRIVE):
            body = await _read(request)
    except TimeoutError:
        detail = (
            f"the body was not here after {SECONDS_TO_ARRIVE:g} seconds; send fewer comments at a time, or send them faster"
        )
        raise RequestError(408, "body_too_slow", detail) from None
    return parse_json(body) if len(body) <= LARGE_BYTES else await asyncio.to_thread(parse_json, body)


async def _read(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            detail = f"the body is larger than {MAX_BODY_BYTES} bytes; send the comments in several calls"
            raise RequestError(413, "body_too_large", detail)
    return bytes(body)


def parse_json(body: bytes) -> Any:
    """The value of a JSON text in UTF-8.

    Raises:
        RequestError: it is neither, or has more values than a call can need.
    """
    if _too_many_values(body):
        detail = "the body has more lists, fields and numbers than a call needs; send the comments in several calls"
        raise RequestError(413, "too_many_values", detail)
    try:
        return json.loads(body.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        detail = f"the body is not UTF-8 at byte {error.start + 1}; send UTF-8"
        raise RequestError(400, "invalid_utf8", detail) from None
    except (ValueError, RecursionError):  # ValueError: no JSON, or a number of thousands of digits
        raise RequestError(400, "invalid_json", "the body is not JSON; send a JSON object") from None


def _too_many_values(body: bytes) -> bool:
    """Exact for JSON, and of anything else for the part that is decoded before the first mistake."""
    # Without escapes, every quotation mark begins or ends a string. Pairs of backslashes go first: the last may close one.
    plain = body.replace(rb"\\", b"").replace(rb"\"", b"")
    if plain.count(b'"') > 2 * MAX_BYTES_OUTSIDE_STRINGS:
        return True
    outside = b"".join(plain.split(b'"')[::2]).translate(None, b" \t\r\n")
    return len(outside) > MAX_BYTES_OUTSIDE_STRINGS
