"""``POST /api/v1/links``: signed URLs, for those who cannot send a header.

Nothing is looked up: a link opens what its user may read when it is used.
"""

from __future__ import annotations

import re
from collections.abc import Set
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from aiohttp import web

from service.access.links import MOST_FIELDS
from service.access.tokens import Identity
from service.api.fields import Problem, invalid
from service.api.requests import LinksBody
from service.api.responses import Links
from service.http.app.keys import LINKS, SIGNABLE
from service.http.io.bodies import read_given, success


async def sign(request: web.Request, caller: Identity) -> web.Response:
    """Sign some URLs for the caller."""
    given = await read_given(request, LinksBody)
    body, problems = given.body, list(given.problems)
    problems += _unsignable(given.raw.get("urls"), request.app[SIGNABLE], {path for path, _ in problems})
    if body is None or problems:
        raise invalid(problems)
    links = request.app[LINKS]
    expires = links.expiry(body.expires_in)
    signed = {url: links.sign(caller.user_id, url, expires) for url in body.urls}
    return success(Links(links=signed, expires_at=datetime.fromtimestamp(expires, UTC)))


def _unsignable(urls: Any, signable: re.Pattern[str], wrong: Set[str]) -> list[Problem]:
    """What is no path of ours that may be signed, but what was ``told`` of already."""
    what = "This is no URL of an asset: one begins with /api/v1/stories/."
    listed = urls if isinstance(urls, list) else []
    texts = {f"urls.{index}": url for index, url in enumerate(listed) if isinstance(url, str)}
    return [
        (path, what) for path, url in texts.items() if path not in wrong and not _may_be_signed(url, signable)
    ]


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
