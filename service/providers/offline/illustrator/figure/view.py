"""The direction from which a figure is seen."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class HeadView:
    """The view of a head: its turn from −1 to 1, and whether the drawing is mirrored."""

    turn: float
    flipped: bool
    width: float = 1.0
    lift: float = 0.0

    def side(self, left: bool) -> int:
        """The side in the drawing (−1 or 1) that shows the hero's left or right side."""
        return 1 if left != self.flipped else -1
