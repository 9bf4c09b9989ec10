"""The registry of this service: every kind of aggregate, and every actor by its group."""

from __future__ import annotations

from actors import activities, audio, character_sheet, content, cover, direction, epub, pdf, scene
from actors.runtime.spec import Registry, actors_of
from service.runtime.kinds import kinds_of
from service.stories.kind import StoryKind

REGISTRY = Registry(
    kinds=kinds_of(StoryKind()),
    actors=actors_of(content, direction, character_sheet, cover, scene, audio, activities, pdf, epub),
)
