"""Reading requests' bodies and writing answers' bodies."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, NoReturn

from aiohttp import web
from pydantic import BaseModel

from service.errors import InvalidInput
from service.http.intake import take_in
from service.http.text import clean_all

JSON = "application/json"


def flat(answer: BaseModel) -> str:
    """An answer's JSON without an envelope, for those that the source documents fix."""
    return answer.model_dump_json(by_alias=True)


def enveloped(answer: BaseModel) -> str:
    """``{"success": true, "data": …}``."""
    return f'{{"success":true,"data":{flat(answer)}}}'


def json_response(
    text: str, *, status: int = HTTPStatus.OK, headers: Mapping[str, str] | None = None
) -> web.Response:
    """An answer of JSON that has been written."""
    return web.Response(
        body=text.encode(), status=status, headers=headers, content_type=JSON, charset="utf-8"
    )


def success(answer: BaseModel, *, status: int = HTTPStatus.OK) -> web.Response:
    """The answer in its envelope."""
    return json_response(enveloped(answer), status=status)


async def read_object(request: web.Request) -> dict[str, Any]:
    """The body as a JSON object with all of its texts cleaned.

    Raises ``InvalidInput``: INVALID_JSON for what is no JSON, INVALID_INPUT for another value.
    """
    value = parse(await take_in(request))
    if not isinstance(value, dict):
        message = "The body must be a JSON object."
        raise InvalidInput(message, errors=[{"path": "", "message": message}])
    return value


def parse(body: bytes) -> Any:
    """Cleaned JSON. Python's own parser takes lone surrogates, which are then dropped."""
    try:
        value = json.loads(body.decode(), parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise InvalidInput(_why(body, error), code="INVALID_JSON") from error
    return clean_all(value)


def _why(body: bytes, error: Exception) -> str:
    """What is wrong, and where, without a word of the body."""
    match error:
        case json.JSONDecodeError() if not body.strip():
            return "The body is empty; JSON is expected."
        case json.JSONDecodeError():
            place = f"line {error.lineno}, column {error.colno}"
            return f"The body is not valid JSON: {error.msg} at {place}."
        case UnicodeDecodeError():
            return f"The body is not UTF-8: byte {error.start} does not fit."
    return "The body is not valid JSON: a number is too long, is none, or the nesting is too deep."


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON")
