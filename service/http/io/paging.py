"""Lists in pages. An opaque cursor holds the last row's sort key and id, so that rows that are added or
deleted meanwhile neither repeat nor hide others."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeAlias
from uuid import UUID

from service.api.fields import invalid
from service.api.queries import Paged

#: The position of a row in its list: the value of the column that orders the list, and the row's id.
Position: TypeAlias = tuple[Any, UUID]

NEWEST = "-created_at"


@dataclass(frozen=True, slots=True)
class Page:
    """The rows of a page. One more row is read than is shown, to know whether more follow.

    ``order`` is the name of a column, with ``-`` for descending. ``after`` is the position before its first
    row.
    """

    limit: int
    after: Position | None
    order: str = NEWEST

    @property
    def rows(self) -> int:
        """The number of rows to read: one more than the page shows."""
        return self.limit + 1

    def next_cursor(self, rows: Sequence[Mapping[str, Any]]) -> str | None:
        """The cursor of the next page, from the rows that were read. None at the end of the list."""
        if len(rows) < self.rows:
            return None
        last = rows[self.limit - 1]
        value = last[self.order.lstrip("-")]
        key = value.isoformat() if isinstance(value, datetime) else value
        text = json.dumps([self.order, key, str(last["id"])], ensure_ascii=False)
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def page_of(query: Paged, *, order: str = NEWEST) -> Page:
    """The page of a query. Raises ``InvalidInput`` for a cursor of another list or order."""
    return Page(query.limit, _position(query.cursor, order) if query.cursor else None, order)


def _position(cursor: str, order: str) -> Position:
    try:
        ordered, key, id_ = json.loads(base64.urlsafe_b64decode(cursor.encode("ascii") + b"=="))
        if ordered != order:
            raise ValueError("the cursor belongs to another sort order")
        return _key(key, order), UUID(id_)
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        message = "The cursor is not of this list in this order. Send `next_cursor` of the page before."
        raise invalid([("cursor", message)]) from error


def _key(key: str, order: str) -> datetime | str:
    if not order.endswith("_at"):
        if "\0" in key:
            raise ValueError("no sort key")
        return key.encode().decode()  # refuses lone surrogates
    moment = datetime.fromisoformat(key)
    if moment.tzinfo is None:
        raise ValueError("the time has no time zone")
    return moment.astimezone(UTC)
