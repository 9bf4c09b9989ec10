"""What a request for a story names, its characters and its library, by the fields that name it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from aiohttp import web

from service.access.tokens import Identity
from service.api.fields import Problem, invalid
from service.api.requests import StoryRequest
from service.errors import NotFound
from service.http.app.keys import USERS
from service.http.io.bodies import Given
from service.stories.creation import NamesUnknown, StoryInput, find_named

#: The fields that hold ids, by what these are ids of.
_CHARACTERS = ("character_id", "characterId", "character_ids", "characterIds")
_LIBRARIES = ("library_id", "libraryId")


def input_of(body: StoryRequest) -> StoryInput:
    """What the story is to be."""
    return StoryInput(
        brief=body.brief(()),
        character_ids=body.wanted_ids,
        library_id=body.library_id,
        generate_assets=body.generate_assets,
        priority=body.priority,
    )


async def read_story(request: web.Request, caller: Identity, given: Given[StoryRequest]) -> StoryRequest:
    """The body of a request for a story. Raises ``InvalidInput`` with all that is wrong, also of what is
    named."""
    if given.body is not None:
        return given.body
    raw, problems = given.raw, list(given.problems)
    wanted, libraries = _ids(raw, _CHARACTERS), _ids(raw, _LIBRARIES)
    if wanted or libraries:
        _, unknown = await request.app[USERS].run(
            caller.user_id,
            lambda connection: find_named(
                connection, list(wanted.values()), next(iter(libraries.values()), None)
            ),
        )
        problems += _problems(raw, unknown)
    raise invalid(problems)


@contextmanager
def errors_by_field(raw: Mapping[str, Any]) -> Iterator[None]:
    """Raises ``InvalidInput`` with the fields of all that is unknown, where that is more than one thing."""
    try:
        yield
    except NamesUnknown as error:
        raise invalid(_problems(raw, error.unknown)) from error


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
