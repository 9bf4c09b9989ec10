"""Generates the OpenAPI document from the table of routes and the models of requests and answers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from aiohttp import hdrs
from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from service.api.responses import Problem
from service.errors import Unauthorized
from service.http.app.routes import Route
from service.http.docs.examples import OF_PARTS, OF_RESOURCES, example_of
from service.http.io.idempotency import HEADER, REPLAYED

VERSION = "3.1.0"
_REF = "#/components/schemas/{model}"
_NAMED = re.compile(r"{(\w+)(?::[^}]*)?}")
_JSON = "application/json"
_TEXT: dict[str, Any] = {"type": "string"}
_BEARER = {
    "type": "http",
    "scheme": "bearer",
    "bearerFormat": "JWT",
    "description": "Send the header `Authorization: Bearer` with a token. `storytroupe users token UUID` "
    "prints a token for a user; `storytroupe up` writes one to data/token.",
}
_IDS = frozenset({"id", "correlation_id", "delivery", "job", "reference"})

#: Descriptions of the path parameter `{id}`, by the resource of the path.
_RESOURCE_IDS = {
    "stories": "Id of the story.",
    "characters": "Id of the character.",
    "libraries": "Id of the library.",
    "webhooks": "Id of the webhook.",
    "users": "Id of the user.",
    "genesis": "Id of the session.",
    "novels": "Id of the novel.",
    "workers": "Id of the process, as `GET /api/v1/admin/workers` lists it.",
}
#: Descriptions of the other path parameters.
_PARTS = {
    "asset": "Name of an asset, as in `assets` of the story's `asset_generation_status`.",
    "version": "Number of the version, as in the list of versions.",
    "number": "Number of the chapter, from 1.",
    "reference": "Id of the reference picture.",
    "delivery": "Id of the delivery, as in the list of deliveries.",
    "correlation_id": "Id of the wait, as in the list of waits.",
    "job": "Id of the job, as `GET /api/v1/admin/jobs` lists it.",
    "name": "Name of the queue, as `GET /api/v1/admin/queues` lists it.",
    "file": "Path of the file below this folder, for example `app.js`.",
}
#: The query parameters of a signed URL.
_SIGNED = {
    "user": "id of the user who signed it.",
    "exp": "time of expiry, in seconds since 1970.",
    "sig": "the signature.",
}
#: Descriptions of the error statuses.
_DESCRIPTIONS = {
    101: "The connection is a websocket from now on",
    206: "The requested range of the file",
    302: "The file is at the URL in `Location`",
    304: "The answer has not changed since the answer with this `ETag`",
    400: "The request cannot be parsed",
    401: "The token is missing or not valid",
    403: "The token or the user's tier does not allow the request",
    404: "The object does not exist, or belongs to another user",
    408: "The body arrived too slowly",
    409: "The current state does not allow the request",
    410: "The session has ended and can only be read",
    413: "The body is too large",
    415: "The body is compressed; send it without `Content-Encoding`",
    416: "The range begins beyond the end of the file",
    422: "The request is not valid; `data.errors` names the fields",
    429: "Too many requests, or too much work waits; try again after `Retry-After` seconds",
    500: "The service has a fault, and has logged it",
    503: "The service cannot answer now; try again after `Retry-After` seconds",
}
_WITHOUT_PROBLEM = frozenset({101, 206, 302, 304})

Refs = Mapping[tuple[Any, JsonSchemaMode], dict[str, Any]]


def describe(routes: Sequence[Route], *, version: str) -> dict[str, Any]:
    """Return the document for these routes, as JSON."""
    refs, schemas = _schemas(routes)
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        paths.setdefault(template_of(route), {})[route.method.lower()] = _operation(route, refs)
    return {
        "openapi": VERSION,
        "info": {
            "title": "Storytroupe",
            "version": version,
            "description": "Illustrated, narrated storybooks from a few words about a child's heroes, and "
            "plans of novels. Fields of bodies may be in snake case or camel case. Paths work with and "
            "without a slash at their end. Every GET, except for event streams, also answers HEAD. Changes "
            "are also sent live: see /docs/live.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "security": [{"bearer": []}],
        "tags": [{"name": name} for name in dict.fromkeys(tag_of(route) for route in routes)],
        "paths": paths,
        "components": {
            "securitySchemes": {"bearer": _BEARER},
            "schemas": schemas,
        },
    }


def template_of(route: Route) -> str:
    """Return the path of a route without the patterns of its parameters."""
    return _NAMED.sub(r"{\1}", route.path)


def tag_of(route: Route) -> str:
    """Return the tag of a route: its resource, ``admin``, ``documents`` (for paths of the source documents)
    or ``service``."""
    if route.path.startswith("/api/v1/"):
        return route.path.split("/")[3]
    own = route.public is not None or route.path == "/metrics"
    return "service" if own else "documents"


def _schemas(routes: Sequence[Route]) -> tuple[Refs, dict[str, Any]]:
    wanted: dict[tuple[type[BaseModel], JsonSchemaMode], None] = {(Problem, "serialization"): None}
    for route in routes:
        if route.body is not None:
            wanted[route.body, "validation"] = None
        if route.answer is not None:
            wanted[route.answer, "serialization"] = None
    refs, document = models_json_schema(list(wanted), ref_template=_REF)
    return refs, document["$defs"]


def _operation(route: Route, refs: Refs) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "summary": route.summary,
        "operationId": _operation_id(route),
        "tags": [tag_of(route)],
        "parameters": _parameters(route),
        "responses": _responses(route, refs),
    }
    if route.public is not None:
        operation["security"] = []
    if route.body is not None:
        content = {"schema": refs[route.body, "validation"], "example": example_of(route.body)}
        operation["requestBody"] = {"required": not route.body_optional, "content": {_JSON: content}}
    if route.takes:
        operation["requestBody"] = {"required": True, "content": {media: {} for media in route.takes}}
    return operation


def _operation_id(route: Route) -> str:
    return "_".join([route.method.lower(), *re.findall(r"\w+", template_of(route))])


def _parameters(route: Route) -> list[dict[str, Any]]:
    found = [_path_part(name, route) for name in _NAMED.findall(route.path)]
    if route.query is not None:
        found += _of_query(route.query)
    if route.token_in_query:
        text = "Bearer token, for browsers: an `EventSource` cannot send the header `Authorization`."
        found.append({"name": "token", "in": "query", "schema": _TEXT, "description": text})
    if route.signed:
        found += [
            {"name": name, "in": "query", "schema": _TEXT, "description": f"Of a signed URL: {text}"}
            for name, text in _SIGNED.items()
        ]
    if route.idempotent:
        text = (
            "Unique value that the client chooses. A second request with the same key and body changes "
            "nothing, and gets the answer of the first."
        )
        schema = {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[ -~]+$"}
        found.append({"name": HEADER, "in": "header", "schema": schema, "description": text})
    if _tagged(route):
        text = "`ETag` of the answer that the client has. If the answer has not changed, the status is 304."
        found.append({"name": hdrs.IF_NONE_MATCH, "in": "header", "schema": _TEXT, "description": text})
    return found


def _path_part(name: str, route: Route) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string", "format": "uuid"} if name in _IDS else _TEXT
    if name in ("version", "number"):
        schema = {
            "type": "integer",
            "minimum": 1,
            "maximum": 9_999 if "number" in route.path else 999_999_999,
        }
    resource = next((part for part in route.path.split("/") if part in OF_RESOURCES), "stories")
    example = OF_RESOURCES[resource] if name == "id" else OF_PARTS[name]
    about = _RESOURCE_IDS[resource] if name == "id" else _PARTS[name]
    part = {"name": name, "in": "path", "required": True, "schema": schema}
    return part | {"example": example, "description": about}


def _of_query(query: type[BaseModel]) -> list[dict[str, Any]]:
    """Return a parameter for each field of a query. A field that may be None is optional."""
    schema = query.model_json_schema(mode="validation")
    required = schema.get("required", ())
    parts = [_query_part(name, dict(part)) for name, part in schema["properties"].items()]
    return [part | ({"required": True} if part["name"] in required else {}) for part in parts]


def _query_part(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    description = schema.pop("description", None)
    schema.pop("title", None)
    if schema.get("default", 0) is None:
        del schema["default"]
    ways = [way for way in schema.pop("anyOf", ()) if way != {"type": "null"}]
    for way in ways:
        schema |= way
    part = {"name": name, "in": "query", "schema": schema}
    if "example" in schema:
        part["example"] = schema.pop("example")
    return part | ({"description": description} if description else {})


def _responses(route: Route, refs: Refs) -> dict[str, Any]:
    problem = {"schema": refs[Problem, "serialization"]}
    succeeds = [route.status, *([HTTPStatus.CREATED.value] if route.created else [])]
    responses = {str(status): _answer(route, refs) for status in succeeds}
    for status in sorted(_statuses(route)):
        response: dict[str, Any] = {"description": _DESCRIPTIONS[status]}
        if status == HTTPStatus.PARTIAL_CONTENT:
            response["content"] = _files(route)
        elif status not in _WITHOUT_PROBLEM:
            response["content"] = {_JSON: problem | {"example": _problem(status)}}
        responses[str(status)] = response
    return responses


def _statuses(route: Route) -> set[int]:
    """Return the possible error statuses of a route: those of all similar routes, and its own."""
    found = {400, 429, 500, 503, *route.statuses}
    if route.private is not None:
        found.add(401)
    if tag_of(route) == "admin":
        found.add(403)
    if "{" in route.path:
        found.add(404)
    if route.body is not None or route.query is not None or route.idempotent:
        found.add(422)
    if route.method != hdrs.METH_GET:
        found |= {408, 413, 415}
    if _tagged(route):
        found.add(304)
    return found - {route.status}


def _tagged(route: Route) -> bool:
    return route.method == hdrs.METH_GET and (route.answer is not None or 304 in route.statuses)


def _problem(status: int) -> dict[str, Any]:
    example = example_of(Problem)
    return example if status == HTTPStatus.UNPROCESSABLE_ENTITY else example | _EXAMPLES_BY_STATUS[status]


def _answer(route: Route, refs: Refs) -> dict[str, Any]:
    response: dict[str, Any] = {"description": route.summary}
    if route.idempotent:
        replayed = {
            "description": "`true`: the answer is the stored answer of an earlier request with the same key.",
            "schema": _TEXT,
        }
        response["headers"] = {REPLAYED: replayed}
    if route.answer is None:
        return response | ({"content": _files(route)} if route.media else {})
    schema: dict[str, Any] = refs[route.answer, "serialization"]
    example = example_of(route.answer)
    if not route.bare:
        schema = {
            "type": "object",
            "required": ["success", "data"],
            "properties": {
                "success": {"const": True, "description": "Always true: the request succeeded."},
                "data": schema | {"description": "The answer itself."},
            },
        }
        example = {"success": True, "data": example}
    return response | {"content": {_JSON: {"schema": schema, "example": example}}}


def _files(route: Route) -> dict[str, Any]:
    return {media: {} for media in route.media}


def _fault(error: str, code: str, message: str) -> dict[str, Any]:
    return {"error": error, "code": code, "message": message, "data": {}}


_EXAMPLES_BY_STATUS: Mapping[int, dict[str, Any]] = {
    400: _fault(
        "Bad Request",
        "INVALID_JSON",
        "The body is not valid JSON: Expecting ',' delimiter at line 1, column 31.",
    ),
    401: _fault("Unauthorized", "UNAUTHORIZED", str(Unauthorized())),
    403: _fault("Forbidden", "FORBIDDEN", "The token does not allow this request."),
    404: _fault("Not found", "NOT_FOUND", "The object does not exist, or belongs to another user."),
    409: _fault("Conflict", "CONFLICT", "The current state does not allow this request."),
    408: _fault("Request timeout", "REQUEST_TIMEOUT", "The body of the request arrived too slowly."),
    410: _fault("Gone", "SESSION_EXPIRED", "The session has expired. Extend it to continue."),
    413: _fault("Too large", "BODY_TOO_LARGE", "The body is too large: this path takes at most 1 MiB."),
    415: _fault(
        "Unsupported Media Type",
        "CONTENT_ENCODING_UNSUPPORTED",
        "The body is compressed. Send it uncompressed, without Content-Encoding.",
    ),
    416: _fault(
        "Requested Range Not Satisfiable", "RANGE_NOT_SATISFIABLE", "The range begins beyond the end."
    ),
    429: _fault("Too many requests", "OVERLOADED", "Too much work waits in the service."),
    500: _fault("Internal error", "INTERNAL", "The service has a fault, and has logged it."),
    503: _fault("Unavailable", "UNAVAILABLE", "The service cannot answer now."),
}
