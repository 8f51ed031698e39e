"""The evaluation report at `/report`: the site that `make report` wrote, as files; made again, it is shown again without a restart."""

import os
from pathlib import Path

from starlette.datastructures import MutableHeaders
from starlette.responses import HTMLResponse
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from serving.web.page import HEADERS

# A picture draws with styles of its own and can do nothing else.
_PICTURE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
_PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_NOT_YET = """<!doctype html>
<html lang="nl-BE"><head><meta charset="utf-8"><title>Nog geen verslag – Hier Niet</title></head>
<body><main><h1>Er is nog geen verslag</h1>
<p>Wie het model beheert, maakt het met <code>make report</code>; daarna staat het hier, als de dienst de map mag lezen.</p></main></body></html>
"""


def report_route(folder: Path) -> Mount:
    """`/report` and what lies under it, from the site in `folder`, which need not exist yet."""
    files = StaticFiles(directory=folder, html=True, check_dir=False)

    async def pages(scope: Scope, receive: Receive, send: Send) -> None:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(HEADERS | {"Content-Security-Policy": _policy(scope["path"])})
            await send(message)

        answering: ASGIApp = files
        # A report that the service's user may not read is none to it: half an answer would be sent otherwise.
        if scope["type"] == "http" and not os.access(folder / "index.html", os.R_OK):
            answering = HTMLResponse(_NOT_YET, 404)
        await answering(scope, receive, sending)

    return Mount("/report", app=pages)


def _policy(path: str) -> str:
    """By the path, not by the media type: an answer that nothing changed has none, and a browser keeps the policy that it brings."""
    return _PICTURE_POLICY if path.endswith(".svg") else _PAGE_POLICY
