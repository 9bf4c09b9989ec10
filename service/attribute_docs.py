"""Descriptions of the fields of models: the docstring below each field, read from the source.

A model asks for it by ``json_schema_extra`` in its config: ``describe_fields``, or ``describe_inputs`` for
what clients send. Pydantic's own ``use_attribute_docstrings`` reads the source at import instead: 2 ms for
each class, in each process.
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
    """The docstring of each field of a model, inherited ones too, as one line. A field without one is
    left out, as are all fields where the source is not installed."""
    found: dict[str, str] = {}
    for base in reversed(model.__mro__):
        if issubclass(base, BaseModel) and base is not BaseModel:
            found |= _documented(base.__module__).get(base.__name__, {})
    return found


def describe_fields(schema: dict[str, Any], model: type[BaseModel]) -> None:
    """Give each property of a model's JSON schema its docstring."""
    for shown, text in _documented_properties(schema, model):
        shown["description"] = text


def describe_inputs(schema: dict[str, Any], model: type[BaseModel]) -> None:
    """Give each property of a model's JSON schema its docstring, its bounds and its default."""
    for shown, text in _documented_properties(schema, model):
        parts = (text, _sentence(bounds_of(shown)), _sentence(_default(shown)))
        shown["description"] = " ".join(filter(None, parts))


def bounds_of(schema: Mapping[str, Any]) -> str:
    """The bounds that a JSON schema sets, in words; empty where it sets none."""
    merged = plain_schema(schema)
    if "exclusiveMinimum" in merged:
        return f"more than {number_text(merged['exclusiveMinimum'])}"
    return "; ".join(filter(None, (_range(merged, *bound) for bound in _BOUNDS)))


def plain_schema(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The schema of a value that may also be null, without the null."""
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
    """The default, where it is a plain value that says something."""
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
    """The properties of a model whose fields have a docstring, and that docstring."""
    properties, docs = schema.get("properties", {}), attribute_docs(model)
    for name, field in model.model_fields.items():
        shown = properties.get(field.alias, properties.get(name))
        if shown is not None and name in docs:
            yield shown, docs[name]


@cache
def _documented(module: str) -> Mapping[str, Mapping[str, str]]:
    """The docstrings of the fields of each class of a module."""
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
