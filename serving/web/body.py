"""The body of a call: read while there is time, no larger than calls are, and decoded."""

import asyncio
import json
from typing import Any

from starlette.requests import Request

from serving.web.errors import RequestError

MAX_BODY_BYTES = 4 * 1024 * 1024
# Of the time there is to answer; what is left of it is for judging.
SECONDS_TO_ARRIVE = 5.0


async def read_json(request: Request) -> Any:
    """The decoded body of a call.

    Raises:
        RequestError: it is too slow, too large, not UTF-8 or not JSON.
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
    return parse_json(body)


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
        RequestError: it is neither.
    """
    try:
        return json.loads(body.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        detail = f"the body is not UTF-8 at byte {error.start + 1}; send UTF-8"
        raise RequestError(400, "invalid_utf8", detail) from None
    except (ValueError, RecursionError):  # ValueError: no JSON, or a number of thousands of digits
        raise RequestError(400, "invalid_json", "the body is not JSON; send a JSON object") from None
