"""Wishes in a request that the service cannot fulfil exactly. They are reported before the story is made.
Pure.

Each provider declares its unmet wishes (function ``unmet`` in its module ``wishes``).
``service.providers.wishes`` combines the wishes of all configured providers.
"""

from __future__ import annotations

from collections.abc import Iterable

from service.domain.story import Value


class Unmet(Value):
    """A wish in the request that the service does not fulfil, or fulfils only in part."""

    code: str
    """Stable code for programs, for example `STYLE_NOT_PAINTED`."""
    field: str
    """Path of the field in the request, for example `characters.0.looks.hair`. Empty if the wish is not in
    one field."""
    message: str
    """Human-readable sentence that says what happens instead."""


def joined(wishes: Iterable[Unmet]) -> tuple[Unmet, ...]:
    """Return the wishes. Wishes of several providers about the same field are combined."""
    found: dict[tuple[str, str], Unmet] = {}
    for wish in wishes:
        place = (wish.code, wish.field)
        before = found.get(place)
        message = wish.message if before is None else f"{before.message} {wish.message}"
        found[place] = wish.model_copy(update={"message": message})
    return tuple(found.values())
