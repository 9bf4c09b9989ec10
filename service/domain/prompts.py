"""The prompts of pictures, as sentences for a model that reads. Pure.

User text is quoted as data; nothing in it is an instruction to us.
"""

from __future__ import annotations

from collections.abc import Iterable

from service.domain.story import Character, PaletteStep, SceneAnalysis, StoryBrief
from service.domain.traits import registry

_CHILD_SAFE = (
    "A picture for a young child's book: kind, safe and unfrightening. No text, letters or signs. "
    "Nobody is pitied or set apart; every device a person uses is drawn as it really works."
)


def picture_prompt(
    brief: StoryBrief,
    analysis: SceneAnalysis,
    palette: PaletteStep,
    motif: str,
    *,
    global_style: str,
    feedback: str | None = None,
) -> str:
    """The prompt of a cover or a scene. ``feedback`` is the newest, joined to the original."""
    parts = [
        _style(brief, global_style),
        "The book's cover." if analysis.is_cover else f"Scene {analysis.index} of the book.",
        analysis.description,
        "Characters: " + " ".join(describe(character) for character in brief.characters),
        f"Palette: {palette.name} ({palette.mood}): {', '.join(palette.colours)}.",
        f"Motif, woven in quietly: {motif}." if motif else "",
        f"Wishes of the author: {brief.instructions}" if brief.instructions else "",
        _CHILD_SAFE,
    ]
    return _joined(parts, feedback)


def sheet_prompt(brief: StoryBrief, *, global_style: str, feedback: str | None = None) -> str:
    """The prompt of the heroes' reference sheet."""
    parts = [
        _style(brief, global_style),
        "A reference sheet on a plain light ground: each character whole, from the front and once more "
        "in another pose, looking the same both times.",
        "Characters: " + " ".join(describe(character) for character in brief.characters),
        _CHILD_SAFE,
    ]
    return _joined(parts, feedback)


def _style(brief: StoryBrief, global_style: str) -> str:
    """The book's own style goes before the service's, which is in every picture."""
    if brief.style is None:
        return f"Style: {global_style}."
    return f"Style: {brief.style}. Where that leaves it open: {global_style}."


def describe(character: Character) -> str:
    """One character's looks and visible traits, in a sentence or two."""
    who = character.species or "animal" if character.kind == "animal" else character.kind
    age = f", {character.age} years old" if character.age is not None else ""
    looks = [value for value in character.looks.model_dump().values() if value]
    text = f"{character.name}: {who}{age}"
    if looks:
        text += "; " + ", ".join(looks)
    shown = list(_visible(character))
    if shown:
        text += "; must be seen: " + ", ".join(shown)
    return text + "."


def _visible(character: Character) -> Iterable[str]:
    """The traits that a picture can show; the others are never sent to a picture model."""
    for ref in character.traits:
        trait = registry()[ref.id]
        if trait.verification != "N":
            yield f"{trait.name} ({ref.detail})" if ref.detail else trait.name


def _joined(parts: Iterable[str], feedback: str | None) -> str:
    prompt = "\n".join(part for part in parts if part)
    return f"{prompt}\n\nFeedback: {feedback}" if feedback else prompt
