"""What a request for a story names, its characters and its library: whether they are there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from aiohttp import web

from service.access.tokens import Identity
from service.api.fields import Problem, invalid
from service.api.requests import StoryRequest
from service.db.characters import find_characters
from service.db.libraries import get_library
from service.db.pool import Connection
from service.domain.story import Character
from service.errors import NotFound
from service.http.app.keys import USERS
from service.http.io.bodies import Given

#: The fields that hold ids, by what these are ids of.
_CHARACTERS = ("character_id", "characterId", "character_ids", "characterIds")
_LIBRARIES = ("library_id", "libraryId")


async def read_story(request: web.Request, caller: Identity, given: Given[StoryRequest]) -> StoryRequest:
    """What the story shall be. Raises ``InvalidInput`` with all that is wrong, also of what is named."""
    if given.body is not None:
        return given.body
    raw, problems = given.raw, list(given.problems)
    wanted, libraries = _ids(raw, _CHARACTERS), _ids(raw, _LIBRARIES)
    if wanted or libraries:
        async with request.app[USERS].acting(caller.user_id) as connection:
            _, lost = await _look(connection, list(wanted.values()), next(iter(libraries.values()), None))
        problems += _problems(raw, lost)
    raise invalid(problems)


async def find_named(connection: Connection, raw: Mapping[str, Any], body: StoryRequest) -> list[Character]:
    """The characters that are named, in their order.

    Raises ``NotFound`` (CHARACTER_NOT_FOUND, LIBRARY_NOT_FOUND), or ``InvalidInput`` with all where both
    are not there.
    """
    characters, lost = await _look(connection, body.wanted_ids, body.library_id)
    if len(lost) > 1:
        raise invalid(_problems(raw, lost))
    if lost:
        raise lost[0]
    return characters


async def _look(
    connection: Connection, wanted: Sequence[UUID], library: UUID | None
) -> tuple[list[Character], list[NotFound]]:
    characters: list[Character] = []
    lost: list[NotFound] = []
    try:
        characters = await find_characters(connection, wanted)
    except NotFound as unknown:
        lost.append(unknown)
    try:
        if library is not None:
            await get_library(connection, library)
    except NotFound as unknown:
        lost.append(unknown)
    return characters, lost


def _problems(raw: Mapping[str, Any], lost: Sequence[NotFound]) -> list[Problem]:
    """What is not there, by the fields that name it."""
    problems: list[Problem] = []
    for unknown in lost:
        if "ids" in unknown.data:
            ids = set(unknown.data["ids"])
            paths = [path for path, id_ in _ids(raw, _CHARACTERS).items() if str(id_) in ids]
        else:
            paths = list(_ids(raw, _LIBRARIES))
        problems += [(path, unknown.message) for path in paths]
    return problems


def _ids(raw: Mapping[str, Any], fields: Sequence[str]) -> dict[str, UUID]:
    """The ids in some fields, by their paths; what is none is told of elsewhere."""
    return dict(_each_id((name, raw[name]) for name in fields if name in raw))


def _each_id(given: Iterator[tuple[str, Any]]) -> Iterator[tuple[str, UUID]]:
    for path, value in given:
        if isinstance(value, list):
            yield from _each_id((f"{path}.{index}", item) for index, item in enumerate(value))
        elif isinstance(value, str):
            try:
                yield path, UUID(value)
            except ValueError:
                continue
