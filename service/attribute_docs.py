"""Descriptions of the fields of models: the docstring below each field, read from the source.

A model uses these descriptions if the ``json_schema_extra`` of its config is ``describe_fields``, or
``describe_inputs`` for a body that clients send. Pydantic's own ``use_attribute_docstrings`` is not used,
because it reads the source at import: this takes 2 ms for each class, in each process.
"""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import pairwise
from typing import Any

from pydantic import BaseModel

#: The keywords of a JSON schema that bound a value, and the unit of each.
_BOUNDS = (
    ("minimum", "maximum", ""),
    ("minLength", "maxLength", " characters"),
    ("minItems", "maxItems", " entries"),
    ("minProperties", "maxProperties", " entries"),
)


def attribute_docs(model: type[BaseModel]) -> dict[str, str]:
    """The docstring of each field of a model as one line, by the field's name. Inherited fields are included.
    A field without a docstring is left out. If the source is not installed, the result is empty."""
    found: dict[str, str] = {}
    for base in reversed(model.__mro__):
        if issubclass(base, BaseModel) and base is not BaseModel:
            found |= _documented(base.__module__).get(base.__name__, {})
    return found


def describe_fields(schema: dict[str, Any], model: type[BaseModel]) -> None:
    """Set the description of each property in a model's JSON schema to the docstring of the field."""
    for shown, text in _documented_properties(schema, model):
        shown["description"] = text


def describe_inputs(schema: dict[str, Any], model: type[BaseModel]) -> None:
    """Set the description of each property in a model's JSON schema to the field's docstring, bounds and
    default."""
    for shown, text in _documented_properties(schema, model):
        parts = (text, _sentence(bounds_of(shown)), _sentence(_default(shown)))
        shown["description"] = " ".join(filter(None, parts))


def bounds_of(schema: Mapping[str, Any]) -> str:
    """The bounds that a JSON schema sets, in words; empty if it sets no bounds."""
    merged = plain_schema(schema)
    if "exclusiveMinimum" in merged:
        return f"more than {number_text(merged['exclusiveMinimum'])}"
    return "; ".join(filter(None, (_range(merged, *bound) for bound in _BOUNDS)))


def plain_schema(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The schema of a value that may be null, without the alternative "null"."""
    merged = {key: value for key, value in schema.items() if key != "anyOf"}
    for way in schema.get("anyOf", ()):
        if way != {"type": "null"}:
            merged |= way
    return merged


def number_text(value: float) -> str:
    """A number as a person writes it: 200,000 or 0.5."""
    return f"{int(value):,}" if value == int(value) else f"{value:g}"


def _range(schema: Mapping[str, Any], low: str, high: str, unit: str) -> str:
    least, most = schema.get(low), schema.get(high)
    if most is None:
        return "" if least is None else f"at least {number_text(least)}{unit}"
    if least is None:
        return f"at most {number_text(most)}{unit}"
    return f"{number_text(least)} to {number_text(most)}{unit}"


def _default(schema: Mapping[str, Any]) -> str:
    """The default value in words. Empty if the default is empty, or is not a simple value."""
    default = schema.get("default")
    if isinstance(default, bool):
        return f"default: {str(default).lower()}"
    if isinstance(default, int | float):
        return f"default: {number_text(default)}"
    if isinstance(default, list):
        return f"default: {', '.join(map(str, default))}" if default else ""
    return f"default: {default}" if isinstance(default, str) and default else ""


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}." if text else ""


def _documented_properties(
    schema: Mapping[str, Any], model: type[BaseModel]
) -> Iterator[tuple[dict[str, Any], str]]:
    """Each property in a model's JSON schema whose field has a docstring, with this docstring."""
    properties, docs = schema.get("properties", {}), attribute_docs(model)
    for name, field in model.model_fields.items():
        shown = properties.get(field.alias, properties.get(name))
        if shown is not None and name in docs:
            yield shown, docs[name]


@cache
def _documented(module: str) -> Mapping[str, Mapping[str, str]]:
    """The docstrings of the fields of each class in a module, by class and field."""
    try:
        tree = ast.parse(inspect.getsource(sys.modules[module]))
    except (KeyError, OSError):
        return {}
    return {node.name: dict(_of_class(node)) for node in tree.body if isinstance(node, ast.ClassDef)}


def _of_class(node: ast.ClassDef) -> Iterator[tuple[str, str]]:
    for field, after in pairwise(node.body):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name):
            match after:
                case ast.Expr(value=ast.Constant(value=str() as text)):
                    yield field.target.id, " ".join(text.split())
