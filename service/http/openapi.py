"""The OpenAPI document, written from the table of routes and the models that check and answer."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from service.http.answers import Problem
from service.http.idempotency import HEADER
from service.http.routes import Route

VERSION = "3.1.0"
_REF = "#/components/schemas/{model}"
_NAMED = re.compile(r"{(\w+)(?::[^}]*)?}")
_PROBLEM = "What went wrong, with a stable code"

Refs = Mapping[tuple[Any, JsonSchemaMode], dict[str, Any]]


def describe(routes: Sequence[Route], *, version: str) -> dict[str, Any]:
    """The document for these routes."""
    refs, schemas = _schemas(routes)
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        paths.setdefault(_template(route), {})[route.method.lower()] = _operation(route, refs)
    return {
        "openapi": VERSION,
        "info": {
            "title": "Storytroupe",
            "version": version,
            "description": "Illustrated, narrated storybooks from a few words about a child's heroes, live.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "security": [{"bearer": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
            "schemas": schemas,
        },
    }


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
        "parameters": _parameters(route),
        "responses": {str(route.status): _answer(route, refs), "default": _problem(refs)},
    }
    if route.public is not None:
        operation["security"] = []
    if route.body is not None:
        schema = refs[route.body, "validation"]
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
    return operation


def _template(route: Route) -> str:
    """The path without the patterns of its parts."""
    return _NAMED.sub(r"{\1}", route.path)


def _operation_id(route: Route) -> str:
    return "_".join([route.method.lower(), *re.findall(r"\w+", _template(route))])


def _parameters(route: Route) -> list[dict[str, Any]]:
    text = {"type": "string"}
    found: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": text} for name in _NAMED.findall(route.path)
    ]
    query = (*route.query, "token") if route.token_in_query else route.query
    found += [{"name": name, "in": "query", "schema": text} for name in query]
    if route.idempotent:
        found.append({"name": HEADER, "in": "header", "schema": text})
    return found


def _answer(route: Route, refs: Refs) -> dict[str, Any]:
    if route.answer is None:
        return {"description": route.summary}
    schema: dict[str, Any] = refs[route.answer, "serialization"]
    if not route.bare:
        schema = {
            "type": "object",
            "required": ["success", "data"],
            "properties": {"success": {"const": True}, "data": schema},
        }
    return {"description": route.summary, "content": {"application/json": {"schema": schema}}}


def _problem(refs: Refs) -> dict[str, Any]:
    schema = refs[Problem, "serialization"]
    return {"description": _PROBLEM, "content": {"application/json": {"schema": schema}}}
