"""Casts the heroes of a picture: who is in it, in which pose, and how large beside the others."""

from __future__ import annotations

from dataclasses import dataclass, replace

from service.domain.story import Character, Staging
from service.providers.offline.illustrator.figure.figure import Drawn, draw_figure
from service.providers.offline.illustrator.look import Look, look_of
from service.providers.offline.illustrator.words import fold

#: Traits that are visible below the waist. A camera must show heroes with such a trait completely.
_WHOLE = frozenset(
    {"manual_wheelchair", "power_wheelchair", "walker", "crutches_or_cane", "leg_orthosis", "white_cane"}
    | {"assistance_dog", "limb_difference", "prosthesis", "short_stature"}
)


@dataclass(frozen=True)
class Cast:
    """A hero that was drawn for this picture. ``size`` is the scale of the hero relative to the other heroes.
    ``flipped`` heroes face left."""

    look: Look
    drawn: Drawn
    size: float
    pose: str = "stand"
    mood: str = "happy"
    flipped: bool = False

    @property
    def width(self) -> float:
        """The width of the hero."""
        return self.drawn.width * self.size

    @property
    def height(self) -> float:
        """The height of the hero in this pose."""
        return self.drawn.height * self.size

    @property
    def core(self) -> float:
        """Half of the width that neighbours must leave free: a body with its device, without spread arms."""
        return min(self.width * 0.46, 92 * self.size + (70 if self.look.wheeled else 0))

    @property
    def body(self) -> float:
        """Half of the width of the body alone: those who stand behind may stand nearer."""
        return min(self.width * 0.46, 92 * self.size)


def must_be_whole(characters: tuple[Character, ...]) -> bool:
    """Whether the whole body of a hero must be visible."""
    return any(ref.id in _WHOLE for character in characters for ref in character.traits)


def shown(characters: tuple[Character, ...], staging: Staging) -> tuple[Character, ...]:
    """The heroes in the picture, at most four: the heroes with a pose, or all heroes if none has a pose. The
    lead is first."""
    names = [fold(pose.name) for pose in staging.poses]
    chosen = tuple(character for character in characters if fold(character.name) in names) or characters
    lead = names[staging.lead] if staging.lead and staging.lead < len(names) else None
    return (
        tuple(sorted(chosen, key=lambda character: fold(character.name) != lead))[:4] if lead else chosen[:4]
    )


def cast_heroes(characters: tuple[Character, ...], staging: Staging, kneels: bool = False) -> list[Cast]:
    """The heroes in their poses. ``kneels``: those who stand or walk kneel instead, near a low thing."""
    poses = {fold(pose.name): pose for pose in staging.poses}
    cast = []
    for character in characters:
        pose = poses.get(fold(character.name))
        look = look_of(character)
        doing, mood = (pose.pose, pose.expression) if pose else ("stand", "happy")
        drawn = draw_figure(look, doing, mood)
        if kneels and drawn.stance in ("stand", "walk", "point", "carry") and not must_be_whole((character,)):
            doing, drawn = "kneel", draw_figure(look, "kneel", mood)
        cast.append(Cast(look, drawn, look.species.size if look.species else 1.0, doing, mood))
    return _levelled(cast)


def _levelled(cast: list[Cast]) -> list[Cast]:
    """Make tall heroes a little smaller and small heroes a little taller, so that every face is clearly
    visible."""
    statures = [member.drawn.stature * member.size for member in cast]
    mean = sum(statures) / len(statures)
    return [
        replace(member, size=member.size * (mean / stature) ** 0.3)
        for member, stature in zip(cast, statures, strict=True)
    ]
