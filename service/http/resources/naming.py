"""Finds the characters and the library that a request for a story names, and reports those that do not
exist."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any
from uuid import UUID

from aiohttp import web

from service.access.tokens import Identity
from service.api.fields import Problem, invalid
from service.api.requests import StoryRequest
from service.db.characters import unknown_characters
from service.domain.detection import load
from service.errors import NotFound
from service.http.app.keys import USERS
from service.http.io.bodies import Given
from service.stories.creation import NamesUnknown, StoryInput, find_named

#: The fields with ids of characters, and the field with the id of a library.
_CHARACTERS = ("character_id", "character_ids")
_LIBRARY = "library_id"


def input_of(body: StoryRequest) -> StoryInput:
    """Return the input for a new story, made from the body of the request."""
    return StoryInput(
        brief=body.brief(()),
        character_ids=body.wanted_ids,
        library_id=body.library_id,
        generate_assets=body.generate_assets,
        priority=body.priority,
    )


async def read_story(request: web.Request, caller: Identity, given: Given[StoryRequest]) -> StoryRequest:
    """Return the body of a request for a story. Raises ``InvalidInput`` with all problems of the body. They
    include characters and a library that do not exist."""
    if given.body is not None:
        if given.body.text is not None:
            # To find out the language of the text may take a moment.
            await asyncio.to_thread(_learn_language, given.body)
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


def _learn_language(body: StoryRequest) -> None:
    """Find out the language of the user's text, and load the detector for the warnings about it."""
    load()
    _ = body.book_language


@contextmanager
def errors_by_field(given: Given[StoryRequest]) -> Iterator[None]:
    """Convert ``NamesUnknown``, raised if several named objects do not exist, to ``InvalidInput`` with the
    fields that name them."""
    try:
        yield
    except NamesUnknown as error:
        raise invalid(_problems(given, error.unknown)) from error


def _problems(given: Given[StoryRequest], lost: Sequence[NotFound]) -> list[Problem]:
    """Return a problem for each field that names a missing object. The message about a character has only the
    id of that character."""
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
    """Return the ids in some fields, by path. Values that are not ids are skipped, because the body already
    has a problem about them."""
    values = (value for field in fields for value in given.values_of(field).items())
    return dict(_each_id(values))


def _each_id(values: Iterator[tuple[str, Any]]) -> Iterator[tuple[str, UUID]]:
    for path, value in values:
        if isinstance(value, str):
            with suppress(ValueError):
                yield path, UUID(value)
