"""Reads the query parameters of a URL into a model of ``service.api.queries``."""

from __future__ import annotations

from typing import TypeVar

from aiohttp import web
from pydantic import BaseModel, ValidationError

from service.api.fields import problems_of

Q = TypeVar("Q", bound=BaseModel)


def read_query(model: type[Q], request: web.Request) -> Q:
    """Return the query parameters of the request as an instance of the model. If a parameter occurs several
    times, its first value counts.

    Raises ``InvalidInput`` with ``errors: [{path, message}]``.
    """
    names = [field.alias or name for name, field in model.model_fields.items()]
    given = {name: request.query[name] for name in names if name in request.query}
    try:
        return model.model_validate(given)
    except ValidationError as error:
        raise problems_of(error) from None
