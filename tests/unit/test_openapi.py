"""The description of the API: made from the models that check, complete, and true by its own examples."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import jsonschema_rs
import pytest

from service.api.fields import Body, unknown_fields
from service.http.app.routes import ROUTES, Route
from service.http.docs.openapi import describe, template_of
from tests.cases import for_each

pytestmark = pytest.mark.slow

FORMS = [route for route in ROUTES if route.body is not None or route.answer is not None]


@cache
def document() -> dict[str, Any]:
    """The description, with the schemas where a validator looks for them."""
    text = json.dumps(describe(ROUTES, version="0.0.0"))
    described: dict[str, Any] = json.loads(text.replace("#/components/schemas/", "#/$defs/"))
    return described


def operation(route: Route) -> dict[str, Any]:
    found: dict[str, Any] = document()["paths"][template_of(route)][route.method.lower()]
    return found


def label(route: Route) -> str:
    return f"{route.method} {template_of(route)}"


def contents(value: Any) -> Iterator[dict[str, Any]]:
    """Every media type of an operation that has a schema."""
    if isinstance(value, dict):
        if "schema" in value and "example" in value:
            yield value
        for inner in value.values():
            yield from contents(inner)


@for_each("route", FORMS, ids=label)
def test_every_form_has_an_example_that_fits_its_schema(route: Route) -> None:
    told = operation(route)
    forms = [content for part in ("requestBody", "responses") for content in contents(told.get(part))]
    wanted = (route.body is not None) + (route.answer is not None)
    assert len(forms) > wanted
    for form in forms:
        schema = {**form["schema"], "$defs": document()["components"]["schemas"]}
        validator = jsonschema_rs.validator_for(schema, validate_formats=True)
        validator.validate(form["example"])


@for_each("route", [route for route in ROUTES if route.body is not None], ids=label)
def test_example_of_a_request_is_one_that_is_taken_whole(route: Route) -> None:
    """It passes the very model that checks requests, which knows each of its fields."""
    assert route.body is not None
    content = operation(route)["requestBody"]["content"]["application/json"]
    body = route.body.model_validate(content["example"])
    assert isinstance(body, Body)
    assert unknown_fields(body) == []


@for_each("route", ROUTES, ids=label)
def test_every_error_that_may_come_is_described_in_its_form(route: Route) -> None:
    told = operation(route)
    statuses = set(map(int, told["responses"])) - {route.status}
    assert {400, 500, 503} <= statuses | {route.status}
    assert (401 in statuses) == (route.private is not None)
    assert (404 in statuses) >= ("{" in route.path)
    for status in statuses:
        if status >= 400:
            schema = told["responses"][str(status)]["content"]["application/json"]["schema"]
            assert schema == {"$ref": "#/$defs/Problem"}


def test_parameters_of_a_path_are_all_described() -> None:
    for route in ROUTES:
        parts = {p["name"] for p in operation(route)["parameters"] if p["in"] == "path"}
        assert parts == set(re.findall(r"{(\w+)}", template_of(route)))


def test_filters_of_a_list_are_told_as_they_are_checked() -> None:
    parameters = document()["paths"]["/api/v1/stories"]["get"]["parameters"]
    schemas = {part["name"]: part["schema"] for part in parameters}
    assert schemas["limit"] == {"type": "integer", "minimum": 1, "maximum": 100, "default": 20}
    assert "-updated_at" in schemas["sort"]["enum"]
    assert schemas["created_from"]["format"] == "date-time"
    assert schemas["status"]["enum"] == ["generating", "ready", "failed", "cancelled"]
