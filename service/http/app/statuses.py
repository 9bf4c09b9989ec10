"""Maps each error class to its HTTP status and a short title."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from service import errors
from service.errors import StorytroupeError

_STATUSES: Mapping[type[StorytroupeError], tuple[HTTPStatus, str]] = {
    errors.InvalidInput: (HTTPStatus.UNPROCESSABLE_ENTITY, "Invalid input"),
    errors.NotFound: (HTTPStatus.NOT_FOUND, "Not found"),
    errors.Conflict: (HTTPStatus.CONFLICT, "Conflict"),
    errors.Unauthorized: (HTTPStatus.UNAUTHORIZED, "Unauthorized"),
    errors.QuotaExceeded: (HTTPStatus.FORBIDDEN, "Quota exceeded"),
    errors.Forbidden: (HTTPStatus.FORBIDDEN, "Forbidden"),
    errors.TooLarge: (HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "Too large"),
    errors.TooSlow: (HTTPStatus.REQUEST_TIMEOUT, "Request timeout"),
    errors.Overloaded: (HTTPStatus.TOO_MANY_REQUESTS, "Too many requests"),
    errors.Unavailable: (HTTPStatus.SERVICE_UNAVAILABLE, "Unavailable"),
}
_CODES: Mapping[str, HTTPStatus] = {
    # A body that is not JSON is a malformed request (400). An invalid request (422) is JSON with invalid
    # fields.
    "INVALID_JSON": HTTPStatus.BAD_REQUEST,
    "BAD_REQUEST": HTTPStatus.BAD_REQUEST,
    "METHOD_NOT_ALLOWED": HTTPStatus.METHOD_NOT_ALLOWED,
    "CONTENT_ENCODING_UNSUPPORTED": HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    "URL_TOO_LONG": HTTPStatus.REQUEST_URI_TOO_LONG,
    "HEADERS_TOO_LARGE": HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
    # A Genesis session that has ended can be read, but accepts no more commands.
    "SESSION_EXPIRED": HTTPStatus.GONE,
    "SESSION_CLOSED": HTTPStatus.GONE,
    "RANGE_NOT_SATISFIABLE": HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE,
}


def status_of(error: StorytroupeError) -> tuple[HTTPStatus, str]:
    """Return the status and title of an error. The status is 500 for an error that is not meant for
    clients."""
    if error.code in _CODES:
        status = _CODES[error.code]
        return status, status.phrase
    for kind in type(error).__mro__:
        if kind in _STATUSES:
            return _STATUSES[kind]
    return HTTPStatus.INTERNAL_SERVER_ERROR, "Internal error"
