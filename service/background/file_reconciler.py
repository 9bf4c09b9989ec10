"""The file reconciler checks that the store has the files of ready assets. It starts jobs for lost files, and
deletes files that no row refers to any more."""

from __future__ import annotations

from uuid import UUID

import structlog

from service.background.settler import Settler
from service.db.discarded import delete_discarded
from service.db.pool import Database
from service.errors import Conflict, NotFound
from service.lifecycle import Loop
from service.runtime.files import KeptFile, KeptFiles
from service.storage.store import Store

_log = structlog.get_logger()

#: Each file is checked once in this many seconds. The first check comes this long after the file was stored.
_EVERY_SECONDS = 86_400.0
#: The most files that one pass checks. It limits the number of store requests per minute.
_AT_ONCE = 50
#: If at least this many files are recorded and none of the newest exists, the store is not the one that the
#: files were written to.
_SAMPLE = 10


class FileReconciler(Loop):
    """Checks a bounded number of files in each pass. It may run in many processes at once: a file that one
    process selects is not checked by any process for a day."""

    name = "file-reconciler"
    interval = 60.0

    def __init__(
        self,
        database: Database,
        settler: Settler,
        store: Store,
        *,
        files: KeptFiles,
        older_than: float = _EVERY_SECONDS,
    ) -> None:
        super().__init__()
        self._database = database
        self._settler = settler
        self._store = store
        self._files = files
        self._older_than = older_than

    async def run_once(self) -> None:
        """Run one pass. If the store does not answer, the pass ends and treats no file as lost."""
        await delete_discarded(self._database, self._store.delete)
        left = await self._take()
        later: list[KeptFile] = []
        try:
            while left:
                if not (await self._store.has(left[-1].key) or await self.repair(left[-1].aggregate_id)):
                    later.append(left[-1])
                left.pop()
        finally:
            if left or later:
                async with self._database.as_owner() as connection:
                    await self._files.look_again(connection, [*left, *later])

    async def repair(self, aggregate_id: UUID) -> bool:
        """Start jobs for all lost files of an aggregate at once. A book must not be bound before its pictures
        exist.

        Returns False if the jobs cannot start now, or if the store is not the one that the files were written
        to. A disk that is not mounted, or a wrong bucket, must not cause all books to be paid for again.
        """
        async with self._database.as_owner() as connection:
            files = await self._files.files_of(connection, aggregate_id)
        lost = [file for file in files if not await self._store.has(file.key)]
        log = _log.bind(aggregate=str(aggregate_id), assets=[file.name for file in lost])
        if lost and not await self._is_our_store():
            log.error(
                "files are lost, and all of the newest files too: nothing is made again. "
                "Check that this is the store where the files were written",
                settings=["STORYTROUPE_FILES_DIR", "S3_BUCKET"],
            )
            return False
        try:
            settled = await self._database.retry_transaction(
                lambda connection: self._files.remake(connection, aggregate_id, lost)
            )
        except (Conflict, NotFound) as later:
            log.warning("files are lost, and cannot be made again now", error=later)
            return False
        if settled is not None:
            log.warning("files are lost; jobs make them again")
            self._settler.nudge(settled)
        return True

    async def _is_our_store(self) -> bool:
        """Return whether this store is the one that the files were written to: at least one of the newest
        files exists. If only a few files are recorded, the answer is True, since all of them may be lost."""
        async with self._database.as_owner() as connection:
            newest = await self._files.newest_keys(connection, _SAMPLE)
        if len(newest) < _SAMPLE:
            return True
        for key in newest:
            if await self._store.has(key):
                return True
        return False

    async def _take(self) -> list[KeptFile]:
        async with self._database.as_owner() as connection:
            found = await self._files.take_unchecked(connection, older_than=self._older_than, most=_AT_ONCE)
            return list(found)
