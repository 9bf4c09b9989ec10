"""Routes of the studio: the page, its files, and the exchange of the studio key for a token."""

from __future__ import annotations

import gzip
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

#: The longest body with a studio key, in bytes. The path needs no token, so this body does not count against
#: a user's budget.
_MOST_KEY_BYTES = 1 << 10

#: A host name or an address, with an optional port. Different programs read other forms, such as ``a@b``, as
#: different names.
_HOST = re.compile(r"([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{0,5})?")

#: The validity of a token for the studio. The page then exchanges its key for a new token.
SESSION_LIFE = timedelta(hours=12)

_ASK_AGAIN: Mapping[str, str] = {hdrs.CACHE_CONTROL: "no-cache"}
_A_WEEK: Mapping[str, str] = {hdrs.CACHE_CONTROL: "public, max-age=604800"}

#: The media types of files that become much smaller when they are compressed.
_SMALLER = ("text/", "font/", "image/svg")


async def home(request: web.Request) -> web.Response:
    """GET /"""
    return _answer(request, WEB / "index.html", _ASK_AGAIN)


async def docs(request: web.Request) -> web.Response:
    """GET /docs: show the description of the API as a page."""
    return _answer(request, WEB / "docs.html", _ASK_AGAIN)


async def live_docs(request: web.Request) -> web.Response:
    """GET /docs/live: show the description of the live protocol as a page."""
    return _answer(request, WEB / "protocol.html", _ASK_AGAIN)


async def file(request: web.Request) -> web.Response:
    """GET /web/{file}: read a file of the studio. Raises ``NotFound``."""
    return _answer(request, _within(WEB, request), _ASK_AGAIN)


async def font(request: web.Request) -> web.Response:
    """GET /web/fonts/{file}: the fonts of the books. Raises ``NotFound``."""
    return _answer(request, _within(FONTS, request), _A_WEEK)


async def session(request: web.Request) -> web.Response:
    """POST /studio/session: exchange the key in the URL that `up` prints for a token of the local user.

    Raises ``NotFound`` if the service has no studio key, and ``Forbidden`` for a wrong key or a request that
    is not from the studio's own page. Raises ``Overloaded`` after too many wrong keys from this address.
    """
    services = request.app[SERVICES]
    if services.studio_key is None:
        raise NotFound("The studio of this service has no key. Sign in with a token.", code="NO_LOCAL_STUDIO")
    if not (_by_own_name(request) and _from_own_page(request)):
        raise Forbidden("The request comes from another page. Only the studio's own page may send it.")
    given = (await read_body(request, StudioKeyBody, most=_MOST_KEY_BYTES)).key
    if not services.studio_key.fits(given, request.remote):
        raise Forbidden(
            "The key is wrong or no longer valid. A key is valid until the `storytroupe up` that printed "
            "it ends. Open the URL that `storytroupe studio-url` prints.",
            code="STUDIO_KEY_WRONG",
        )
    token = services.tokens.issue(LOCAL_USER, ttl=SESSION_LIFE)
    return success(StudioSession(token=token, expires_at=datetime.now(UTC) + SESSION_LIFE))


def _answer(request: web.Request, path: Path, headers: Mapping[str, str]) -> web.Response:
    """Return an answer with a file of the studio, compressed if the client can read that. All answers share
    the bytes in memory, and keep no file open."""
    kind = guess_type(path.name)[0] or "application/octet-stream"
    readable = "gzip" in request.headers.get(hdrs.ACCEPT_ENCODING, "")
    coding = "gzip" if readable and kind.startswith(_SMALLER) else None
    body, etag = _read(path, path.stat().st_mtime_ns, coding)
    sent = {**headers, hdrs.ETAG: etag, hdrs.VARY: hdrs.ACCEPT_ENCODING}
    if coding:
        sent[hdrs.CONTENT_ENCODING] = coding
    charset = "utf-8" if kind.startswith("text/") else None
    return web.Response(body=body, content_type=kind, charset=charset, headers=sent)


@cache
def _read(path: Path, _changed_at: int, coding: str | None) -> tuple[bytes, str]:
    """Return the bytes of a file in this coding, and their ETag. They are cached, since this takes
    milliseconds for a large file."""
    body = path.read_bytes() if coding is None else gzip.compress(path.read_bytes(), mtime=0)
    return body, etag_of(body)


def _within(folder: Path, request: web.Request) -> Path:
    name = request.match_info["file"]
    path = (folder / name).resolve() if name.isprintable() else folder
    # The file system raises this for a name that is too long.
    with suppress(OSError):
        if path.is_relative_to(folder) and path.is_file():
            return path
    raise NotFound("The file does not exist.", code="FILE_NOT_FOUND")


def _by_own_name(request: web.Request) -> bool:
    """Return whether the ``Host`` of the request is an address or a name of this server. Any other name may
    mean an attack by DNS rebinding."""
    if _HOST.fullmatch(request.host) is None:
        return False
    name = _host_of(f"//{request.host}")
    return name in _own_names(request.app[SETTINGS]) or _is_address(name)


def _host_of(url: str) -> str:
    """Return the host name in a URL. Empty if the URL has no host name or an invalid one."""
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
    """Return whether a request comes from the studio's own page. Browsers send this information in headers
    that a page cannot set."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    return is_own_origin(request.headers.get(hdrs.ORIGIN, ""), request)
