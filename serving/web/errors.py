"""Every failure of the API in the one shape: `{"errors":[{"status","code","title","detail","pointer"}]}`."""

import logging
import traceback
from collections.abc import Callable, Coroutine
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from serving.moderation.moderator import api_error

Endpoint = Callable[[Request], Coroutine[Any, Any, Response]]
# How one error becomes the body of an answer.
Shape = Callable[[dict[str, str]], dict[str, Any]]
_CODES = {404: "not_found", 405: "method_not_allowed"}

_log = logging.getLogger("hierniet.api")


class RequestError(Exception):
    """The request as a whole can't be answered; becomes an error response."""

    def __init__(self, status: int, code: str, detail: str, pointer: str = "", retry_after: int | None = None) -> None:
        super().__init__(code)
        self.status = status
        self.error = api_error(status, code, detail, pointer)
        self.headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
        if status == 408:
            # As RFC 9110 asks; a body that still trickles in would hold the connection.
            self.headers["Connection"] = "close"


def one_shape(error: dict[str, str]) -> dict[str, Any]:
    return {"errors": [error]}


def answered(endpoint: Endpoint, shape: Shape = one_shape) -> Endpoint:
    """The endpoint with every failure turned into an error of one shape; a traceback could hold comment text."""

    async def answering(request: Request) -> Response:
        try:
            return await endpoint(request)
        except RequestError as error:
            return JSONResponse(shape(error.error), error.status, headers=error.headers)
        except ClientDisconnect:
            return Response(status_code=499)
        except Exception as error:
            # Where, not what: the message of an exception can repeat what it choked on.
            where = traceback.extract_tb(error.__traceback__)[-1]
            _log.error("unexpected %s at %s:%s", type(error).__name__, where.filename, where.lineno)
            detail = "an unexpected failure; the comments of this call were not judged, send them again"
            return JSONResponse(shape(api_error(500, "internal_error", detail)), 500)

    return answering


async def http_exception(request: Request, error: Exception) -> Response:
    """For routes and methods that there are not."""
    assert isinstance(error, HTTPException)
    body = one_shape(api_error(error.status_code, _CODES.get(error.status_code, "http_error"), error.detail))
    return JSONResponse(body, error.status_code, headers=error.headers)
