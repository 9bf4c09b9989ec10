"""Each kind as the contract's tests see it: two jobs, of which the first is paid for."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID, uuid4

from service.db.libraries import default_library
from service.db.pool import Connection
from service.domain.assets import PlannedJob
from service.runtime.channels import channel_of
from service.runtime.kinds import Kind, kinds_of
from service.stories.insert import NewStory, create_story
from service.stories.kind import StoryKind
from tests.factories import a_brief
from tests.toy.kind import AquariumKind
from tests.toy.store import open_aquarium

_PLAN = (PlannedJob("content", "content", ()), PlannedJob("activities", "activities", (("content", True),)))


@dataclass(frozen=True, slots=True)
class Plug:
    """A kind, and what is needed to ask for one of its aggregates.

    ``paid`` and ``after`` are the names of its jobs, with their groups; the second needs the first. ``ready``
    is the event of a good end, ``lost`` of one without the first job.
    """

    kind: Kind
    open: Callable[[Connection, UUID, Decimal | None], Awaitable[UUID]]
    paid: tuple[str, str]
    after: tuple[str, str]
    ready: str
    lost: str
    poll: str
    stream: str

    def channel(self, id_: UUID) -> str:
        return channel_of(self.kind.channel_prefix, id_)


async def _story(connection: Connection, user: UUID, budget_usd: Decimal | None) -> UUID:
    brief = a_brief(scene_count=1, budget_usd=None if budget_usd is None else float(budget_usd))
    id_, library = uuid4(), await default_library(connection, user)
    await create_story(connection, NewStory(id_, user, library, brief, _PLAN))
    return id_


async def _aquarium(connection: Connection, user: UUID, budget_usd: Decimal | None) -> UUID:
    return await open_aquarium(connection, user, budget_usd=budget_usd)


STORY = Plug(
    kind=StoryKind(),
    open=_story,
    paid=("content", "content"),
    after=("activities", "activities"),
    ready="story.ready",
    lost="story.failed",
    poll="/api/v1/stories/{id}/status",
    stream="/api/v1/stories/{id}/events",
)
AQUARIUM = Plug(
    kind=AquariumKind(),
    open=_aquarium,
    paid=("fish_nemo", "aquarium_fish"),
    after=("label_nemo", "aquarium_label"),
    ready="aquarium.full",
    lost="aquarium.short",
    poll="/api/v1/aquaria/{id}",
    stream="/api/v1/aquaria/{id}/events",
)
PLUGS = (STORY, AQUARIUM)
KINDS = kinds_of(*(plug.kind for plug in PLUGS))
