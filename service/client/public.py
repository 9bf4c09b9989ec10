"""The Python client of Storytroupe: a method for each API call, and live updates of stories that continue
after lost connections.

::

    async with connect(url, token) as client:
        story = await client.create_story({"characters": [{"name": "Maya"}]})
        view = await follow_story(client, story.id, print).until_the_end()

``requests`` has the models of requests, and ``responses`` has the models of answers. ``Id`` and ``Request``
are types of arguments. All errors are ``StorytroupeError``. ``code`` is stable, so programs can use it. The
message is a human-readable sentence, and ``data`` has the details.
"""

from service.api import requests, responses
from service.client.api import Client, connect, every
from service.client.following import Follower, follow_library, follow_story
from service.client.server_events import ServerEvent
from service.client.transport import Id, Request
from service.client.view import LibraryView, StoryView
from service.errors import (
    Conflict,
    Forbidden,
    InvalidInput,
    NotFound,
    Overloaded,
    QuotaExceeded,
    StorytroupeError,
    TooLarge,
    TooSlow,
    Unauthorized,
    Unavailable,
)

__all__ = [
    "Client",
    "Conflict",
    "Follower",
    "Forbidden",
    "Id",
    "InvalidInput",
    "LibraryView",
    "NotFound",
    "Overloaded",
    "QuotaExceeded",
    "Request",
    "ServerEvent",
    "StoryView",
    "StorytroupeError",
    "TooLarge",
    "TooSlow",
    "Unauthorized",
    "Unavailable",
    "connect",
    "every",
    "follow_library",
    "follow_story",
    "requests",
    "responses",
]
