"""Reads the ids and names in the path of a request."""

from __future__ import annotations

import re
from uuid import UUID

from aiohttp import web

from service.db.characters import HOW_TO_MAKE_ONE
from service.errors import NotFound
from service.genesis.refusals import SessionNotFound
from service.novels.errors import ChapterNotFound, NovelNotFound
from service.telemetry.context import about

_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_DIGITS = 10
#: Digits of the number of a chapter or of one of its texts.
_LONGEST_NUMBER = 4
_ASSET = re.compile(r"[a-z][a-z0-9_]{0,39}")


def no_story() -> NotFound:
    """Return the error for a story that does not exist or belongs to another user."""
    return NotFound("The story does not exist.", code="STORY_NOT_FOUND")


def story_id_of(request: web.Request) -> UUID:
    """Return the id of the story in a path. Raises ``NotFound`` if it is not a UUID."""
    story_id = _id(request, no_story())
    about(aggregate=story_id)
    return story_id


def session_id_of(request: web.Request) -> UUID:
    """Return the id of the Genesis session in a path. Raises ``NotFound`` if it is not a UUID."""
    session_id = _id(request, SessionNotFound())
    about(aggregate=session_id)
    return session_id


def novel_id_of(request: web.Request) -> UUID:
    """The novel of a path. Raises ``NotFound`` for what is no id."""
    novel_id = _id(request, NovelNotFound())
    about(aggregate=novel_id)
    return novel_id


def chapter_of(request: web.Request) -> int:
    """The number of the chapter in a path. Raises ``NotFound`` for what no chapter can have."""
    return _small(request, "number")


def chapter_version_of(request: web.Request) -> int:
    """The number of a chapter's text in a path. Raises ``NotFound`` for what no text can have."""
    return _small(request, "version")


def _small(request: web.Request, part: str) -> int:
    text = request.match_info[part]
    if not (text.isascii() and text.isdecimal() and len(text) <= _LONGEST_NUMBER):
        raise ChapterNotFound
    return int(text)


def correlation_id_of(request: web.Request) -> UUID:
    """Return the id of the Genesis wait in a path. Raises ``NotFound`` if it is not a UUID."""
    return _id(request, NotFound("This wait does not exist.", code="WAIT_NOT_FOUND"), "correlation_id")


def character_id_of(request: web.Request) -> UUID:
    """Return the id of the character in a path. Raises ``NotFound`` if it is not a UUID."""
    unknown = f"The character does not exist. {HOW_TO_MAKE_ONE}"
    return _id(request, NotFound(unknown, code="CHARACTER_NOT_FOUND"))


def library_id_of(request: web.Request) -> UUID:
    """Return the id of the library in a path. Raises ``NotFound`` if it is not a UUID."""
    return _id(request, NotFound("The library does not exist.", code="LIBRARY_NOT_FOUND"))


def reference_id_of(request: web.Request) -> UUID:
    """Return the id of the reference picture in a path. Raises ``NotFound`` if it is not a UUID."""
    return _id(
        request, NotFound("The character does not have this picture.", code="IMAGE_NOT_FOUND"), "reference"
    )


def worker_id_of(request: web.Request) -> UUID:
    """Return the id of the process in a path. Raises ``NotFound`` if it is not a UUID."""
    return _id(request, NotFound("The process does not exist, or has ended.", code="WORKER_NOT_FOUND"))


def job_id_of(request: web.Request) -> UUID:
    """Return the id of the job in a path. Raises ``NotFound`` if it is not a UUID."""
    job_id = _id(request, NotFound("The job does not exist.", code="JOB_NOT_FOUND"), "job")
    about(job=job_id)
    return job_id


def user_id_of(request: web.Request) -> UUID:
    """Return the id of the user in a path. Raises ``NotFound`` if it is not a UUID."""
    return _id(request, NotFound("The user does not exist.", code="USER_NOT_FOUND"))


def webhook_id_of(request: web.Request) -> UUID:
    """Return the id of the webhook in a path. Raises ``NotFound`` if it is not a UUID."""
    return _id(request, NotFound("The webhook does not exist.", code="WEBHOOK_NOT_FOUND"))


def delivery_id_of(request: web.Request) -> UUID:
    """Return the id of the delivery in a path. Raises ``NotFound`` if it is not a UUID."""
    return _id(request, NotFound("The delivery does not exist.", code="DELIVERY_NOT_FOUND"), "delivery")


def asset_of(request: web.Request) -> str:
    """Return the name of the asset in a path. Raises ``NotFound`` if no asset can have this name."""
    name = request.match_info["asset"]
    if _ASSET.fullmatch(name) is None:
        raise NotFound("The asset does not exist.", code="ASSET_NOT_FOUND")
    return name


def version_of(request: web.Request) -> int:
    """Return the version number in a path. Raises ``NotFound`` if it is not a number."""
    return version_number(request.match_info["version"])


def version_number(text: str) -> int:
    """Parse a version number. Raises ``NotFound`` if it is not a number."""
    if not (text.isascii() and text.isdecimal() and len(text) < _DIGITS):
        raise NotFound("The asset does not have this version.", code="VERSION_NOT_FOUND")
    return int(text)


def _id(request: web.Request, otherwise: NotFound, part: str = "id") -> UUID:
    text = request.match_info[part]
    if _UUID.fullmatch(text) is None:
        raise otherwise
    return UUID(text)
