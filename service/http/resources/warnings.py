"""Makes warnings about wishes in a request that the service does not fulfil. Each warning has a stable
code."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from service.api.fields import unknown_fields
from service.api.requests import CharacterBody, StoryRequest
from service.api.responses import Warned
from service.domain.story import StoryBrief
from service.domain.traits import registry
from service.domain.wishes import Unmet
from service.providers.wishes import unmet_wishes
from service.settings import Settings


def story_warnings(body: StoryRequest, brief: StoryBrief, settings: Settings) -> list[Unmet]:
    """Return warnings about unknown fields of a request, and about wishes that the configured providers do
    not fulfil."""
    warnings = unknown_fields(body)
    for index, character in enumerate(body.characters):
        warnings += [
            lacking.model_copy(
                update={
                    "field": f"characters.{index}.{lacking.field}",
                    "message": f"characters.{index}: {lacking.message}",
                }
            )
            for lacking in trait_warnings(character)
        ]
    if brief.given_pages and brief.scene_count < (body.wanted_scenes or 0):
        warnings.append(_too_short(brief.scene_count))
    kept = len(brief.characters) - len(body.characters)
    unmet = unmet_wishes(brief, settings, seeded=body.seed is not None)
    return [*warnings, *(_in_request(wish, kept) for wish in unmet)]


def _too_short(scenes: int) -> Unmet:
    message = f"The text has no more natural breaks: the book has {scenes} scenes."
    return Unmet(code="TEXT_TOO_SHORT", field="scene_count", message=message)


def trait_warnings(body: CharacterBody) -> list[Unmet]:
    """Return warnings about traits without a detail that pictures need to show them well."""
    lacking = [trait.id for trait in body.traits if registry()[trait.id].detail and not trait.detail]
    return [
        Unmet(
            code="TRAIT_DETAIL_MISSING",
            field=f"traits.{id_}",
            message=f"Pictures show the trait {id_} better if it has a detail ({registry()[id_].detail}).",
        )
        for id_ in lacking
    ]


def _in_request(wish: Unmet, kept: int) -> Unmet:
    """Return the warning with the index that its hero has in the request. In a brief, the ``kept`` heroes
    come first, so the index differs."""
    root, _, rest = wish.field.partition(".")
    place, _, rest = rest.partition(".")
    if root != "characters" or not place:
        return wish
    at = int(place)
    where = f"character_ids.{at}" if at < kept else f"characters.{at - kept}"
    return wish.model_copy(update={"field": f"{where}.{rest}"})


def sentences(warnings: Iterable[Unmet]) -> list[str]:
    """Return the warnings as sentences."""
    return [warning.message for warning in warnings]


def warned(warnings: Sequence[Unmet]) -> Warned:
    """Return the warnings in the form of the API: as sentences, and with code and field."""
    return Warned(warnings=sentences(warnings), warning_details=list(warnings))
