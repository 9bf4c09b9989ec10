"""Lists by pages: an opaque cursor names the last row's time and id, so rows that come or go
meanwhile neither repeat nor hide others."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from aiohttp import web

from service.http.fields import invalid

MAX_LIMIT = 100
DEFAULT_LIMIT = 20


@dataclass(frozen=True, slots=True)
class Page:
    """Which rows are wanted. One more is read than is shown, to know whether there are more."""

    limit: int
    after: tuple[datetime, UUID] | None

    @property
    def rows(self) -> int:
        return self.limit + 1

    def next_cursor(self, rows: Sequence[Mapping[str, Any]]) -> str | None:
        """The cursor of the following page of the rows that were read, or None at the end."""
        if len(rows) < self.rows:
            return None
        last = rows[self.limit - 1]
        text = f"{last['created_at'].isoformat()}|{last['id']}"
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def page_of(request: web.Request) -> Page:
    """The page that the query asks for. Raises ``InvalidInput``."""
    cursor = request.query.get("cursor")
    return Page(_limit(request.query.get("limit")), _after(cursor) if cursor else None)


def _limit(text: str | None) -> int:
    if text is None:
        return DEFAULT_LIMIT
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:6]) <= MAX_LIMIT):
        raise invalid([("limit", f"The limit is a number from 1 to {MAX_LIMIT}.")])
    return int(text)


def _after(cursor: str) -> tuple[datetime, UUID]:
    try:
        text = base64.urlsafe_b64decode(cursor.encode("ascii") + b"==").decode("ascii")
        at, _, id_ = text.partition("|")
        moment = datetime.fromisoformat(at)
        if moment.tzinfo is None:
            raise ValueError("a time without a zone")
        return moment, UUID(id_)
    except ValueError as error:
        raise invalid([("cursor", "This is no cursor of ours; take next_cursor as it is.")]) from error
