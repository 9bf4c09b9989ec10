"""The calls about kept characters and their reference pictures."""

from __future__ import annotations

from pathlib import Path

from service.api import responses as a
from service.client.transport import Id, Request, Transport


class CharacterCalls(Transport):
    """A method for each call of ``/api/v1/characters``."""

    async def create_character(self, request: Request) -> a.CharacterKept:
        """Keep a character, so that later stories can use it by its id. Returns the character.

        ``request`` is a ``CharacterBody``, or its JSON. Raises ``InvalidInput``, and ``Conflict`` if the user
        has the maximum number of characters.
        """
        return await self.ask(a.CharacterKept, "POST", "/api/v1/characters", body=request, idempotent=True)

    async def list_characters(
        self, *, cursor: str | None = None, limit: int = 20
    ) -> a.Items[a.CharacterKept]:
        """Return a page of the user's characters, newest first. A page has at most ``limit`` items (1 to
        100)."""
        query = {"cursor": cursor, "limit": limit}
        return await self.ask(a.Items[a.CharacterKept], "GET", "/api/v1/characters", query=query)

    async def read_character(self, character_id: Id) -> a.CharacterKept:
        """Return one character. Raises ``NotFound``."""
        return await self.ask(a.CharacterKept, "GET", _character(character_id))

    async def change_character(self, character_id: Id, request: Request) -> a.CharacterKept:
        """Change the fields of a character that ``request`` has. Returns the whole character.

        ``request`` is a ``CharacterPatch``, or its JSON. Raises ``InvalidInput`` and ``NotFound``.
        """
        return await self.ask(a.CharacterKept, "PATCH", _character(character_id), body=request)

    async def delete_character(self, character_id: Id) -> a.Deleted:
        """Delete a character and its pictures. Stories with this character stay. Raises ``NotFound``."""
        return await self.ask(a.Deleted, "DELETE", _character(character_id))

    async def list_references(self, character_id: Id) -> a.Items[a.Reference]:
        """Return all reference pictures of a character. File sizes are in bytes. Width and height are in
        pixels. Raises ``NotFound``."""
        return await self.ask(a.Items[a.Reference], "GET", f"{_character(character_id)}/references")

    async def add_reference(
        self, character_id: Id, picture: bytes, media_type: str, *, declared: str | None = None
    ) -> a.Reference:
        """Add a reference picture to a character. Returns the picture as the service stores it.

        ``media_type`` is the media type of the bytes, for example ``image/png``. ``declared`` must be
        ``"drawing"``, or ``"photograph"`` if the service allows photographs. Raises ``InvalidInput`` if the
        bytes are not a picture, ``NotFound``, ``Forbidden`` for a photograph that is not allowed,
        ``TooLarge``, and ``Conflict`` if the character has the maximum number of pictures.
        """
        path, headers = f"{_character(character_id)}/references", {"Content-Type": media_type}
        query = {"declared": declared}
        return await self.ask(a.Reference, "POST", path, query=query, data=picture, headers=headers)

    async def download_reference(self, character_id: Id, reference_id: Id, stem: Path) -> Path:
        """Save a picture of a character. Returns the path of the file: ``stem`` with the suffix of the file's
        type.

        An existing file of this name is replaced. Raises ``NotFound``, and ``OSError`` if the file cannot be
        written.
        """
        return await self.save(f"{_character(character_id)}/references/{reference_id}", stem)

    async def delete_reference(self, character_id: Id, reference_id: Id) -> a.Deleted:
        """Delete a picture of a character. Raises ``NotFound``."""
        return await self.ask(a.Deleted, "DELETE", f"{_character(character_id)}/references/{reference_id}")

    async def approve_reference(self, character_id: Id, request: Request) -> a.Items[a.Reference]:
        """Approve one reference picture, so that books are drawn only from it. Returns all pictures of the
        character.

        ``request`` is an ``ApprovalBody``, or its JSON. After an empty request, no picture is approved.
        Raises ``InvalidInput`` and ``NotFound``.
        """
        path = f"{_character(character_id)}/approved-reference"
        return await self.ask(a.Items[a.Reference], "PUT", path, body=request)


def _character(character_id: Id) -> str:
    return f"/api/v1/characters/{character_id}"
