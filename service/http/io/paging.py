"""Lists by pages: an opaque cursor names the last row by what the list is ordered by and its id,
so rows that come or go meanwhile neither repeat nor hide others."""

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

#: The position of a row in its list: the value of the column that it is ordered by, and its id.
Position: TypeAlias = tuple[Any, UUID]

NEWEST = "-created_at"


@dataclass(frozen=True, slots=True)
class Page:
    """Which rows are wanted. One more is read than is shown, to know whether there are more.

    ``order`` is a column's name, with ``-`` downwards; ``after`` is the position before its first row.
    """

    limit: int
    after: Position | None
    order: str = NEWEST

    @property
    def rows(self) -> int:
        return self.limit + 1

    def next_cursor(self, rows: Sequence[Mapping[str, Any]]) -> str | None:
        """The cursor of the following page of the rows that were read, or None at the end."""
        if len(rows) < self.rows:
            return None
        last = rows[self.limit - 1]
        value = last[self.order.lstrip("-")]
        key = value.isoformat() if isinstance(value, datetime) else value
        text = json.dumps([self.order, key, str(last["id"])], ensure_ascii=False)
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def page_of(query: Paged, *, order: str = NEWEST) -> Page:
    """The page that a query asks for. Raises ``InvalidInput`` for a cursor that is not of this list."""
    return Page(query.limit, _position(query.cursor, order) if query.cursor else None, order)


def _position(cursor: str, order: str) -> Position:
    try:
        ordered, key, id_ = json.loads(base64.urlsafe_b64decode(cursor.encode("ascii") + b"=="))
        if ordered != order:
            raise ValueError("a cursor of another order")
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
        raise ValueError("a time without a zone")
    return moment.astimezone(UTC)
