"""All data about a user: the rows of every table, and the keys of the files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO
from uuid import UUID

import orjson

from service.db.pool import Door
from service.db.sql import load
from service.runtime.kinds import Kinds
from service.storage.store import is_of

_SQL = load("export")
#: The tables with rows of users, each with its query. Tables that belong to a kind are not in this list.
_TABLES = {
    "users": _SQL["users"],
    "sign_outs": _SQL["sign_outs"],
    "libraries": _SQL["libraries"],
    "characters": _SQL["characters"],
    "aggregates": _SQL["aggregates"],
    "runs": _SQL["runs"],
    "jobs": _SQL["jobs"],
    "job_needs": _SQL["job_needs"],
    "fair_tags": _SQL["fair_tags"],
    "provider_calls": _SQL["provider_calls"],
    "domain_events": _SQL["domain_events"],
    "event_outbox": _SQL["event_outbox"],
    "sink_outbox": _SQL["sink_outbox"],
    "idempotency_keys": _SQL["idempotency_keys"],
    "quota_entries": _SQL["quota_entries"],
    "webhooks": _SQL["webhooks"],
    "webhook_deliveries": _SQL["webhook_deliveries"],
}
_ROWS_AT_ONCE = 500
_KEYS = ("key", "result_key")


def tables_of(kinds: Kinds) -> dict[str, str]:
    """Return all tables with rows of users, each with its query. A test compares them with the database's
    catalogue."""
    return _TABLES | {table: query for kind in kinds.values() for table, query in kind.exports.items()}


async def read_rows(
    door: Door, user_id: UUID, into: IO[bytes], *, kinds: Kinds
) -> tuple[dict[str, int], list[str]]:
    """Write all rows of a user to ``into``: table after table, one JSON object per line. Returns the number
    of bytes of each table, and the keys of the user's files. ``door`` opens a transaction of the user. The
    call may be cancelled."""
    sizes: dict[str, int] = {}
    keys: dict[str, None] = {}
    async with door() as connection:
        for table, query in tables_of(kinds).items():
            begun = into.tell()
            async for (row,) in connection.cursor(query, user_id, prefetch=_ROWS_AT_ONCE):
                into.write(orjson.dumps(row) + b"\n")
                keys |= dict.fromkeys(key for key in _keys_in(row) if is_of(user_id, key))
            sizes[table] = into.tell() - begun
    return sizes, list(keys)


def _keys_in(row: dict[str, object]) -> Iterator[str]:
    """Yield the file keys in a row: the row's own file, and the reference pictures of a character."""
    images = row.get("reference_images")
    for holder in (row, *(images if isinstance(images, list) else ())):
        for name in _KEYS:
            value = holder.get(name) if isinstance(holder, dict) else None
            if isinstance(value, str):
                yield value
