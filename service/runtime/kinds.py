"""The contract between the runtime and a kind of aggregate, and the table of all kinds.

The runtime uses a kind only through this contract: stories, Genesis sessions, and later kinds. The table is
built once and passed by keyword. No module of the runtime names a kind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol
from uuid import UUID

from service.db.pool import Connection
from service.jobs.events import NewEvent
from service.jobs.jobs import Job, Step
from service.jobs.values import value

Standing = Literal["name", "group"]


@value
class Aggregate:
    """An aggregate whose row is locked. ``version`` is the version of its newest event."""

    id: UUID
    kind: str
    user_id: UUID
    version: int


@value
class Projected:
    """What a kind derives from some steps: events to publish, a row that the kind can store, and jobs to
    open."""

    events: Sequence[NewEvent]
    row: Any
    opened: Sequence[Job] = ()


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The message that a client gets when it joins a channel: the state of the aggregate as JSON, at one
    version."""

    version: int
    state: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Summary:
    """The entry of an aggregate in the library feed of its owner. ``data`` is JSON."""

    id: UUID
    version: int
    data: Mapping[str, Any]


def summaries_by_user(
    rows: Iterable[Mapping[str, Any]], data: Callable[[Any], Mapping[str, Any]]
) -> Mapping[UUID, Sequence[Summary]]:
    """The entries of each user, in the order of the rows. Rows have ``user_id``, ``id`` and ``version``."""
    found: dict[UUID, list[Summary]] = {}
    for row in rows:
        found.setdefault(row["user_id"], []).append(Summary(row["id"], row["version"], data(row)))
    return found


class Kind(Protocol):
    """A kind of aggregate. The runtime uses a kind only through these members. Each kind has its own
    tables."""

    @property
    def name(self) -> str:
        """The name of the kind, which is the value of the column ``aggregates.kind``."""

    @property
    def channel_prefix(self) -> str:
        """The prefix of the channels of these aggregates: ``PREFIX:id=UUID``."""

    @property
    def noun(self) -> str:
        """The word for an aggregate of this kind in messages for users, for example "story"."""

    @property
    def missing_code(self) -> str:
        """The code of the error for an aggregate that does not exist or belongs to another user."""

    @property
    def events(self) -> Mapping[str, str]:
        """The types of the kind's events, each with a description for webhooks and for the generated
        documents."""

    @property
    def feed(self) -> str | None:
        """The name of these aggregates in their owner's library feed; None if the feed does not list them."""

    @property
    def standing(self) -> Standing:
        """Which jobs count as current: the newest job of each name, or the newest job of each group. Older
        jobs that have ended are not loaded."""

    @property
    def exports(self) -> Mapping[str, str]:
        """The kind's tables, each with the query that returns the rows of one user ($1) as JSON, for the
        export. The last column of a row is the aggregate's id."""

    async def load(self, connection: Connection, ids: Sequence[UUID]) -> Mapping[UUID, Any]:
        """Load what ``project`` needs besides the jobs, for locked aggregates, by the aggregate's id."""

    def project(
        self, state: Any, jobs: Sequence[Job], steps: Sequence[Step], now: datetime, *, opened: Sequence[Job]
    ) -> Projected:
        """What follows for the aggregate from the steps, and from the jobs that were just opened. Pure.

        ``jobs`` are all jobs as the steps have left them, with the opened jobs. The jobs of older runs come
        first.
        """

    async def store(self, connection: Connection, rows: Mapping[UUID, Any]) -> None:
        """Write the rows that ``project`` returned to the kind's own tables, in the transaction of the
        settlement."""

    async def snapshot(self, connection: Connection, id_: UUID) -> Snapshot | None:
        """The state of an aggregate and the version of this state, read in one statement. None if the
        aggregate does not exist."""

    def statuses(self, state: Mapping[str, Any]) -> Mapping[str, str]:
        """The status of each job, by the job's name, in a snapshot's state or an event's data. Pure.

        The hub uses a status to find out which transient values are out of date.
        """

    async def summaries(
        self, connection: Connection, user_ids: Sequence[UUID], limit: int
    ) -> Mapping[UUID, Sequence[Summary]]:
        """The newest aggregates of each user, newest first. The runtime calls this method only if ``feed`` is
        not None."""


Kinds = Mapping[str, Kind]


def kinds_of(*kinds: Kind) -> Kinds:
    """A mapping of the given kinds by name."""
    return {kind.name: kind for kind in kinds}
