"""Splits lists into pages. An opaque cursor has the sort key and the id of a page's last row. So rows that
are added or deleted meanwhile neither repeat nor hide other rows."""

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

#: The position of a row in a list: the row's value in the sort column, and the row's id.
Position: TypeAlias = tuple[Any, UUID]

NEWEST = "-created_at"
#: The largest value of a column for versions.
_MOST_VERSION = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Page:
    """The request for a page. One row more than the page shows is read, to know whether another page follows.

    ``order`` is the name of the sort column, with a leading ``-`` for descending order. ``after`` is the
    position of the last row of the previous page.
    """

    limit: int
    after: Position | None
    order: str = NEWEST

    @property
    def rows(self) -> int:
        """Return the number of rows to read: one more than the page shows."""
        return self.limit + 1

    def next_cursor(self, rows: Sequence[Mapping[str, Any]]) -> str | None:
        """Return the cursor of the next page, made from the rows that were read. None at the end of the
        list."""
        if len(rows) < self.rows:
            return None
        last = rows[self.limit - 1]
        value = last[self.order.lstrip("-")]
        key = value.isoformat() if isinstance(value, datetime) else value
        text = json.dumps([self.order, key, str(last["id"])], ensure_ascii=False)
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def page_of(query: Paged, *, order: str = NEWEST) -> Page:
    """Return the page that a query asks for. Raises ``InvalidInput`` if the cursor is from a list with a
    different order."""
    return Page(query.limit, _position(query.cursor, order) if query.cursor else None, order)


def _position(cursor: str, order: str) -> Position:
    try:
        ordered, key, id_ = json.loads(base64.urlsafe_b64decode(cursor.encode("ascii") + b"=="))
        if ordered != order:
            raise ValueError("the cursor belongs to another sort order")
        return _key(key, order), UUID(id_)
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        message = "The cursor belongs to a list in another order. Send `next_cursor` of the previous page."
        raise invalid([("cursor", message)]) from error


def _key(key: Any, order: str) -> datetime | str | int:
    if order.endswith("version"):
        if not (isinstance(key, int) and 0 <= key <= _MOST_VERSION):
            raise ValueError("no version")
        return key
    if not order.endswith("_at"):
        if "\0" in key:
            raise ValueError("no sort key")
        return str(key.encode().decode())  # refuses lone surrogates
    moment = datetime.fromisoformat(key)
    if moment.tzinfo is None:
        raise ValueError("the time has no time zone")
    return moment.astimezone(UTC)
