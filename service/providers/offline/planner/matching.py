"""Finding the written pieces again by the words of accepted fields."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

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


def suits_voice(kit: Piece, piece: Piece) -> bool:
    """Whether the piece is written for the readers of the kit: one that names no readers is for adults."""
    return piece.one("readers") == voice_of(kit)


def voiced(kit: Piece, found: Iterable[Piece]) -> list[Piece]:
    """The pieces for the readers of the kit. Young adults also read what is written for adults; where nothing
    is written for children, what is for adults stands for it."""
    every = list(found)
    own = [piece for piece in every if suits_voice(kit, piece)]
    adult = [piece for piece in every if not piece.one("readers")]
    return own + adult if voice_of(kit) == "ya" else own or adult


def voice_of(kit: Piece) -> str:
    """``young`` where the kit is for readers of up to 12, ``ya`` where for young adults, else empty."""
    return kit.one("readers") or ("young" if "mg" in kit.words("genre") else "")


#: Somebody does what no machine does.
_BODILY = re.compile(
    r"\{([POABEY])\} (?:(?:has|had|is|lies|cannot|can|does not|was) )?"
    r"(?:sleeps?|slept|asleep|awake|wakes|eats?|ate|drinks?|is hungry|out of breath|weeps?|cries|washed)\b"
)


def suits(kit: Piece, piece: Piece) -> bool:
    """Whether the piece speaks of nothing that the kit's world does not have, is not barred from it, and is
    about something that the kit speaks of, where it is only for such a kit."""
    barred = {kit.name, *kit.words("genre")} & set(piece.words("not"))
    among = piece.words("among")
    if among and kit.stems.isdisjoint(map(stem, among)):
        return False
    return not barred and piece.stems.isdisjoint(map(stem, kit.words("without")))


def claims(piece: Piece, role: str = "") -> frozenset[str]:
    """What a piece takes for granted of people: ``P=liar``, or ``P=!liar`` of one who never lies. An arc
    claims it of the one in ``role``."""
    said = frozenset(claim if "=" in claim else f"{role}={claim}" for claim in piece.words("claims"))
    return said | _bodies(piece)


@cache
def _bodies(piece: Piece) -> frozenset[str]:
    """That those are no machines who sleep, eat or breathe in a piece."""
    lines = [line for step in piece.steps for line in (step.summary, *step.beats)]
    return frozenset(f"{found}=!machine" for line in lines for found in _BODILY.findall(line))


def agrees(own: Iterable[str], others: Iterable[str]) -> bool:
    """Whether no claim says the opposite of another."""
    return _opposites(own).isdisjoint(others)


def _opposites(found: Iterable[str]) -> set[str]:
    return {claim.replace("=!", "=") if "=!" in claim else claim.replace("=", "=!") for claim in found}
