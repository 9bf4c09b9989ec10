"""The middleware of all handlers. It gives each request an id, writes a log line, and answers errors as
JSON."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Awaitable, Callable
from http import HTTPStatus

import structlog
from aiohttp import hdrs, web

from service.access.rates import Standing
from service.db.pool import TRANSIENT
from service.errors import (
    InvalidInput,
    NotFound,
    Overloaded,
    StorytroupeError,
    TooLarge,
    TooSlow,
    Unauthorized,
    Unavailable,
)
from service.http.app.keys import POLICY, PREPARED, RATE, REQUEST_ID, SHARED
from service.http.app.problems import problem_response
from service.http.app.statuses import status_of
from service.http.wire.deadlines import MAX_HEADERS, MAX_LINE, headers_too_large, url_too_long
from service.telemetry.context import about

log = structlog.get_logger(__name__)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
#: The status in the log for a request whose client disconnected before the answer.
_CLIENT_LEFT = 499
#: How many characters of a path are logged. A client may send a path of any length.
_LOGGED_PATH = 200
_QUIET = frozenset({"/healthz", "/readyz", "/metrics"})


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Add the common headers to an answer. Streams and websockets get them too."""
    request[PREPARED] = True
    policy = request.app[POLICY]
    response.headers.update(policy.headers)
    response.headers.setdefault(hdrs.CACHE_CONTROL, "no-store")
    response.headers["Cross-Origin-Resource-Policy"] = (
        "cross-origin" if request.get(SHARED) else "same-origin"
    )
    response.headers["X-Request-ID"] = request.get(REQUEST_ID, "")
    response.headers.update(policy.of_origin(request))
    response.headers.update(_of_rate(request.get(RATE)))


def _of_rate(standing: Standing | None) -> dict[str, str]:
    """Return the rate limit headers of draft-ietf-httpapi-ratelimit-headers."""
    if standing is None:
        return {}
    return {
        "RateLimit-Policy": f'"user";q={standing.quota};w={standing.window}',
        "RateLimit": f'"user";r={standing.remaining};t={standing.reset}',
    }


@web.middleware
async def observe(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Give the request an id, and log it."""
    begun = time.perf_counter()
    given = request.headers.get("X-Request-ID", "")
    request[REQUEST_ID] = given if _ID.fullmatch(given) else secrets.token_hex(8)
    status = _CLIENT_LEFT
    # All requests of a connection run one after the other in the same task, so values of an earlier request
    # must be removed.
    structlog.contextvars.clear_contextvars()
    about(request_id=request[REQUEST_ID])
    try:
        response = await handler(request)
        status = response.status
        return response
    finally:
        _log_request(request, status, time.perf_counter() - begun)
        structlog.contextvars.clear_contextvars()


def _log_request(request: web.Request, status: int, seconds: float) -> None:
    """Log a request. The query is not logged, because it may have a token."""
    level = log.debug if request.path in _QUIET else log.info
    level(
        "request",
        method=request.method,
        path=request.rel_url.raw_path[:_LOGGED_PATH],
        status=status,
        ms=round(seconds * 1000, 1),
    )


@web.middleware
async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse a request if its head is too long or its body is compressed. Answer preflight requests of
    browsers."""
    if len(request.raw_path) > MAX_LINE:
        raise url_too_long()
    if sum(len(name) + len(value) + 4 for name, value in request.raw_headers) > MAX_HEADERS:
        raise headers_too_large()
    if _encoded(request):
        raise _no_encodings()
    return request.app[POLICY].preflight(request) or await handler(request)


def _encoded(request: web.Request) -> bool:
    lines = request.headers.getall(hdrs.CONTENT_ENCODING, [])
    return any(name.strip().lower() not in ("", "identity") for line in lines for name in line.split(","))


def _no_encodings() -> InvalidInput:
    return InvalidInput(
        "The body is compressed. Send it uncompressed, without Content-Encoding.",
        code="CONTENT_ENCODING_UNSUPPORTED",
    )


@web.middleware
async def error_middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer every error in the documented form. The answer to an unexpected error hides its cause."""
    try:
        return await handler(request)
    except StorytroupeError as error:
        return _answer(request, error)
    except web.HTTPException as error:
        if error.status < HTTPStatus.BAD_REQUEST:
            raise
        return _answer(request, _of_http(request, error), allow=error.headers.get("Allow"))
    except web.RequestPayloadError as error:
        problem = InvalidInput("The body could not be read.", code="BAD_REQUEST")
        log.debug("body could not be read", error=error)
        return _answer(request, problem)
    except TRANSIENT as error:
        if request.transport is None or request.transport.is_closing():
            return web.Response(status=_CLIENT_LEFT)
        log.warning("unavailable", path=request.rel_url.raw_path[:_LOGGED_PATH], error=error)
        return _answer(request, Unavailable())
    except Exception:
        log.exception("request failed", path=request.rel_url.raw_path[:_LOGGED_PATH])
        return _answer(request, StorytroupeError("The service has a fault, and has logged it."))


def _of_http(request: web.Request, error: web.HTTPException) -> StorytroupeError:
    """Convert an aiohttp error to an error of the service."""
    match error.status:
        case HTTPStatus.NOT_FOUND:
            return NotFound("The path does not exist. /docs lists all paths.", code="ROUTE_NOT_FOUND")
        case HTTPStatus.METHOD_NOT_ALLOWED:
            allowed = error.headers.get(hdrs.ALLOW, "").replace(",", ", ")
            message = f"This path does not allow {request.method}. It allows {allowed}."
            return InvalidInput(message, code="METHOD_NOT_ALLOWED")
        case HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            return TooLarge(
                f"The body is too large: at most {request.client_max_size >> 20} MiB are allowed."
            )
    return InvalidInput(error.reason, code="BAD_REQUEST")


def _answer(request: web.Request, error: StorytroupeError, *, allow: str | None = None) -> web.StreamResponse:
    if request.get(PREPARED):
        # The head of the answer was sent already, so the only way to report the error is to end the
        # connection.
        raise error
    status, _ = status_of(error)
    data = error.data
    if status is HTTPStatus.INTERNAL_SERVER_ERROR:
        path = request.rel_url.raw_path[:_LOGGED_PATH]
        log.error("internal", path=path, code=error.code, message=error.message)
        data = {"request_id": request[REQUEST_ID]}
    response = problem_response(error, data)
    _explain(response, error)
    if isinstance(error, TooSlow):
        response.force_close()
    elif error.code == "CONTENT_ENCODING_UNSUPPORTED":
        response.headers["Accept-Encoding"] = "identity"
        response.force_close()
    if allow is not None:
        response.headers["Allow"] = allow
    return response


def _explain(response: web.Response, error: StorytroupeError) -> None:
    """Add the headers that some errors need."""
    if isinstance(error, Unauthorized):
        detail = "" if error.code == Unauthorized.code else ', error="invalid_token"'
        response.headers["WWW-Authenticate"] = f'Bearer realm="storytroupe"{detail}'
    elif isinstance(error, Overloaded | Unavailable):
        response.headers["Retry-After"] = str(error.data.get("retry_after", 1))
    elif error.code == "RANGE_NOT_SATISFIABLE":
        response.headers["Content-Range"] = f"bytes */{error.data['bytes']}"
