"""The file reconciler: sees that the files of ready assets are in the store, and has lost ones made again;
deletes the files that nothing refers to any more."""

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

#: Each file is looked for once in so many seconds: it was there when it was stored.
_EVERY_SECONDS = 86_400.0
#: So many in one pass, which is all that a large store costs in a minute.
_AT_ONCE = 50
#: Where so many files are known, and not one of the newest is there, it is another store.
_SAMPLE = 10


class FileReconciler(Loop):
    """A sweep, bounded, and safe to run in many processes at once: a file that is taken for a look is
    nobody else's for a day."""

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
        """One pass. A store that does not answer tells nothing of a file, and ends the pass."""
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
        """Have all lost files of an aggregate made again, together: a book is not to be bound before its
        pictures are there. False where that is not for now, or this is another store: a disk that is not
        mounted, or a wrong bucket, must not have every book paid for again."""
        async with self._database.as_owner() as connection:
            files = await self._files.files_of(connection, aggregate_id)
        lost = [file for file in files if not await self._store.has(file.key)]
        log = _log.bind(aggregate=str(aggregate_id), assets=[file.name for file in lost])
        if lost and not await self._is_our_store():
            log.error(
                "files are lost, and so are all the newest: nothing is made again. "
                "See that this is the store that they were put in",
                settings=["STORYTROUPE_FILES_DIR", "S3_BUCKET"],
            )
            return False
        try:
            settled = await self._database.retry_transaction(
                lambda connection: self._files.remake(connection, aggregate_id, lost)
            )
        except (Conflict, NotFound) as later:
            log.warning("files are lost, and cannot be made again now", reason=later.message)
            return False
        if settled is not None:
            log.warning("files are lost; they are made again")
            self._settler.nudge(settled)
        return True

    async def _is_our_store(self) -> bool:
        """Whether any of the newest files is there. Of a few files all may be lost."""
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
