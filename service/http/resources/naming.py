"""The characters and the library that a request for a story names, and the problems of these fields."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any
from uuid import UUID

from aiohttp import web

from service.access.tokens import Identity
from service.api.fields import Problem, invalid
from service.api.requests import StoryRequest
from service.db.characters import unknown_characters
from service.errors import NotFound
from service.http.app.keys import USERS
from service.http.io.bodies import Given
from service.stories.creation import NamesUnknown, StoryInput, find_named

#: The fields that hold ids, by what these are ids of.
_CHARACTERS = ("character_id", "character_ids")
_LIBRARY = "library_id"


def input_of(body: StoryRequest) -> StoryInput:
    """The input of the story, from the body of the request."""
    return StoryInput(
        brief=body.brief(()),
        character_ids=body.wanted_ids,
        library_id=body.library_id,
        generate_assets=body.generate_assets,
        priority=body.priority,
    )


async def read_story(request: web.Request, caller: Identity, given: Given[StoryRequest]) -> StoryRequest:
    """The body of a request for a story. Raises ``InvalidInput`` with all problems, also with characters and
    a library that do not exist."""
    if given.body is not None:
        return given.body
    wanted, libraries = _ids(given, *_CHARACTERS), _ids(given, _LIBRARY)
    unknown: Sequence[NotFound] = ()
    if wanted or libraries:
        _, unknown = await request.app[USERS].run(
            caller.user_id,
            lambda connection: find_named(
                connection, list(wanted.values()), next(iter(libraries.values()), None)
            ),
        )
    raise invalid(given.problems + _problems(given, unknown))


@contextmanager
def errors_by_field(given: Given[StoryRequest]) -> Iterator[None]:
    """Raise ``InvalidInput`` with the fields of all names that do not exist, if they are more than one."""
    try:
        yield
    except NamesUnknown as error:
        raise invalid(_problems(given, error.unknown)) from error


def _problems(given: Given[StoryRequest], lost: Sequence[NotFound]) -> list[Problem]:
    """What does not exist, by the fields that name it. A character's message has its own id alone."""
    problems: list[Problem] = []
    for unknown in lost:
        if "ids" in unknown.data:
            ids = {path: str(id_) for path, id_ in _ids(given, *_CHARACTERS).items()}
            alone = {path: id_ for path, id_ in ids.items() if id_ in unknown.data["ids"]}
            problems += [(path, unknown_characters(id_).message) for path, id_ in alone.items()]
        else:
            problems += [(path, unknown.message) for path in _ids(given, _LIBRARY)]
    return problems


def _ids(given: Given[StoryRequest], *fields: str) -> dict[str, UUID]:
    """The ids in some fields, by their paths. What is no id is a problem of the body already."""
    values = (value for field in fields for value in given.values_of(field).items())
    return dict(_each_id(values))


def _each_id(values: Iterator[tuple[str, Any]]) -> Iterator[tuple[str, UUID]]:
    for path, value in values:
        if isinstance(value, str):
            with suppress(ValueError):
                yield path, UUID(value)
