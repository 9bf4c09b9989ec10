"""What a place is drawn on: a canvas, its light, and what stands before the heroes."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from service.providers.offline.illustrator.camera import Camera
from service.providers.offline.illustrator.colour import mix
from service.providers.offline.illustrator.light import Light
from service.providers.offline.illustrator.tones import Tones


@dataclass(frozen=True)
class Setting:
    """A drawn place. ``before`` frames the picture and must leave its middle free; ``edges`` is
    what stands close at its sides, and is left out where heroes need the room."""

    behind: str
    before: str = ""
    edges: str = ""
    indoors: bool = False


@dataclass(frozen=True)
class Stage:
    """The canvas of one picture: 1000 units high, ``width`` wide."""

    width: float
    camera: Camera
    light: Light
    tones: Tones
    rng: Random
    flip: bool = False

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
        """Where an indoor wall meets the floor."""
        return self.horizon + 120

    def x(self, share: float) -> float:
        """A place across the picture, 0–1; mirrored in every other scene."""
        return self.width * (1 - share if self.flip else share)

    def tint(self, colour: str, away: float = 0.0) -> str:
        """A thing's own colour in this light and palette; ``away`` (0–1) is its distance."""
        lit = mix(mix(colour, self.tones.mid, 0.14), self.light.land, self.light.strength)
        return mix(lit, self.light.sky[2], away) if away else lit

    def room(self, colour: str) -> str:
        """An indoor colour: lamps make up for the dark outside."""
        return mix(mix(colour, self.tones.soft, 0.2), self.light.land, self.light.strength * 0.45)
