"""The studio: its page, the files of the page, and the exchange of its key for a token."""

from __future__ import annotations

import re
import socket
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import cache
from ipaddress import ip_address
from mimetypes import guess_type
from pathlib import Path
from urllib.parse import urlsplit

from aiohttp import hdrs, web

import service
from service.access.users import LOCAL_USER
from service.api.requests import StudioKeyBody
from service.api.responses import StudioSession
from service.errors import Forbidden, NotFound
from service.http.app.keys import SERVICES, SETTINGS
from service.http.app.policy import is_own_origin
from service.http.io.bodies import read_body, success
from service.http.io.conditional import etag_of
from service.settings import Settings

assert service.__file__ is not None
_SERVICE = Path(service.__file__).resolve().parent
WEB = _SERVICE / "web"
FONTS = _SERVICE / "publishing" / "fonts"

#: The longest body for a key, in bytes. The path needs no token, so the body uses no budget of a user.
_MOST_KEY_BYTES = 1 << 10

#: A name or an address, and perhaps a port. Programs read anything else, as ``a@b``, as different names.
_HOST = re.compile(r"([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{0,5})?")

#: The validity of a token of the studio. Then the page exchanges its key for another one.
SESSION_LIFE = timedelta(hours=12)

_ASK_AGAIN: Mapping[str, str] = {hdrs.CACHE_CONTROL: "no-cache"}
_A_WEEK: Mapping[str, str] = {hdrs.CACHE_CONTROL: "public, max-age=604800"}


async def home(_request: web.Request) -> web.Response:
    """GET /"""
    return _answer(WEB / "index.html", _ASK_AGAIN)


async def docs(_request: web.Request) -> web.Response:
    """GET /docs"""
    return _answer(WEB / "docs.html", _ASK_AGAIN)


async def live_docs(_request: web.Request) -> web.Response:
    """GET /docs/live"""
    return _answer(WEB / "protocol.html", _ASK_AGAIN)


async def file(request: web.Request) -> web.Response:
    """GET /web/{file}. Raises ``NotFound``."""
    return _answer(_within(WEB, request), _ASK_AGAIN)


async def font(request: web.Request) -> web.Response:
    """GET /web/fonts/{file}: the typefaces of the books. Raises ``NotFound``."""
    return _answer(_within(FONTS, request), _A_WEEK)


async def session(request: web.Request) -> web.Response:
    """POST /studio/session: exchange the key in the URL that `up` prints for a token of the local user.

    Raises ``NotFound`` if the service has no key, ``Forbidden`` for a wrong key and for requests that are not
    from the studio's own page, ``Overloaded`` after too many wrong keys from this address.
    """
    services = request.app[SERVICES]
    if services.studio_key is None:
        raise NotFound("The studio of this service has no key. Sign in with a token.", code="NO_LOCAL_STUDIO")
    if not (_by_own_name(request) and _from_own_page(request)):
        raise Forbidden("The request comes from another page. Only the studio's own page may send it.")
    given = (await read_body(request, StudioKeyBody, most=_MOST_KEY_BYTES)).key
    if not services.studio_key.fits(given, request.remote):
        raise Forbidden(
            "The key is wrong, or not valid any more: a key ends with the `storytroupe up` that printed it. "
            "Open the URL that `storytroupe studio-url` prints.",
            code="STUDIO_KEY_WRONG",
        )
    token = services.tokens.issue(LOCAL_USER, ttl=SESSION_LIFE)
    return success(StudioSession(token=token, expires_at=datetime.now(UTC) + SESSION_LIFE))


def _answer(path: Path, headers: Mapping[str, str]) -> web.Response:
    """The answer with a file of the studio. All answers share its bytes, and keep no file open."""
    kind = guess_type(path.name)[0] or "application/octet-stream"
    body, etag = _read(path, path.stat().st_mtime_ns)
    charset = "utf-8" if kind.startswith("text/") else None
    return web.Response(body=body, content_type=kind, charset=charset, headers={**headers, hdrs.ETAG: etag})


@cache
def _read(path: Path, _changed_at: int) -> tuple[bytes, str]:
    """A file and its tag. They are cached, since the tag of a large file takes milliseconds."""
    body = path.read_bytes()
    return body, etag_of(body)


def _within(folder: Path, request: web.Request) -> Path:
    name = request.match_info["file"]
    path = (folder / name).resolve() if name.isprintable() else folder
    # The file system refuses a name that is too long for it.
    with suppress(OSError):
        if path.is_relative_to(folder) and path.is_file():
            return path
    raise NotFound("The file does not exist.", code="FILE_NOT_FOUND")


def _by_own_name(request: web.Request) -> bool:
    """Whether the ``Host`` of the request is an address, or a name of this server. Any other name that leads
    here may be an attack by DNS rebinding."""
    if _HOST.fullmatch(request.host) is None:
        return False
    name = _host_of(f"//{request.host}")
    return name in _own_names(request.app[SETTINGS]) or _is_address(name)


def _host_of(url: str) -> str:
    """The host name in a URL; empty if the URL has none, or a name that is not valid."""
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


def _own_names(settings: Settings) -> frozenset[str]:
    machine = socket.gethostname().lower()
    public = _host_of(settings.public_url)
    return frozenset({"localhost", machine, f"{machine}.local", settings.host.lower(), public} - {""})


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def _from_own_page(request: web.Request) -> bool:
    """Whether a request comes from the studio's own page. Browsers say so in headers that no page can set."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    return is_own_origin(request.headers.get(hdrs.ORIGIN, ""), request)
