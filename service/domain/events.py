"""The events of a story, by family. Pure.

``data`` of each event has the changed part of the state. ``docs/protocol.md`` describes how clients merge it.
"""

from __future__ import annotations

from collections.abc import Mapping

#: The description of each type of event, for the live protocol and the webhooks.
STORY_EVENTS: Mapping[str, str] = {
    "story.created": "the story is stored with all its planned assets",
    "story.generating": "a finished story is being made again: regenerate, edit, image job or resume",
    "story.ready": "all planned assets are made",
    "story.partial": "the text is ready, but another asset failed",
    "story.failed": "the text failed, so no other asset can be made",
    "story.cancelled": "a user cancelled the story before all assets were made",
    "content.ready": "the text is written; the event has the text",
    "content.edited": "a user has changed the text; the event has the text",
    "asset.pending": "the asset waits until other assets are ready",
    "asset.queued": "the asset no longer waits for other assets",
    "asset.started": "the service has begun to make the asset",
    "asset.checkpoint": "the asset has reached a milestone; the event has metadata",
    "asset.retrying": "an attempt to make the asset failed, and the service will try again",
    "asset.ready": "the asset is made; the event has its URL",
    "asset.failed": "the asset could not be made",
    "asset.cancelled": "the asset was cancelled; its earlier file is current again, if it had one",
    "asset.skipped": "the asset is not made, since there is no text",
    "asset.stale": "the asset is stale: its sources have changed, or are being made again",
    "asset.fresh": "the asset is no longer stale, because its sources are unchanged",
    "asset.restored": "an earlier file of the asset is current again",
    "spend.changed": "the cost of all calls for the story so far",
}

#: The events that end a story. A webhook without a list of events gets these.
STORY_ENDINGS = ("story.ready", "story.partial", "story.failed", "story.cancelled")
