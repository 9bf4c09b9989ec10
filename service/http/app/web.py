"""The studio: its page, what the page is made of, and how whoever has its key gets in."""

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

#: Anybody may send a body here: it has room for a key, and takes none of what users share.
_MOST_KEY_BYTES = 1 << 10

#: A name or an address, and perhaps a port. In anything else, as ``a@b``, programs see different names.
_HOST = re.compile(r"([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{0,5})?")

#: How long a token of the studio's is good; then the page asks for another with its key.
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
    """GET /web/fonts/{file}: the book's own typefaces. Raises ``NotFound``."""
    return _answer(_within(FONTS, request), _A_WEEK)


async def session(request: web.Request) -> web.Response:
    """POST /studio/session: a token of the local user, for the key that `up` prints with the studio's URL.

    Raises ``NotFound`` where there is no key, ``Forbidden`` for a wrong one and for all but the
    studio's own page, ``Overloaded`` where too many wrong ones came from this address.
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
    """A file of ours. Its bytes are shared by all answers: a client that leaves holds no file open."""
    kind = guess_type(path.name)[0] or "application/octet-stream"
    body, etag = _read(path, path.stat().st_mtime_ns)
    charset = "utf-8" if kind.startswith("text/") else None
    return web.Response(body=body, content_type=kind, charset=charset, headers={**headers, hdrs.ETAG: etag})


@cache
def _read(path: Path, _changed_at: int) -> tuple[bytes, str]:
    """A file and its tag, which takes milliseconds to make of a large one."""
    body = path.read_bytes()
    return body, etag_of(body)


def _within(folder: Path, request: web.Request) -> Path:
    name = request.match_info["file"]
    path = (folder / name).resolve() if name.isprintable() else folder
    # The file system refuses a name that is too long for it.
    with suppress(OSError):
        if path.is_relative_to(folder) and path.is_file():
            return path
    raise NotFound("There is no such file.", code="FILE_NOT_FOUND")


def _by_own_name(request: web.Request) -> bool:
    """Whether we were asked for by an address, or by a name that is ours. A foreign name that leads here is
    a rebound one; an address cannot be."""
    if _HOST.fullmatch(request.host) is None:
        return False
    name = _host_of(f"//{request.host}")
    return name in _own_names(request.app[SETTINGS]) or _is_address(name)


def _host_of(url: str) -> str:
    """The name in a URL; empty where there is none, or what there is cannot be one."""
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
    """Browsers say from where a request comes, and no page can make them lie."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    return is_own_origin(request.headers.get(hdrs.ORIGIN, ""), request)
