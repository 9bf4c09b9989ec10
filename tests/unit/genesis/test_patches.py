"""JSON merge patches, by the examples of RFC 7386 and by chance."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.genesis import patches
from tests.cases import for_each

_SCALARS = st.one_of(st.booleans(), st.integers(-2, 2), st.floats(-1, 1), st.text(max_size=3))
_JSON = st.recursive(
    _SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from("abcd"), inner, max_size=4)
    ),
    max_leaves=12,
)
_OBJECTS = st.dictionaries(st.sampled_from("abcd"), _JSON, max_size=4)


@for_each(
    ("target", "patch", "result"),
    [
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b"}, {"a": None}, {}),
        ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        (["a", "b"], ["c", "d"], ["c", "d"]),
        ({"a": "foo"}, "bar", "bar"),
        ({"e": 1}, {"a": 1}, {"e": 1, "a": 1}),
        ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
    ],
)
def test_a_patch_does_what_the_rfc_says(target: Any, patch: Any, result: Any) -> None:
    before = copy.deepcopy(target)
    assert patches.apply(target, patch) == result
    assert target == before


@pytest.mark.slow
@given(_OBJECTS, _OBJECTS)
def test_a_patch_that_is_made_makes_the_new_object(old: Any, new: Any) -> None:
    patch = patches.make(old, new)
    assert repr(_sorted(patches.apply(old, patch))) == repr(_sorted(new))
    assert patches.make(new, new) == {}


def test_a_patch_changes_nothing_that_is_alike() -> None:
    old = {"a": {"b": 1, "c": [1]}, "d": 1}
    assert patches.make(old, {"a": {"b": 2, "c": [1]}, "d": True}) == {"a": {"b": 2}, "d": True}


def test_a_patch_cannot_say_null() -> None:
    with pytest.raises(ValueError, match="null"):
        patches.make({}, {"a": {"b": None}})


def _sorted(value: Any) -> Any:
    """The value with each object's keys in order, so that its text compares types, too."""
    if isinstance(value, dict):
        return {key: _sorted(value[key]) for key in sorted(value)}
    return [_sorted(item) for item in value] if isinstance(value, list) else value
