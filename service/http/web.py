"""The studio: its page, what the page is made of, and how the person at this machine gets in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from aiohttp import hdrs, web

import service
from service.access.users import LOCAL_USER
from service.errors import Forbidden, NotFound
from service.http.answers import StudioSession
from service.http.bodies import success
from service.http.keys import SERVICES, SETTINGS

assert service.__file__ is not None
_SERVICE = Path(service.__file__).resolve().parent
WEB = _SERVICE / "web"
FONTS = _SERVICE / "publishing" / "fonts"

#: How long the person at this machine stays in without a reload.
SESSION_LIFE = timedelta(hours=12)

_ASK_AGAIN = {hdrs.CACHE_CONTROL: "no-cache"}
_A_WEEK = {hdrs.CACHE_CONTROL: "public, max-age=604800"}
#: Who bears one of these came through another server, hence from anywhere.
_FORWARDED = (hdrs.FORWARDED, hdrs.VIA, hdrs.X_FORWARDED_FOR, hdrs.X_FORWARDED_HOST, "X-Real-IP")


async def home(_request: web.Request) -> web.FileResponse:
    """GET /"""
    return web.FileResponse(WEB / "index.html", headers=_ASK_AGAIN)


async def docs(_request: web.Request) -> web.FileResponse:
    """GET /docs"""
    return web.FileResponse(WEB / "docs.html", headers=_ASK_AGAIN)


async def live_docs(_request: web.Request) -> web.FileResponse:
    """GET /docs/live"""
    return web.FileResponse(WEB / "protocol.html", headers=_ASK_AGAIN)


async def file(request: web.Request) -> web.FileResponse:
    """GET /web/{file}. Raises ``NotFound``."""
    return web.FileResponse(_within(WEB, request), headers=_ASK_AGAIN)


async def font(request: web.Request) -> web.FileResponse:
    """GET /web/fonts/{file}: the book's own typefaces. Raises ``NotFound``."""
    return web.FileResponse(_within(FONTS, request), headers={**_A_WEEK, hdrs.CONTENT_TYPE: "font/ttf"})


async def session(request: web.Request) -> web.Response:
    """GET /studio/session: a token for the person at this machine, and for the studio's own page only.

    Raises ``NotFound`` where there is no such person, ``Forbidden`` for other pages and other hosts.
    """
    if not request.app[SETTINGS].local_studio:
        raise NotFound("This studio asks for a token.", code="NO_LOCAL_STUDIO")
    if not (_at_this_machine(request) and _from_own_page(request)):
        raise Forbidden("Only the studio's own page, opened at this machine, is let in without a token.")
    token = request.app[SERVICES].tokens.issue(LOCAL_USER, ttl=SESSION_LIFE)
    return success(StudioSession(token=token, expires_at=datetime.now(UTC) + SESSION_LIFE))


def _within(folder: Path, request: web.Request) -> Path:
    name = request.match_info["file"]
    path = (folder / name).resolve() if name.isprintable() else folder
    if not (path.is_relative_to(folder) and path.is_file()):
        raise NotFound("There is no such file.", code="FILE_NOT_FOUND")
    return path


def _at_this_machine(request: web.Request) -> bool:
    """By the name that was asked for, too: a foreign name that leads here is a rebound one."""
    forwarded = any(name in request.headers for name in _FORWARDED)
    return (
        not forwarded
        and _is_loopback(request.remote)
        and _is_loopback(urlsplit(f"//{request.host}").hostname)
    )


def _is_loopback(host: str | None) -> bool:
    if host is None or host == "localhost":
        return host is not None
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _from_own_page(request: web.Request) -> bool:
    """Browsers say from where a request comes, and no page can make them lie."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")
    return urlsplit(request.headers.get(hdrs.ORIGIN, "")).netloc == request.host
