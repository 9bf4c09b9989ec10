"""Every property and parameter of the described interfaces says what a reader needs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from pydantic import BaseModel

from service.api.queries import Paged
from service.api.requests import StoryRequest
from service.api.responses import Items, Library
from service.attribute_docs import attribute_docs
from service.http.app.routes import ROUTES
from service.http.docs.asyncapi import describe_live
from service.http.docs.openapi import describe
from tests.stubs.kinds import KINDS

pytestmark = pytest.mark.slow

DOCUMENTS = {
    "OpenAPI": cache(lambda: describe(ROUTES, version="0.0.0")),
    "AsyncAPI": cache(lambda: describe_live(version="0.0.0", kinds=KINDS)),
}
#: Words that say nothing beside a name.
EMPTY_WORDS = frozenset({"a", "an", "the", "of", "this", "that", "its", "is", "for"})


def described(value: Any, path: str = "") -> Iterator[tuple[str, str, str]]:
    """The path, the name and the description of each property and parameter of a document."""
    if isinstance(value, list):
        for index, inner in enumerate(value):
            yield from described(inner, f"{path}.{index}")
    elif isinstance(value, dict):
        if "in" in value and "name" in value and "schema" in value:
            yield path, value["name"], value.get("description", "")
        for name, inner in value.items():
            if name == "properties" and ".example" not in path:
                for key, schema in inner.items():
                    yield f"{path}.{key}", key, schema.get("description", "")
            yield from described(inner, f"{path}.{name}")


def words(text: str) -> set[str]:
    """The words of a text or a name, each without a plural's ending."""
    split = re.sub(r"([a-z])([A-Z])", r"\1 \2", text).replace("_", " ").replace("-", " ").lower()
    return {word.removesuffix("s") for word in re.findall(r"[a-z]+", split)} - EMPTY_WORDS


@pytest.mark.parametrize("document", DOCUMENTS)
def test_everything_is_described(document: str) -> None:
    found = list(described(DOCUMENTS[document]()))
    assert len(found) > (500 if document == "OpenAPI" else 30)
    assert [path for path, _, text in found if not text] == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_no_description_only_repeats_a_name(document: str) -> None:
    found = described(DOCUMENTS[document]())
    assert sorted({(name, text) for _, name, text in found if words(text) <= words(name)}) == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_descriptions_are_sentences(document: str) -> None:
    found = described(DOCUMENTS[document]())
    bad = {text for _, _, text in found if text[-1] != "." or not (text[0].isupper() or text[0] == "`")}
    assert sorted(bad) == []


def test_bounds_and_default_of_what_clients_send_are_in_the_description() -> None:
    """They are taken from the schema, so that no text can contradict it."""
    properties = StoryRequest.model_json_schema()["properties"]
    assert properties["scene_count"]["description"].endswith(" 1 to 12. Default: 4.")
    assert properties["style"]["description"].endswith(" At most 300 characters.")
    assert properties["generate_assets"]["description"].endswith(" Default: true.")
    assert properties["character_ids"]["description"].endswith(" At most 4 entries.")


def test_docstrings_are_found_in_generic_and_derived_models() -> None:
    assert attribute_docs(Items[Library])["items"] == attribute_docs(Items)["items"]

    class Derived(Paged):
        """A model whose own fields have no docstring."""

        more: int = 0

    assert attribute_docs(Derived) == attribute_docs(Paged)


def test_model_without_source_has_no_descriptions() -> None:
    model = type("Made", (BaseModel,), {"__annotations__": {"field": int}, "__module__": "no.such.module"})
    assert attribute_docs(model) == {}
