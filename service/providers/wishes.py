"""Finds the wishes in a brief that the configured providers cannot fulfil. Each provider declares which
wishes it cannot fulfil."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from service.domain.story import Character, StoryBrief, StoryContent
from service.domain.traits import registry
from service.domain.wishes import Unmet, joined
from service.providers import own_words
from service.providers.elevenlabs import wishes as elevenlabs
from service.providers.offline.director import stage_beat
from service.providers.offline.illustrator import wishes as illustrator
from service.providers.offline.storyteller import wishes as storyteller
from service.providers.offline.voice import wishes as voice
from service.providers.openai import wishes as openai
from service.settings import Settings


def unmet_wishes(brief: StoryBrief, settings: Settings, *, seeded: bool = False) -> tuple[Unmet, ...]:
    """The wishes of the brief that will not be fulfilled, or only approximately. ``seeded`` says whether the
    user gave the seed of the brief.

    The path of a hero contains the position of the hero in the brief.
    """
    return joined((*_of_text(brief, settings, seeded), *_of_pictures(brief, settings, seeded),
                   *_of_voice(brief, settings), *_of_words(brief)))  # fmt: skip


def unmet_in_pictures(brief: StoryBrief, settings: Settings) -> tuple[Unmet, ...]:
    """The wishes in ``style`` and ``instructions`` that will not be fulfilled by a run that only makes new
    pictures."""
    looks = ("style", "instructions")
    return tuple(wish for wish in _of_pictures(brief, settings, seeded=False) if wish.field in looks)


def unmet_by_edit(
    brief: StoryBrief, before: StoryContent, after: StoryContent, scenes: Iterable[int], settings: Settings
) -> tuple[Unmet, ...]:
    """The changes of scenes by an edit that will not be visible in the pictures."""
    if settings.text_provider != "offline" or settings.image_provider != "offline":
        return ()
    same = [index for index in scenes if _staged_alike(brief, before, after, index)]
    return tuple(_unchanged(index) for index in sorted(same))


def _staged_alike(brief: StoryBrief, before: StoryContent, after: StoryContent, index: int) -> bool:
    old, new = before.beats[index - 1], after.beats[index - 1]
    return stage_beat(brief, before, old) == stage_beat(brief, after, new)


def _unchanged(index: int) -> Unmet:
    message = (
        f"The new words of scene {index} hold no other place, hour, weather, thing or pose that the offline "
        "illustrator knows: its picture will show the same."
    )
    return Unmet(code="PICTURE_UNCHANGED", field=f"beats.{index}", message=message)


def _of_text(brief: StoryBrief, settings: Settings, seeded: bool) -> Iterator[Unmet]:
    if brief.given_pages:
        yield from own_words.unmet(brief, offline=settings.text_provider == "offline")
    elif settings.text_provider == "offline":
        yield from storyteller.unmet(brief)
    else:
        yield from openai.unmet_by_text(seeded=seeded)


def _of_pictures(brief: StoryBrief, settings: Settings, seeded: bool) -> Iterator[Unmet]:
    if settings.image_provider == "offline":
        yield from illustrator.unmet(brief)
    else:
        yield from openai.unmet_by_image(brief, settings.image_model, seeded=seeded)


def _of_voice(brief: StoryBrief, settings: Settings) -> Iterator[Unmet]:
    english = settings.text_provider == "offline" and not brief.given_pages
    language = storyteller.LANGUAGE if english else brief.language
    if settings.speech_provider == "offline":
        yield from voice.unmet(brief, language)
    elif settings.speech_provider == "openai":
        yield from openai.unmet_by_voice(language, settings.voice_model)
    else:
        yield from elevenlabs.unmet(brief, language, settings.voice_model)


def _of_words(brief: StoryBrief) -> Iterator[Unmet]:
    """The preferred words for traits that the hero does not have. No provider uses such words."""
    for at, hero in enumerate(brief.characters):
        for key in hero.preferred_words:
            if not hero.has(key):
                yield _unused_word(hero, key, f"characters.{at}.preferred_words.{key}")


def _unused_word(hero: Character, key: str, path: str) -> Unmet:
    known = "is a trait that" if key in registry() else "is no trait, and"
    message = f"The preferred word for {key!r} is not used: it {known} {hero.name} does not have."
    return Unmet(code="PREFERRED_WORD_UNUSED", field=path, message=message)
