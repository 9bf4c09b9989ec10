"""Wishes that the service cannot fulfil as requested, reported before anything is made. Pure.

Each provider declares them (``unmet`` in its module ``wishes``). ``service.providers.wishes`` combines those
of the configured providers.
"""

from __future__ import annotations

from collections.abc import Iterable

from service.domain.story import Value


class Unmet(Value):
    """A wish of the request that the service does not fulfil, or not exactly."""

    code: str
    """Stable code for programs, for example `STYLE_NOT_PAINTED`."""
    field: str
    """Path of the field in the request, for example `characters.0.looks.hair`. Empty: no single field."""
    message: str
    """Sentence for a person: what happens instead."""


def joined(wishes: Iterable[Unmet]) -> tuple[Unmet, ...]:
    """The same wishes, where those of several providers about one field are combined."""
    found: dict[tuple[str, str], Unmet] = {}
    for wish in wishes:
        place = (wish.code, wish.field)
        before = found.get(place)
        message = wish.message if before is None else f"{before.message} {wish.message}"
        found[place] = wish.model_copy(update={"message": message})
    return tuple(found.values())
