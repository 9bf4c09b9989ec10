"""The calls about libraries, in which stories stand."""

from __future__ import annotations

from service.api import responses as a
from service.client.transport import Id, Transport


class LibraryCalls(Transport):
    """Each call of ``/api/v1/libraries`` as a method."""

    async def create_library(self, name: str) -> a.Library:
        """Make a library, and return it.

        Raises ``InvalidInput`` for a name that is empty or over 200 characters, and ``Conflict`` if the user
        has as many as one may have.
        """
        body = {"name": name}
        return await self.ask(a.Library, "POST", "/api/v1/libraries", body=body, idempotent=True)

    async def list_libraries(self, *, cursor: str | None = None, limit: int = 20) -> a.Items[a.Library]:
        """Return a page of the libraries, newest first, of ``limit`` items at most (1 to 100)."""
        query = {"cursor": cursor, "limit": limit}
        return await self.ask(a.Items[a.Library], "GET", "/api/v1/libraries", query=query)

    async def read_library(self, library_id: Id) -> a.Library:
        """Return one library. Raises ``NotFound``."""
        return await self.ask(a.Library, "GET", f"/api/v1/libraries/{library_id}")

    async def rename_library(self, library_id: Id, name: str) -> a.Library:
        """Give a library another name, and return it. Raises ``InvalidInput`` and ``NotFound``."""
        return await self.ask(a.Library, "PATCH", f"/api/v1/libraries/{library_id}", body={"name": name})

    async def delete_library(self, library_id: Id) -> a.Deleted:
        """Delete a library that has no stories. Raises ``NotFound``, and ``Conflict`` for one that has some,
        and for the default library."""
        return await self.ask(a.Deleted, "DELETE", f"/api/v1/libraries/{library_id}")
