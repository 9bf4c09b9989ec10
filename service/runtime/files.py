"""The contract between the runtime and a kind about files: which files an aggregate has, and how its lost
files are made again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from service.db.pool import Connection
from service.runtime.settlement import Settled


@dataclass(frozen=True, slots=True)
class KeptFile:
    """The file of a ready job, as the job's row describes it."""

    aggregate_id: UUID
    name: str
    key: str


class KeptFiles(Protocol):
    """Access to the files of one kind of aggregate. A module can implement this protocol."""

    async def take_unchecked(
        self, connection: Connection, *, older_than: float, most: int
    ) -> Sequence[KeptFile]:
        """Take up to ``most`` files that nothing has checked for ``older_than`` seconds, the oldest check
        first.

        The call marks the files as checked now, so that no other process takes the same files.
        """

    async def look_again(self, connection: Connection, files: Sequence[KeptFile]) -> None:
        """Mark the files as due for a check now, because the last check did not happen or could not repair
        the files."""

    async def newest_keys(self, connection: Connection, most: int) -> Sequence[str]:
        """The keys of the newest files, of all users."""

    async def files_of(self, connection: Connection, aggregate_id: UUID) -> Sequence[KeptFile]:
        """The current files of an aggregate."""

    async def remake(
        self, connection: Connection, aggregate_id: UUID, lost: Sequence[KeptFile]
    ) -> Settled | None:
        """Make lost files again. Returns None if newer files have replaced them, or if their jobs already
        run.

        Raises ``Conflict`` while a job that uses these files runs, and ``NotFound`` if the aggregate is
        deleted.
        """
