"""The type of props. A prop is a drawing that stands on y = 0 around x = 0, in units of a child's figure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from service.providers.offline.illustrator.figure.outline import edge
from service.providers.offline.illustrator.svg import circle, rect

Place = Literal["hand", "ground", "air"]


@dataclass(frozen=True)
class Thing:
    """A thing that can be drawn. ``draw`` takes an accent colour. ``grip`` is where a hand holds the thing.
    ``handle`` is the point at which a hand touches a thing that stands (none: its near side). ``front`` is
    the side of its face or bow, 1 for right; 0 if both are alike. ``alive``: a creature or a person."""

    draw: Callable[[str], str]
    width: float
    height: float
    place: Place = "hand"
    grip: tuple[float, float] = (0.0, -30.0)
    colour: str = "#d8564a"
    grow: float = 1.0
    glow: bool = False
    handle: tuple[float, float] | None = None
    front: int = 0
    alive: bool = False

    @property
    def hold(self) -> tuple[float, float]:
        """Where the hand of somebody on its left holds the thing: by its handle if it has one, and otherwise
        at its near edge, so that the hand does not lie before it."""
        x, y = self.grip
        if x or abs(y) > self.height * 0.7 or self.height - abs(y) > 130:
            return self.grip
        return -self.width * 0.36, -self.height * 0.3


def box(x: float, y: float, w: float, h: float, colour: str, rx: float = 4) -> str:
    """A box with its outline; ``rx`` rounds it."""
    return rect(x, y, w, h, colour, rx=rx, stroke=edge(colour), stroke_width=2.6)


def ball(x: float, y: float, r: float, colour: str) -> str:
    """A ball with its outline."""
    return circle(x, y, r, colour, stroke=edge(colour), stroke_width=2.6)
