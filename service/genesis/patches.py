"""JSON merge patches (RFC 7386). Pure.

In a patch, null removes a key, so a state contains no null. The functions do not change their arguments. The
old and the new object share their equal parts.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def apply(target: Any, patch: Any) -> Any:
    """Apply a patch to a target, and return the new object."""
    if not isinstance(patch, Mapping):
        return patch
    merged = dict(target) if isinstance(target, Mapping) else {}
    for key, value in patch.items():
        if value is None:
            merged.pop(key, None)
        else:
            merged[key] = apply(merged.get(key), value)
    return merged


def make(old: Any, new: Any) -> Any:
    """The smallest patch that changes ``old`` to ``new``. It is ``{}`` if both are equal.

    Raises ``ValueError`` if ``new`` contains a null outside of lists.
    """
    if new is None:
        raise ValueError("a merge patch cannot say null")
    if not isinstance(new, Mapping):
        return new
    before: Mapping[str, Any] = old if isinstance(old, Mapping) else {}
    patch: dict[str, Any] = {key: None for key in before if key not in new}
    for key, value in new.items():
        if key not in before or not _alike(before[key], value):
            patch[key] = make(before.get(key), value)
    return patch


def _alike(one: Any, other: Any) -> bool:
    """Whether two values are the same JSON. In Python, 1, 1.0 and True are equal; this function treats them
    as different."""
    if one is other:
        return True
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(_alike(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_alike, one, other))
    return type(one) is type(other) and bool(one == other)
