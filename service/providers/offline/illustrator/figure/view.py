"""The direction from which a figure is seen."""

from __future__ import annotations

from dataclasses import dataclass

from service.providers.offline.illustrator.figure.ball import Ball


@dataclass(frozen=True)
class HeadView:
    """The view of a head: how it is turned, and whether the drawing is mirrored. ``lift`` is the gaze: below
    0 the eyes look up."""

    ball: Ball
    flipped: bool
    width: float = 1.0
    lift: float = 0.0

    def side(self, left: bool) -> int:
        """The side in the drawing (−1 or 1) that shows the hero's left or right side."""
        return 1 if left != self.flipped else -1
