"""``POST /api/v1/links``: sign URLs for clients that cannot send an authorization header.

Signing does not check the files in the database. The user's rights are checked each time a signed URL is
used.
"""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime
from urllib.parse import urlsplit

from aiohttp import web

from service.access.links import MOST_FIELDS, count_fields
from service.access.tokens import Identity
from service.api.fields import Problem, invalid
from service.api.requests import LinksBody
from service.api.responses import Links
from service.http.app.keys import LINKS, SIGNABLE
from service.http.io.bodies import Given, read_given, success


async def sign(request: web.Request, caller: Identity) -> web.Response:
    """Sign some URLs for the caller."""
    given = await read_given(request, LinksBody)
    body, problems = given.body, given.problems + _unsignable(given, request.app[SIGNABLE])
    if body is None or problems:
        raise invalid(problems)
    links = request.app[LINKS]
    expires = links.expiry(body.expires_in)
    signed: dict[str, str] = {}
    for url in body.urls:
        signed[url] = links.sign(caller.user_id, url, expires)
        # Checking one URL may take milliseconds, so other tasks run in between.
        await asyncio.sleep(0)
    return success(Links(links=signed, expires_at=datetime.fromtimestamp(expires, UTC)))


def _unsignable(given: Given[LinksBody], signable: re.Pattern[str]) -> list[Problem]:
    """Return problems about URLs whose path may not be signed. URLs that already have a problem are
    skipped."""
    what = "This is not the URL of an asset. The URLs of assets begin with /api/v1/stories/."
    refused = given.refused
    return [
        (path, what)
        for path, url in given.values_of("urls").items()
        if path not in refused and isinstance(url, str) and not _may_be_signed(url, signable)
    ]


def _may_be_signed(url: str, signable: re.Pattern[str]) -> bool:
    # The URL parser removes line ends and tabs, so it would check a different URL than the given one.
    if not url.isprintable():
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    if count_fields(parts.query) > MOST_FIELDS:
        return False
    bare = not (parts.scheme or parts.netloc or parts.fragment)
    return bare and signable.fullmatch(parts.path) is not None
