"""The events of a story, in their families. Pure.

``data`` of each holds the changed part of the state; ``docs/protocol.md`` says how it is merged.
"""

from __future__ import annotations

from collections.abc import Mapping

#: What each type of event tells, as the live protocol and the webhooks name it.
STORY_EVENTS: Mapping[str, str] = {
    "story.created": "the story is written down, with all that will be made",
    "story.generating": "a finished story is being made again: regenerate, edit, image job or resume",
    "story.ready": "all is made",
    "story.partial": "the text is there, but something could not be made",
    "story.failed": "there will be no text",
    "story.cancelled": "it was stopped before all was made",
    "content.ready": "the text is written, and comes with it",
    "content.edited": "a person has changed the text, which comes with it",
    "asset.pending": "the asset waits for others",
    "asset.queued": "nothing is in its way any more",
    "asset.started": "an attempt has begun",
    "asset.checkpoint": "a milestone, with metadata",
    "asset.retrying": "an attempt failed, and another follows",
    "asset.ready": "it is made, and where",
    "asset.failed": "it could not be made",
    "asset.cancelled": "it was stopped; what was made before stands again, if there was something",
    "asset.skipped": "it was left out, since there is no text",
    "asset.stale": "what it was made from has changed since, or is being made again",
    "asset.fresh": "it fits again, since what it was made from did not change after all",
    "asset.restored": "an earlier file of it stands again",
    "spend.changed": "what all calls for the story have cost so far",
}

#: How stories end: what a webhook is told of where it does not say.
STORY_ENDINGS = ("story.ready", "story.partial", "story.failed", "story.cancelled")
