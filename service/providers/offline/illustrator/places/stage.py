"""The stage on which a place is drawn: the canvas, its light, and the foreground."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from service.providers.offline.illustrator.camera import Camera
from service.providers.offline.illustrator.colour import mix
from service.providers.offline.illustrator.light import Light
from service.providers.offline.illustrator.tones import Tones


@dataclass(frozen=True)
class Setting:
    """A drawn place. ``before`` is the frame in front of the heroes, which leaves the middle of the picture
    free. ``edges`` contains objects in the foreground at the sides. It is left out if the heroes need this
    space."""

    behind: str
    before: str = ""
    edges: str = ""
    indoors: bool = False


@dataclass(frozen=True)
class Stage:
    """The canvas of one picture: 1000 units high, ``width`` wide. ``book`` is the seed of the book: rooms and
    houses are the same on all of its pages."""

    width: float
    camera: Camera
    light: Light
    tones: Tones
    rng: Random
    flip: bool = False
    book: int = 0

    @property
    def horizon(self) -> float:
        """The height of the horizon, from the camera."""
        return self.camera.horizon

    @property
    def ground(self) -> float:
        """The height of the ground, from the camera."""
        return self.camera.ground

    @property
    def floor(self) -> float:
        """The height at which an indoor wall meets the floor."""
        return self.horizon + 120

    def x(self, share: float) -> float:
        """The x coordinate of a share (0–1) of the width. It is mirrored in every second scene."""
        return self.width * (1 - share if self.flip else share)

    def tint(self, colour: str, away: float = 0.0) -> str:
        """The colour of a thing in the light and palette of this stage. ``away`` (0–1) is the distance of the
        thing."""
        lit = mix(mix(colour, self.tones.mid, 0.14), self.light.land, self.light.strength)
        return mix(lit, self.light.sky[2], away) if away else lit

    def room(self, colour: str) -> str:
        """The colour of an indoor thing. Lamps compensate for darkness outside."""
        return mix(mix(colour, self.tones.soft, 0.2), self.light.land, self.light.strength * 0.45)
