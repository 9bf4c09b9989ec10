"""The parts that the HTTP service works with. The process puts them together."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from uuid import UUID

from service.access.studio_key import StudioKey
from service.access.tokens import Tokens
from service.background.nudges import Nudges
from service.background.settler import Settler
from service.db.pool import Database
from service.hub.hub import Hub
from service.runtime.kinds import Kinds
from service.storage.store import Store


@dataclass(frozen=True, slots=True)
class Services:
    """``ready`` returns what keeps this process from serving, as sentences by name; an empty mapping means
    that it is ready. ``repair`` starts to make the lost files of a story again, and returns False if that is
    not possible now. ``running`` counts the attempts that run in this process, ``refused`` its late writes
    that were refused since its start. ``studio_key`` opens the studio without a token; None: a token is
    needed."""

    database: Database
    kinds: Kinds
    settler: Settler
    nudges: Nudges
    store: Store
    hub: Hub
    repair: Callable[[UUID], Awaitable[bool]]
    tokens: Tokens
    ready: Callable[[], Awaitable[Mapping[str, str]]]
    running: Callable[[], int]
    refused: Callable[[], int] = lambda: 0
    studio_key: StudioKey | None = None
