"""Wishes that the models of OpenAI, or of a compatible server, do not fulfil. Does not import their
client."""

from __future__ import annotations

from collections.abc import Iterator

from service.domain.story import StoryBrief
from service.domain.wishes import Unmet
from service.providers.models import image_abilities


def unmet_by_text(*, seeded: bool) -> Iterator[Unmet]:
    """The wishes that the writer cannot fulfil. ``seeded``: a person gave the seed."""
    if seeded:
        yield _no_seed("The language model uses the seed, but may still write other words.")


def unmet_by_image(brief: StoryBrief, model: str, *, seeded: bool) -> Iterator[Unmet]:
    """The wishes that the illustrator ``model`` cannot fulfil."""
    if seeded:
        yield _no_seed("The picture model accepts no seed: its pictures will differ each time.")
    most = image_abilities(model).references
    given = len(dict.fromkeys(key for hero in brief.characters for key in hero.reference_images))
    if given > most:
        yield Unmet(
            code="REFERENCES_LIMITED",
            field="characters",
            message=f"The picture model looks at {most} reference pictures at most, not at {given}.",
        )


def _no_seed(message: str) -> Unmet:
    return Unmet(code="SEED_NOT_REPEATABLE", field="seed", message=message)
