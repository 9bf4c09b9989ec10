"""The actor groups as the settings bound them."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil

from service.db.pool import Database
from service.db.sql import load
from service.domain.assets import PICTURE_GROUPS
from service.settings import Settings


def slots_of(settings: Settings, groups: Mapping[str, object]) -> dict[str, int]:
    """How many attempts of each group one process runs at once. Of pictures there are some more than it
    draws: while they wait for their turn their references are fetched, and their words put together."""
    drawn = settings.image_concurrency_per_process
    return {
        group: drawn + ceil(drawn / 2) if group in PICTURE_GROUPS else settings.concurrency_per_process
        for group in groups
    }


async def ensure_groups(database: Database, settings: Settings, groups: Mapping[str, object]) -> None:
    """The rows of the actor groups, with their bounds as the settings have them."""
    names = list(groups)
    pools = ["pictures" if name in PICTURE_GROUPS else name for name in names]
    bounds = [settings.image_concurrency if pool == "pictures" else None for pool in pools]
    query = load("dispatch")["ensure_groups"]
    await database.repeat(lambda connection: connection.execute(query, names, pools, bounds))
