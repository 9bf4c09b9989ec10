"""Reads the bodies of requests, and writes the bodies of answers."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Generic, NoReturn, TypeVar

from aiohttp import web
from pydantic import BaseModel
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError

from service.api.fields import Body, Problem, invalid, path_of, read_whole
from service.api.sanitize import MOST_CODE_POINTS, clean
from service.errors import InvalidInput
from service.http.io.intake import take_in

M = TypeVar("M", bound=Body)
T = TypeVar("T")

JSON = "application/json"

#: The greatest nesting depth of a JSON body.
MAX_DEPTH = 32
#: The greatest number of values in a JSON body, nested values included. The largest useful body has about 700
#: values.
MOST_VALUES = 5_000
#: The greatest number of digits of a whole number. The largest number of JavaScript has 309 digits.
_MOST_DIGITS = 400
#: A body of at most this many bytes is parsed at once. Any content of this size takes only a few
#: milliseconds.
AT_ONCE = 32 * 1024
_reading = asyncio.Semaphore(1)


def flat(answer: BaseModel) -> str:
    """Return the JSON of an answer without an envelope. It is for answers whose form the source documents
    define."""
    return answer.model_dump_json(by_alias=True)


def enveloped(answer: BaseModel) -> str:
    """Return the JSON of an answer with its envelope: ``{"success": true, "data": …}``."""
    return f'{{"success":true,"data":{flat(answer)}}}'


def json_response(
    text: str, *, status: int = HTTPStatus.OK, headers: Mapping[str, str] | None = None
) -> web.Response:
    """Return an answer with this JSON as its body."""
    return web.Response(
        body=text.encode(), status=status, headers=headers, content_type=JSON, charset="utf-8"
    )


def success(answer: BaseModel, *, status: int = HTTPStatus.OK) -> web.Response:
    """Return the answer with its envelope."""
    return json_response(enveloped(answer), status=status)


async def read_body(request: web.Request, model: type[M], *, most: int | None = None) -> M:
    """Read the body and return it as an instance of the model. ``most`` is the greatest size in bytes. Raises
    the errors of ``read_raw_and_body``."""
    return (await read_raw_and_body(request, model, most=most))[1]


async def read_raw_and_body(
    request: web.Request, model: type[M], *, optional: bool = False, most: int | None = None
) -> tuple[dict[str, Any], M]:
    """Read the body. Returns it as a JSON object with cleaned texts, and as an instance of the model.

    With ``optional``, an empty body counts as an empty object. Raises ``InvalidInput`` with INVALID_JSON if
    the body is not JSON, or with INVALID_INPUT and ``errors: [{path, message}]`` if the body does not fit the
    model. Raises the errors of ``take_in``. A caller may cancel it.
    """
    given = await read_given(request, model, optional=optional, most=most)
    if given.body is None:
        raise invalid(given.problems)
    return given.raw, given.body


@dataclass(frozen=True, slots=True)
class Given(Generic[M]):
    """A body as JSON and as an instance of a model. ``body`` is None if ``problems`` is not empty."""

    raw: dict[str, Any]
    body: M | None
    problems: list[Problem]

    def values_of(self, field: str) -> dict[str, Any]:
        """Return the values of a field, by path. Each entry of a list has its own path. Handlers use this to
        find further problems in a body that may be invalid.

        The result is empty if the whole field has a problem, because a list may then have any length.
        """
        name = field if field in self.raw else to_camel(field)
        if name not in self.raw or name in self.refused:
            return {}
        value = self.raw[name]
        if not isinstance(value, list):
            return {name: value}
        return {f"{name}.{index}": entry for index, entry in enumerate(value)}

    @property
    def refused(self) -> Set[str]:
        """The paths of the fields that have a problem."""
        return {path for path, _ in self.problems}


async def read_json(
    request: web.Request, read: Callable[[dict[str, Any]], T], *, most: int, longest: int
) -> T:
    """Read the body, and return what ``read`` returns for it. The body must be a JSON object of at most
    ``most`` bytes. Its texts may have at most ``longest`` code points, and are cleaned. Raises
    ``InvalidInput`` and the errors of ``read``.

    The work runs in a thread, for one body at a time, because large texts would block other requests.
    """
    data = await take_in(request, most)
    async with _reading:
        return await asyncio.to_thread(lambda: read(_object(data, longest)))


async def read_given(
    request: web.Request, model: type[M], *, optional: bool = False, most: int | None = None
) -> Given[M]:
    """Read the body as ``read_raw_and_body`` does, but return its problems. The handler can add problems of
    its own. Raises ``InvalidInput`` only if the body is not a JSON object."""
    data = b"{}" if optional and not request.can_read_body else await take_in(request, most)
    if len(data) <= AT_ONCE:
        return _understood(data, model)
    # Parsing a large body would block other tasks for too long, so it runs in a thread. Large bodies are
    # parsed one at a time, since Python runs one thread at a time.
    async with _reading:
        return await asyncio.to_thread(_understood, data, model)


def _understood(data: bytes, model: type[M]) -> Given[M]:
    value = _object(data)
    return Given(value, *read_whole(model, value))


def _object(data: bytes, longest: int = MOST_CODE_POINTS) -> dict[str, Any]:
    value = parse(data, longest)
    if not isinstance(value, dict):
        raise invalid([("", "The body must be a JSON object.")])
    return value


def parse(body: bytes, longest: int = MOST_CODE_POINTS) -> Any:
    """Parse JSON and clean its texts. Python's own parser accepts lone surrogates, and the cleaning removes
    them.

    Raises ``InvalidInput`` if the body is not valid JSON. A body with more than ``MOST_VALUES`` values is
    refused before it is parsed.
    """
    _check_count(body)
    try:
        value = json.loads(body.decode(), parse_constant=_refuse, parse_int=_integer)
    except (ValueError, RecursionError) as error:
        raise InvalidInput(_why(body, error), code="INVALID_JSON") from error
    return _cleaned(value, (), longest)


def _check_count(body: bytes) -> None:
    """Check the number of values. It counts the separators outside of texts, which takes a millisecond.
    Raises ``InvalidInput`` if the body has too many values."""
    bare = body.replace(b"\\\\", b"").replace(b'\\"', b"")
    # A text value has two quotes, and the name of its field has two more.
    many = bare.count(b'"') > 4 * MOST_VALUES
    outside = b"" if many else b"".join(bare.split(b'"')[::2])
    if many or outside.count(b",") > MOST_VALUES:
        raise invalid([("", f"The body has more than {MOST_VALUES} values. Send fewer.")])
    if outside.count(b"[") + outside.count(b"{") > MOST_VALUES:
        message = (
            f"The body is nested too deep, or has more than {MOST_VALUES} lists and objects. Send fewer."
        )
        raise InvalidInput(message, code="INVALID_JSON")


def _cleaned(value: Any, path: tuple[str, ...], longest: int) -> Any:
    if len(path) > MAX_DEPTH:
        raise InvalidInput(f"The body has more than {MAX_DEPTH} levels of nesting.", code="INVALID_JSON")
    if isinstance(value, str):
        return _clean_text(value, path, longest)
    if isinstance(value, list):
        return [_cleaned(item, (*path, str(index)), longest) for index, item in enumerate(value)]
    if isinstance(value, dict):
        named = ((_clean_text(name, path, MOST_CODE_POINTS), item) for name, item in value.items())
        return {name: _cleaned(item, (*path, name), longest) for name, item in named}
    return value


def _clean_text(text: str, path: tuple[str, ...], longest: int) -> str:
    try:
        return clean(text, most=longest)
    except PydanticCustomError as fault:
        raise invalid([(path_of(path), fault.message())]) from None


def _why(body: bytes, error: Exception) -> str:
    """Return a sentence that says what is wrong with the JSON and where. It contains no text of the body."""
    match error:
        case json.JSONDecodeError() if not body.strip():
            return "The body is empty. Send JSON."
        case json.JSONDecodeError():
            place = f"line {error.lineno}, column {error.colno}"
            return f"The body is not valid JSON: {error.msg} at {place}."
        case UnicodeDecodeError():
            return f"The body is not UTF-8: byte {error.start} is not valid."
    return "The body is not valid JSON: a number is too long or not valid, or the nesting is too deep."


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


def _integer(digits: str) -> int:
    """Parse a whole number. The length is bounded, since the time grows with the square of the length."""
    if len(digits) > _MOST_DIGITS:
        raise ValueError("a number is too long")
    return int(digits)
