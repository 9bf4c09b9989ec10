"""Writes comprehension questions that suit the age of the readers, each with its answer."""

from __future__ import annotations

from actors.codecs import ModelCodec
from actors.runtime.context import Context
from actors.runtime.spec import ActorSpec
from actors.story import STORY, StoryTools, load_story
from service.domain.story import Activities
from service.jobs.outcomes import Done, Outcome
from service.jobs.retry import RetryPolicy
from service.runtime.ledger import Work

SPEC = ActorSpec(group="activities", kind=STORY, timeout=180, retry=RetryPolicy(3, "exponential", 2.0))


async def perform(context: Context) -> Outcome:
    """Make one provider call. Returns the questions as the result of the job."""
    story = await load_story(context)
    context.progress(10)
    text = context.dependency(StoryTools).providers.text
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
