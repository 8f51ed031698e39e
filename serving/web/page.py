"""The page at `/`: type a comment, see the decision. Plain files, made by no build, that call the API beside them."""

from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

FOLDER = Path(__file__).resolve().parent / "page"
FILES = (
    "index.html",
    "page.css",
    "page.js",
    "page-api.js",
    "page-decision.js",
    "page-dom.js",
    "page-spans.js",
    "page-words.js",
)
# Named here, not guessed: on some machines a script is guessed to be text/plain, and nosniff then stops it.
MEDIA_TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript"}
HEADERS = {
    "Cache-Control": "no-cache",
    # No inline script or style, nothing from elsewhere, and no way to make markup of a string, so of a comment.
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


def page_routes() -> list[Route]:
    """`/`, and under their own names the style and scripts it asks for; read now, so that a missing one stops the start."""
    return [_route("/" if name == "index.html" else f"/{name}", FOLDER / name) for name in FILES]


def _route(address: str, path: Path) -> Route:
    content, media_type = path.read_bytes(), MEDIA_TYPES[path.suffix]

    async def endpoint(request: Request) -> Response:
        return Response(content, media_type=media_type, headers=HEADERS)

    return Route(address, endpoint, methods=["GET"])
