"""What the runtime asks of a kind of aggregate: the one contract, and the table of all kinds.

A kind is all that the runtime knows of stories, of Genesis sessions, or of whatever comes next. The table
is built once and passed by keyword; no module of the runtime names a kind.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from service.db.pool import Connection
from service.jobs.events import NewEvent
from service.jobs.jobs import Job, Step


@dataclass(frozen=True, slots=True)
class Aggregate:
    """An aggregate under its lock. ``version`` is that of its newest event."""

    id: UUID
    kind: str
    user_id: UUID
    version: int


@dataclass(frozen=True, slots=True)
class Projected:
    """What a kind makes of some steps: events to publish, a row that it can store, and jobs to open."""

    events: Sequence[NewEvent]
    row: Any
    opened: Sequence[Job] = ()


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What who joins a channel gets: the aggregate's state as JSON, at a version."""

    version: int
    state: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Summary:
    """One aggregate in its owner's library feed. ``data`` is JSON."""

    id: UUID
    version: int
    data: Mapping[str, Any]


class Kind(Protocol):
    """A kind of aggregate. All that is said of one comes from here; its tables are its own."""

    @property
    def name(self) -> str:
        """``aggregates.kind``."""

    @property
    def channel_prefix(self) -> str:
        """The first part of its channels: ``PREFIX:id=UUID``."""

    @property
    def noun(self) -> str:
        """How messages for people name one: "story"."""

    @property
    def missing_code(self) -> str:
        """The code of the error where there is none with this id, or it is another user's."""

    @property
    def events(self) -> Mapping[str, str]:
        """The types of its events, each with what it says: for webhooks and the documents."""

    @property
    def feed(self) -> str | None:
        """Under which name its owner's library feed has it; None where it is in none."""

    @property
    def exports(self) -> Mapping[str, str]:
        """Its tables, each with the query for a user's rows ($1) as JSON. Rows end with their aggregate."""

    async def load(self, connection: Connection, ids: Sequence[UUID]) -> Mapping[UUID, Any]:
        """What ``project`` needs beside the jobs, of some locked aggregates."""

    def project(
        self, state: Any, jobs: Sequence[Job], steps: Sequence[Step], now: datetime, *, opened: Sequence[Job]
    ) -> Projected:
        """What steps, and jobs that were just opened, mean for the aggregate. Pure.

        ``jobs`` are those after the steps, older runs first, the opened ones among them.
        """

    async def store(self, connection: Connection, rows: Mapping[UUID, Any]) -> None:
        """Write the rows of ``project`` to the kind's own tables, in the settlement's transaction."""

    async def snapshot(self, connection: Connection, id_: UUID) -> Snapshot | None:
        """State and version, read in one statement; None where there is no such aggregate."""

    def statuses(self, state: Mapping[str, Any]) -> Mapping[str, str]:
        """The status of each job that a snapshot's state or an event's data tells, by the job's name: it
        decides which transient news count no more. Pure."""

    async def summaries(
        self, connection: Connection, user_ids: Sequence[UUID], limit: int
    ) -> Mapping[UUID, Sequence[Summary]]:
        """The newest aggregates of each user, newest first; called where ``feed`` is a name."""


Kinds = Mapping[str, Kind]


def kinds_of(*kinds: Kind) -> Kinds:
    """The table of some kinds, by name."""
    return {kind.name: kind for kind in kinds}
