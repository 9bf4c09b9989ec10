"""What the runtime asks about the files of aggregates: which stand, and how lost ones are made again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from service.db.pool import Connection
from service.runtime.settlement import Settled


@dataclass(frozen=True, slots=True)
class KeptFile:
    """The file of a ready job, as its row has it."""

    aggregate_id: UUID
    name: str
    key: str


class KeptFiles(Protocol):
    """The files of one kind of aggregate. A module may be one."""

    async def take_unchecked(
        self, connection: Connection, *, older_than: float, most: int
    ) -> Sequence[KeptFile]:
        """Some files that nobody has looked for in so many seconds, the longest first; they count as
        looked for from now on, so that no other process takes the same."""

    async def look_again(self, connection: Connection, files: Sequence[KeptFile]) -> None:
        """These are due again at once: nobody has looked for them, or nothing could be done."""

    async def newest_keys(self, connection: Connection, most: int) -> Sequence[str]:
        """The newest files that stand, of whichever user."""

    async def files_of(self, connection: Connection, aggregate_id: UUID) -> Sequence[KeptFile]:
        """The files of an aggregate which stand."""

    async def remake(
        self, connection: Connection, aggregate_id: UUID, lost: Sequence[KeptFile]
    ) -> Settled | None:
        """Make lost files again; None where others stand in their place by now, or they are being made.

        Raises ``Conflict`` while something that is made from them is being made, and ``NotFound`` where the
        aggregate is gone.
        """
