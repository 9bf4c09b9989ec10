"""The HTTP API as a program uses it: a method for each call of a user, with the service's own models."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, TypeAlias, TypeVar
from uuid import UUID

import aiohttp
from pydantic import BaseModel

from service.api import responses as a
from service.api.queries import DeliveryStatus, StoryOrder, StoryStatus
from service.client.server_events import ServerEvent, read_events
from service.client.socket import SocketConnector
from service.client.transport import Transport, check
from service.domain.traits import Trait

T = TypeVar("T")
Id: TypeAlias = UUID | str
#: A request: as the API's documents have it, or one of ``service.api.requests``.
Request: TypeAlias = BaseModel | Mapping[str, Any]


class Client(Transport):
    """Calls one running service, as one user. Raises the service's own errors."""

    # -- stories

    async def create_story(self, request: Request) -> a.StoryCreated:
        """Ask for a story; the story as it was accepted."""
        return await self.ask(a.StoryCreated, "POST", "/api/v1/stories", body=request, idempotent=True)

    async def estimate(self, request: Request) -> a.Estimated:
        """What the story of a request would cost, in US dollars, and how long it would take, in seconds."""
        return await self.ask(a.Estimated, "POST", "/api/v1/stories/estimate", body=request)

    async def list_stories(
        self,
        *,
        sort: StoryOrder = "-created_at",
        status: StoryStatus | None = None,
        library_id: Id | None = None,
        title: str | None = None,
        created_from: datetime | None = None,
        created_before: datetime | None = None,
        cursor: str | None = None,
        limit: int = 20,
    ) -> a.Items[a.StoryListed]:
        """A page of the list of stories."""
        query = {
            "sort": sort,
            "status": status,
            "library_id": library_id,
            "title": title,
            "created_from": created_from,
            "created_before": created_before,
            "cursor": cursor,
            "limit": limit,
        }
        return await self.ask(a.Items[a.StoryListed], "GET", "/api/v1/stories", query=query)

    async def read_story(self, story_id: Id) -> a.Story:
        """A story with its content and assets."""
        return await self.ask(a.Story, "GET", _story(story_id))

    async def move_story(self, story_id: Id, library_id: Id) -> a.StoryState:
        """Put a story into another library."""
        body = {"library_id": str(library_id)}
        return await self.ask(a.StoryState, "PATCH", _story(story_id), body=body)

    async def delete_story(self, story_id: Id) -> a.Deleted:
        """Delete a story and its files."""
        return await self.ask(a.Deleted, "DELETE", _story(story_id))

    async def cancel(self, story_id: Id) -> a.StoryState:
        """Stop what is being made; what is ready stays."""
        return await self.ask(a.StoryState, "POST", f"{_story(story_id)}/cancel")

    async def resume(self, story_id: Id, request: Request | None = None) -> a.StoryState:
        """Make what failed or was cancelled; what is ready stays."""
        return await self.ask(
            a.StoryState, "POST", f"{_story(story_id)}/resume", body=request or {}, idempotent=True
        )

    async def read_status(self, story_id: Id, *, wait: int = 0) -> a.Status:
        """Where a story stands, in the words of the polling contract."""
        path = f"{_story(story_id)}/status"
        return await self.ask(a.Status, "GET", path, query={"wait": wait}, bare=True)

    async def read_generation_status(self, story_id: Id, *, wait: int = 0) -> a.GenerationStatus:
        """The newest run of a story."""
        path = f"{_story(story_id)}/generation-status"
        return await self.ask(a.GenerationStatus, "GET", path, query={"wait": wait}, bare=True)

    async def read_report(self, story_id: Id) -> a.Report:
        """What a story's pictures were checked for, what was seen, and what its calls cost."""
        return await self.ask(a.Report, "GET", f"{_story(story_id)}/report")

    async def edit(self, story_id: Id, request: Request) -> a.RunStarted:
        """Change the text; only what shows it is made again, with ``rebuild``."""
        return await self.ask(
            a.RunStarted, "PATCH", f"{_story(story_id)}/content", body=request, idempotent=True
        )

    async def regenerate(self, story_id: Id, assets: Sequence[str], *, cascade: bool = False) -> a.RunStarted:
        """Make some assets anew; ``cascade``: and all that was made from them."""
        body = {"assetTypes": list(assets), "cascade": cascade}
        path = f"{_story(story_id)}/assets/regenerate"
        return await self.ask(a.RunStarted, "POST", path, body=body, idempotent=True)

    async def generate_images(self, story_id: Id, request: Request | None = None) -> a.ImageJobBegun:
        """Make all pictures anew. Raises ``Conflict`` while that is under way."""
        path = f"{_story(story_id)}/images/generate"
        return await self.ask(a.ImageJobBegun, "POST", path, body=request or {}, idempotent=True)

    async def clear_images(self, story_id: Id) -> a.Cleared:
        """End the image job of a story, if there is one."""
        return await self.ask(a.Cleared, "POST", f"{_story(story_id)}/images/clear", idempotent=True)

    async def read_image_job(self, story_id: Id) -> a.ImageJob:
        """The newest image job of a story."""
        return await self.ask(a.ImageJob, "GET", f"{_story(story_id)}/images/job")

    # -- files

    async def download(self, story_id: Id, asset: str, stem: Path, *, version: int | None = None) -> Path:
        """Save an asset's bytes beside ``stem``, with the suffix of their type; where they are."""
        return await self.save(f"{_story(story_id)}/assets/{asset}", stem, query={"version": version})

    async def list_versions(self, story_id: Id, asset: str) -> a.Items[a.Version]:
        """The files that were made for an asset."""
        return await self.ask(a.Items[a.Version], "GET", f"{_story(story_id)}/assets/{asset}/versions")

    async def restore_version(self, story_id: Id, asset: str, version: int) -> a.RunStarted:
        """Bring an earlier file back."""
        path = f"{_story(story_id)}/assets/{asset}/versions/{version}/restore"
        return await self.ask(a.RunStarted, "POST", path, idempotent=True)

    async def sign_links(self, urls: Sequence[str], *, expires_in: int = 3600) -> a.Links:
        """URLs of files that need no header, for so many seconds."""
        body = {"urls": list(urls), "expires_in": expires_in}
        return await self.ask(a.Links, "POST", "/api/v1/links", body=body)

    # -- live

    async def story_events(self, story_id: Id, *, since: int | None = None) -> AsyncIterator[ServerEvent]:
        """A story's changes as they come, after a version; ``Follower`` also survives disconnections."""
        async for event in self._events(f"{_story(story_id)}/events", since):
            yield event

    async def account_events(self) -> AsyncIterator[ServerEvent]:
        """The library's changes as they come."""
        async for event in self._events("/api/v1/account/events", None):
            yield event

    async def _events(self, path: str, since: int | None) -> AsyncIterator[ServerEvent]:
        headers = {} if since is None else {"Last-Event-ID": str(since)}
        async with self.request("GET", path, headers=headers) as response:
            await check(response)
            async for event in read_events(response.content):
                yield event

    # -- characters

    async def create_character(self, request: Request) -> a.CharacterKept:
        """Keep a character."""
        return await self.ask(a.CharacterKept, "POST", "/api/v1/characters", body=request, idempotent=True)

    async def list_characters(
        self, *, cursor: str | None = None, limit: int = 20
    ) -> a.Items[a.CharacterKept]:
        """A page of the characters, newest first."""
        query = {"cursor": cursor, "limit": limit}
        return await self.ask(a.Items[a.CharacterKept], "GET", "/api/v1/characters", query=query)

    async def read_character(self, character_id: Id) -> a.CharacterKept:
        """One character."""
        return await self.ask(a.CharacterKept, "GET", _character(character_id))

    async def change_character(self, character_id: Id, request: Request) -> a.CharacterKept:
        """Change what is given of a character."""
        return await self.ask(a.CharacterKept, "PATCH", _character(character_id), body=request)

    async def delete_character(self, character_id: Id) -> a.Deleted:
        """Delete a character and its pictures; the stories that it was in stay."""
        return await self.ask(a.Deleted, "DELETE", _character(character_id))

    async def list_references(self, character_id: Id) -> a.Items[a.Reference]:
        """The pictures of a character."""
        return await self.ask(a.Items[a.Reference], "GET", f"{_character(character_id)}/references")

    async def add_reference(
        self, character_id: Id, picture: bytes, media_type: str, *, declared: str | None = None
    ) -> a.Reference:
        """Give a character a picture: a drawing, or a photograph where the service allows one."""
        path, headers = f"{_character(character_id)}/references", {"Content-Type": media_type}
        query = {"declared": declared}
        return await self.ask(a.Reference, "POST", path, query=query, data=picture, headers=headers)

    async def download_reference(self, character_id: Id, reference_id: Id, stem: Path) -> Path:
        """Save a character's picture beside ``stem``; where it is."""
        return await self.save(f"{_character(character_id)}/references/{reference_id}", stem)

    async def delete_reference(self, character_id: Id, reference_id: Id) -> a.Deleted:
        """Delete a character's picture."""
        return await self.ask(a.Deleted, "DELETE", f"{_character(character_id)}/references/{reference_id}")

    async def approve_reference(self, character_id: Id, request: Request) -> a.Items[a.Reference]:
        """Choose the picture that books are drawn from."""
        path = f"{_character(character_id)}/approved-reference"
        return await self.ask(a.Items[a.Reference], "PUT", path, body=request)

    # -- libraries

    async def create_library(self, name: str) -> a.Library:
        """Open a library."""
        return await self.ask(a.Library, "POST", "/api/v1/libraries", body={"name": name}, idempotent=True)

    async def list_libraries(self, *, cursor: str | None = None, limit: int = 20) -> a.Items[a.Library]:
        """A page of the libraries, newest first."""
        query = {"cursor": cursor, "limit": limit}
        return await self.ask(a.Items[a.Library], "GET", "/api/v1/libraries", query=query)

    async def read_library(self, library_id: Id) -> a.Library:
        """One library."""
        return await self.ask(a.Library, "GET", f"/api/v1/libraries/{library_id}")

    async def rename_library(self, library_id: Id, name: str) -> a.Library:
        """Give a library another name."""
        return await self.ask(a.Library, "PATCH", f"/api/v1/libraries/{library_id}", body={"name": name})

    async def delete_library(self, library_id: Id) -> a.Deleted:
        """Delete a library that is empty."""
        return await self.ask(a.Deleted, "DELETE", f"/api/v1/libraries/{library_id}")

    # -- webhooks

    async def create_webhook(self, request: Request) -> a.WebhookMade:
        """Have events posted to a URL; the one answer that holds the secret."""
        return await self.ask(a.WebhookMade, "POST", "/api/v1/webhooks", body=request, idempotent=True)

    async def list_webhooks(self, *, cursor: str | None = None, limit: int = 20) -> a.Items[a.Webhook]:
        """A page of the webhooks, newest first."""
        query = {"cursor": cursor, "limit": limit}
        return await self.ask(a.Items[a.Webhook], "GET", "/api/v1/webhooks", query=query)

    async def read_webhook(self, webhook_id: Id) -> a.Webhook:
        """One webhook."""
        return await self.ask(a.Webhook, "GET", f"/api/v1/webhooks/{webhook_id}")

    async def change_webhook(self, webhook_id: Id, request: Request) -> a.Webhook:
        """Change what is given of a webhook, or pause it."""
        return await self.ask(a.Webhook, "PATCH", f"/api/v1/webhooks/{webhook_id}", body=request)

    async def delete_webhook(self, webhook_id: Id) -> a.Deleted:
        """Delete a webhook."""
        return await self.ask(a.Deleted, "DELETE", f"/api/v1/webhooks/{webhook_id}")

    async def rotate_secret(self, webhook_id: Id, *, overlap_seconds: int = 86_400) -> a.WebhookSecret:
        """A new secret; the old one signs too for so long."""
        path, body = f"/api/v1/webhooks/{webhook_id}/secret", {"overlap_seconds": overlap_seconds}
        return await self.ask(a.WebhookSecret, "POST", path, body=body, idempotent=True)

    async def list_deliveries(
        self,
        webhook_id: Id,
        *,
        status: DeliveryStatus | None = None,
        cursor: str | None = None,
        limit: int = 20,
    ) -> a.Items[a.WebhookDelivery]:
        """What was posted to a webhook, and what came of it."""
        path = f"/api/v1/webhooks/{webhook_id}/deliveries"
        query = {"status": status, "cursor": cursor, "limit": limit}
        return await self.ask(a.Items[a.WebhookDelivery], "GET", path, query=query)

    async def redeliver(self, webhook_id: Id, delivery_id: Id) -> a.WebhookDelivery:
        """Post something again."""
        path = f"/api/v1/webhooks/{webhook_id}/deliveries/{delivery_id}/redeliver"
        return await self.ask(a.WebhookDelivery, "POST", path, idempotent=True)

    # -- the account

    async def read_account(self) -> a.Account:
        """Tier, quota and spend."""
        return await self.ask(a.Account, "GET", "/api/v1/account")

    async def export_account(self, stem: Path) -> Path:
        """Save all that is kept about the user as a zip beside ``stem``; where it is."""
        return await self.save("/api/v1/account/export", stem)

    async def delete_account(self, user_id: Id) -> a.Deleted:
        """Delete everything of the user's, for good; ``user_id`` confirms it."""
        return await self.ask(a.Deleted, "DELETE", "/api/v1/account", body={"confirm": str(user_id)})

    async def sign_out(self) -> a.SignedOut:
        """Withdraw every token of the user's, this one too."""
        return await self.ask(a.SignedOut, "POST", "/api/v1/account/sign-out")

    async def list_traits(self) -> a.Items[Trait]:
        """The registry of inclusivity traits."""
        return await self.ask(a.Items[Trait], "GET", "/api/v1/traits")


async def every(page: Callable[..., Awaitable[a.Items[T]]], *args: Any, **wanted: Any) -> AsyncIterator[T]:
    """Every item of a list, page by page: ``every(client.list_stories, status="ready")``."""
    cursor = None
    while True:
        found = await page(*args, **wanted, cursor=cursor)
        for item in found.items:
            yield item
        cursor = found.next_cursor
        if cursor is None:
            return


@asynccontextmanager
async def connect(url: str, token: str, *, socket: Path | None = None) -> AsyncIterator[Client]:
    """A client of the service at ``url``; a token that is empty is not sent. With the path of a ``socket``,
    the service is asked there, and never at the port that its URL names."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    timeout = aiohttp.ClientTimeout(total=None, sock_connect=10, sock_read=60)
    connector = SocketConnector(url, socket) if socket else None
    async with aiohttp.ClientSession(headers=headers, timeout=timeout, connector=connector) as session:
        yield Client(session, url)


def _story(story_id: Id) -> str:
    return f"/api/v1/stories/{story_id}"


def _character(character_id: Id) -> str:
    return f"/api/v1/characters/{character_id}"
