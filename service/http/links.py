"""``POST /api/v1/links``: signed URLs, for those who cannot send a header.

Nothing is looked up: a link opens what its user may read when it is used.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlsplit

from aiohttp import web

from service.access.links import MOST_FIELDS
from service.access.tokens import Identity
from service.http.answers import Links
from service.http.bodies import read_body, success
from service.http.fields import invalid
from service.http.keys import LINKS, SIGNABLE
from service.http.schemas import LinksBody


async def sign(request: web.Request, caller: Identity) -> web.Response:
    """Sign some URLs for the caller."""
    body = await read_body(request, LinksBody)
    _check(body.urls, request.app[SIGNABLE])
    links = request.app[LINKS]
    expires = links.expiry(body.expires_in)
    signed = {url: links.sign(caller.user_id, url, expires) for url in body.urls}
    return success(Links(links=signed, expires_at=datetime.fromtimestamp(expires, UTC)))


def _check(urls: tuple[str, ...], signable: re.Pattern[str]) -> None:
    """Raises ``InvalidInput`` for what is no path of ours that may be signed."""
    told = "This is no URL of an asset: one begins with /api/v1/stories/."
    wrong = [index for index, url in enumerate(urls) if not _may_be_signed(url, signable)]
    if wrong:
        raise invalid([(f"urls.{index}", told) for index in wrong])


def _may_be_signed(url: str, signable: re.Pattern[str]) -> bool:
    # What reads URLs drops line ends and tabs, and reads another one than was given.
    if not url.isprintable():
        return False
    try:
        parts = urlsplit(url)
        parse_qsl(parts.query, max_num_fields=MOST_FIELDS)
    except ValueError:
        return False
    bare = not (parts.scheme or parts.netloc or parts.fragment)
    return bare and signable.fullmatch(parts.path) is not None
