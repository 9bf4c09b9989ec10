"""Makes the answer to an error, in the documented form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from service.api.responses import Problem
from service.errors import StorytroupeError
from service.http.app.statuses import status_of
from service.http.io.bodies import flat, json_response


def problem_response(error: StorytroupeError, data: Mapping[str, Any] | None = None) -> web.Response:
    """Return the answer for an error. ``data`` replaces the data of the error."""
    status, title = status_of(error)
    details = error.data if data is None else dict(data)
    problem = Problem(error=title, code=error.code, message=error.message, data=details)
    return json_response(flat(problem), status=status)
