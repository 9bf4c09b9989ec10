"""How a figure is looked at."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class HeadView:
    """A head as it is seen: turned −1 to 1, and whether the drawing is mirrored."""

    turn: float
    flipped: bool
    width: float = 1.0
    lift: float = 0.0

    def side(self, left: bool) -> int:
        """The drawn side (−1 or 1) of the hero's own left or right."""
        return 1 if left != self.flipped else -1
