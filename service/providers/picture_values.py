"""The values that illustrators and validators get and give."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from service.domain.prompts import Prompt
from service.domain.story import Character, PaletteStep, SceneAnalysis, Value


@dataclass(frozen=True, slots=True)
class PictureAsk:
    """A request for one picture. ``prompt`` is for models that read text. The other fields are the data
    behind the prompt.

    ``index`` is 0 for the cover, 1… for scenes, and the character's position for a sheet. ``size`` is width
    by height in pixels. ``feedback`` is the newest feedback of the validator, or None.
    """

    subject: Literal["character_sheet", "cover", "scene"]
    index: int
    title: str
    characters: tuple[Character, ...]
    analysis: SceneAnalysis | None
    palette: PaletteStep
    motif: str
    prompt: Prompt
    style: str | None = None
    instructions: str | None = None
    feedback: str | None = None
    seed: int = 0
    size: tuple[int, int] = (1024, 1024)

    @property
    def cast(self) -> tuple[Character, ...]:
        """Those of the characters whom the picture shows."""
        return self.characters if self.analysis is None else self.analysis.staged(self.characters)


@dataclass(frozen=True, slots=True)
class Picture:
    """An encoded picture in its stored form. ``alt`` describes the picture in English. It is empty if the
    illustrator cannot describe the picture."""

    data: bytes
    media_type: str
    width: int
    height: int
    alt: str | None = None


@dataclass(frozen=True, slots=True)
class Likeness:
    """An encoded picture that says what some heroes look like. ``heroes`` are their names."""

    heroes: tuple[str, ...]
    data: bytes


class Alt(Value):
    """The description of a picture for people who cannot see it."""

    text: str
