"""The type of props. A prop is a drawing that stands on y = 0 around x = 0, in units of a child's figure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from service.providers.offline.illustrator.figure.outline import edge
from service.providers.offline.illustrator.svg import circle, moved, rect

Place = Literal["hand", "ground", "air"]


@dataclass(frozen=True)
class Thing:
    """A thing that can be drawn. ``draw`` takes an accent colour. ``grip`` is the height above the ground at
    which a hand holds the thing."""

    draw: Callable[[str], str]
    width: float
    height: float
    place: Place = "hand"
    grip: tuple[float, float] = (0.0, -30.0)
    colour: str = "#d8564a"
    grow: float = 1.0
    glow: bool = False

    def held(self, colour: str | None = None) -> str:
        """Draw the thing with its grip at the origin."""
        return moved(self.draw(colour or self.colour), -self.grip[0], -self.grip[1])


def box(x: float, y: float, w: float, h: float, colour: str, rx: float = 4) -> str:
    """A box with its outline; ``rx`` rounds it."""
    return rect(x, y, w, h, colour, rx=rx, stroke=edge(colour), stroke_width=2.6)


def ball(x: float, y: float, r: float, colour: str) -> str:
    """A ball with its outline."""
    return circle(x, y, r, colour, stroke=edge(colour), stroke_width=2.6)
