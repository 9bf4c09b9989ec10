"""The objects that the HTTP handlers need. The process creates them."""

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
    """The objects that HTTP handlers need. ``ready`` returns sentences by name about everything that prevents
    this process from serving. An empty mapping means that the process is ready. ``repair`` starts jobs that
    make the lost files of a story again. It returns False if that is not possible now. ``running`` returns
    the number of attempts that run in this process. ``refused`` returns the number of late writes of this
    process that were refused since its start. ``studio_key`` opens the studio without a token. None means
    that a token is needed."""

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
