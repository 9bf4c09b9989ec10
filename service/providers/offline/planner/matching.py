"""Finding the written pieces again by the words of accepted fields."""

from __future__ import annotations

from collections.abc import Iterable

from service.providers.offline.planner.corpus import Piece, pieces, telling_words
from service.providers.offline.planner.words import bag, stem


def nearest(kind: str, text: str, *keys: str, among: Iterable[Piece] | None = None) -> Piece:
    """The piece most of whose own words (in ``keys``) stand in a text.

    A text of a person's own finds the piece that is most like it.
    """
    have = bag(text)
    found = pieces(kind).values() if among is None else among
    return max(found, key=lambda piece: _overlap(telling_words(piece, *keys), have))


def _overlap(own: frozenset[str], have: frozenset[str]) -> float:
    return len(own & have) / (len(own) + 4)


def suits(kit: Piece, piece: Piece) -> bool:
    """Whether the piece speaks of nothing that the kit's world does not have, and is not barred from it."""
    barred = {kit.name, *kit.words("genre")} & set(piece.words("not"))
    return not barred and piece.stems.isdisjoint(map(stem, kit.words("without")))
