"""The calls about libraries. Each story is in one library."""

from __future__ import annotations

from service.api import responses as a
from service.client.transport import Id, Transport


class LibraryCalls(Transport):
    """A method for each call of ``/api/v1/libraries``."""

    async def create_library(self, name: str) -> a.Library:
        """Create a library. Returns the library.

        Raises ``InvalidInput`` for a name that is empty or over 200 characters, and ``Conflict`` if the user
        has the maximum number of libraries.
        """
        body = {"name": name}
        return await self.ask(a.Library, "POST", "/api/v1/libraries", body=body, idempotent=True)

    async def list_libraries(self, *, cursor: str | None = None, limit: int = 20) -> a.Items[a.Library]:
        """Return a page of the user's libraries, newest first. A page has at most ``limit`` items (1 to
        100)."""
        query = {"cursor": cursor, "limit": limit}
        return await self.ask(a.Items[a.Library], "GET", "/api/v1/libraries", query=query)

    async def read_library(self, library_id: Id) -> a.Library:
        """Return one library. Raises ``NotFound``."""
        return await self.ask(a.Library, "GET", f"/api/v1/libraries/{library_id}")

    async def rename_library(self, library_id: Id, name: str) -> a.Library:
        """Rename a library. Returns the library. Raises ``InvalidInput`` and ``NotFound``."""
        return await self.ask(a.Library, "PATCH", f"/api/v1/libraries/{library_id}", body={"name": name})

    async def delete_library(self, library_id: Id) -> a.Deleted:
        """Delete an empty library. Raises ``NotFound``, and ``Conflict`` if the library has stories or is the
        default library."""
        return await self.ask(a.Deleted, "DELETE", f"/api/v1/libraries/{library_id}")
