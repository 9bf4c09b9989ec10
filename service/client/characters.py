"""The calls about characters that are kept, and their pictures."""

from __future__ import annotations

from pathlib import Path

from service.api import responses as a
from service.client.transport import Id, Request, Transport


class CharacterCalls(Transport):
    """Each call of ``/api/v1/characters`` as a method."""

    async def create_character(self, request: Request) -> a.CharacterKept:
        """Keep a character, for later stories to name it by its id.

        ``request`` is a ``CharacterBody``, or its JSON. Raises ``InvalidInput``, and ``Conflict`` if the user
        has as many as one may have.
        """
        return await self.ask(a.CharacterKept, "POST", "/api/v1/characters", body=request, idempotent=True)

    async def list_characters(
        self, *, cursor: str | None = None, limit: int = 20
    ) -> a.Items[a.CharacterKept]:
        """Return a page of the characters, newest first, of ``limit`` items at most (1 to 100)."""
        query = {"cursor": cursor, "limit": limit}
        return await self.ask(a.Items[a.CharacterKept], "GET", "/api/v1/characters", query=query)

    async def read_character(self, character_id: Id) -> a.CharacterKept:
        """Return one character. Raises ``NotFound``."""
        return await self.ask(a.CharacterKept, "GET", _character(character_id))

    async def change_character(self, character_id: Id, request: Request) -> a.CharacterKept:
        """Change what ``request`` holds of a character, and return all of it.

        ``request`` is a ``CharacterPatch``, or its JSON. Raises ``InvalidInput`` and ``NotFound``.
        """
        return await self.ask(a.CharacterKept, "PATCH", _character(character_id), body=request)

    async def delete_character(self, character_id: Id) -> a.Deleted:
        """Delete a character and its pictures; stories with it stay. Raises ``NotFound``."""
        return await self.ask(a.Deleted, "DELETE", _character(character_id))

    async def list_references(self, character_id: Id) -> a.Items[a.Reference]:
        """Return all pictures of a character; sizes are in bytes and pixels. Raises ``NotFound``."""
        return await self.ask(a.Items[a.Reference], "GET", f"{_character(character_id)}/references")

    async def add_reference(
        self, character_id: Id, picture: bytes, media_type: str, *, declared: str | None = None
    ) -> a.Reference:
        """Give a character a picture, and return how it is kept.

        ``media_type`` is that of the bytes (``image/png``). ``declared`` must be ``"drawing"``, or
        ``"photograph"`` where the service allows one. Raises ``InvalidInput`` for bytes that are no picture,
        ``NotFound``, ``Forbidden`` for a photograph, ``TooLarge``, and ``Conflict`` if the character has as
        many as one may have.
        """
        path, headers = f"{_character(character_id)}/references", {"Content-Type": media_type}
        query = {"declared": declared}
        return await self.ask(a.Reference, "POST", path, query=query, data=picture, headers=headers)

    async def download_reference(self, character_id: Id, reference_id: Id, stem: Path) -> Path:
        """Save a picture of a character, and return its path: ``stem`` with the suffix of the file's type.

        A file of that name is replaced. Raises ``NotFound`` and ``OSError``.
        """
        return await self.save(f"{_character(character_id)}/references/{reference_id}", stem)

    async def delete_reference(self, character_id: Id, reference_id: Id) -> a.Deleted:
        """Delete a picture of a character. Raises ``NotFound``."""
        return await self.ask(a.Deleted, "DELETE", f"{_character(character_id)}/references/{reference_id}")

    async def approve_reference(self, character_id: Id, request: Request) -> a.Items[a.Reference]:
        """Choose the picture that books are drawn from, and return all pictures.

        ``request`` is an ``ApprovalBody``, or its JSON; an empty one chooses none. Raises ``InvalidInput``
        and ``NotFound``.
        """
        path = f"{_character(character_id)}/approved-reference"
        return await self.ask(a.Items[a.Reference], "PUT", path, body=request)


def _character(character_id: Id) -> str:
    return f"/api/v1/characters/{character_id}"
