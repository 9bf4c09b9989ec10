"""The number of words that a book may have."""

from __future__ import annotations

from dataclasses import dataclass

from service.domain.story import AgeRange

_USUAL_SCENES = 4


@dataclass(frozen=True, slots=True)
class Budget:
    """The number of words in the whole book: minimum, target and maximum."""

    least: int
    target: int
    most: int


def is_rich(age: AgeRange) -> bool:
    """Whether books for this age use the longer version of moments."""
    return age in {"5-8", "8-10"}


def budget(age: AgeRange, scenes: int) -> Budget:
    """The budget of a book. It is always between 200 and 1000 words."""
    more = max(scenes - _USUAL_SCENES, 0)
    if age == "0-3":
        return Budget(200, 215 + 42 * more, 290 + 55 * more)
    if age == "3-5":
        return Budget(220, 270 + 52 * more, 296 + 62 * more)
    if scenes < _USUAL_SCENES:
        return Budget(300, 480, 730)
    if age == "5-8":
        return Budget(510, min(620 + 45 * more, 940), min(780 + 40 * more, 980))
    return Budget(560, min(740 + 35 * more, 960), min(880 + 25 * more, 990))
