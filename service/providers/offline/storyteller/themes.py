"""The themes that the storyteller knows, and the themes that its events live."""

from __future__ import annotations

from service.providers.offline.storyteller.corpus import Entry, entries


def find_theme(word: str) -> Entry | None:
    """The theme that a word names. None for an unknown word."""
    key = " ".join(word.lower().split())
    known = entries("theme")
    if key in known:
        return known[key]
    return next((one for one in known.values() if key in _aliases(one)), None)


def lived(theme: Entry) -> tuple[str, ...]:
    """The themes of events that live this theme."""
    return theme.words("lived") or (theme.name,)


def _aliases(theme: Entry) -> tuple[str, ...]:
    return tuple(part.strip() for part in theme.get("aliases").split(","))
