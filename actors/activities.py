"""Writes questions to talk about, fit for the age, each with its answer."""

from __future__ import annotations

from actors.codecs import ModelCodec
from actors.runtime.context import Context
from actors.runtime.spec import ActorSpec
from actors.story import load_story
from service.domain.story import Activities
from service.jobs.outcomes import Done, Outcome
from service.runtime.ledger import Work

SPEC = ActorSpec(group="activities", timeout=180)


async def perform(context: Context) -> Outcome:
    """One call."""
    story = await load_story(context)
    context.progress(10)
    text = context.workshop.providers.text
    content = story.content.decisive()
    work = Work(
        "activities",
        text.model,
        [content, story.brief.age_range, story.brief.language],
        provider=text.provider,
    )
    made = await context.call(
        work, ModelCodec(Activities), lambda: text.write_activities(story.brief, story.content)
    )
    data = made.model_dump(mode="json")
    return Done(result={"data": data}, patch={"activities": data})
