"""Writes the story, and checks what was asked for and what was written."""

from __future__ import annotations

from actors.codecs import ReviewCodec
from actors.runtime.context import Context
from actors.runtime.spec import ActorSpec
from actors.story import STORY, StoryTools, load_story
from actors.writing import written
from service.domain.story import StoryBrief, StoryContent
from service.errors import ProviderRefused
from service.jobs.outcomes import Done, Outcome
from service.jobs.retry import RetryPolicy
from service.providers.pseudonyms import Pseudonymizer
from service.runtime.ledger import Work

SPEC = ActorSpec(group="content", kind=STORY, timeout=600, retry=RetryPolicy(3, "exponential", 2.0))


async def perform(context: Context) -> Outcome:
    """Write the story, in one call or in steps. If the ledger has the answer of a call, no provider is
    called.

    If a moderator is configured, it checks the request and then the text, before any other actor uses them.
    """
    story = await load_story(context)
    brief = story.brief
    context.progress(5)
    await _moderate(context, brief, "what was asked for", asked_in(brief))
    content = await written(context, brief)
    await _moderate(context, brief, "the story", written_in(content))
    return Done(
        result={"data": content.public()},
        patch={"content": content.model_dump(mode="json"), "title": content.title},
    )


def asked_in(brief: StoryBrief) -> list[str]:
    """All free text in a brief that the user wrote."""
    people = [
        text
        for person in brief.characters
        for text in (
            person.description,
            person.species,
            *person.looks.model_dump().values(),
            *(trait.detail for trait in person.traits),
            *person.preferred_words.values(),
            person.say_as,
        )
    ]
    own = brief.text.pages if brief.text is not None else ()
    rest = [brief.title, brief.story_type, *brief.themes, brief.style, brief.instructions, *own]
    return [text for text in (*people, *rest) if text]


def written_in(content: StoryContent) -> list[str]:
    """All text that a reader of the story sees or hears."""
    beats = [text for beat in content.beats for text in (beat.text, beat.alt)]
    return [text for text in (content.title, content.summary, content.cover_alt, *beats) if text]


async def _moderate(context: Context, brief: StoryBrief, what: str, texts: list[str]) -> None:
    """Raises ``ProviderRefused`` if the moderator flags a text."""
    moderation = context.dependency(StoryTools).providers.moderation
    if moderation is None or not texts:
        return
    people = Pseudonymizer((person.name for person in brief.characters), texts)
    hidden = [people.pseudonymize(text) for text in texts]
    # The key uses the original text and not the text that is sent: the way in which names are replaced may
    # change.
    work = Work("moderation", moderation.model, texts, provider=moderation.provider)
    review = await context.call(work, ReviewCodec(), lambda: moderation.review(hidden))
    if review.flagged:
        raise ProviderRefused(
            f"Moderation flagged {what}: {', '.join(review.flagged)}. Change it and try again.",
            code="CONTENT_FLAGGED",
        )
