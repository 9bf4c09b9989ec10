"""The calls about stories: their text, their assets, and their changes as they come."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from pathlib import Path

from service.api import responses as a
from service.api.queries import StoryOrder, StoryStatus
from service.client.event_calls import EventCalls
from service.client.server_events import ServerEvent
from service.client.transport import Id, Request


class StoryCalls(EventCalls):
    """Each call of ``/api/v1/stories`` as a method, and signed links to files of stories."""

    async def create_story(self, request: Request) -> a.StoryCreated:
        """Ask for a story, and return at once, before anything of it is made.

        ``request`` is a ``StoryRequest``, or its JSON. Returns the id of the story and of its run, and
        ``warnings`` for what the service does not do exactly as it was asked for. Raises ``InvalidInput``,
        ``QuotaExceeded``, and ``NotFound`` for a character or a library that does not exist.
        """
        return await self.ask(a.StoryCreated, "POST", "/api/v1/stories", body=request, idempotent=True)

    async def estimate(self, request: Request) -> a.Estimated:
        """Return what the story of a request would cost, in US dollars, and how long it would take, in
        seconds.

        Nothing is made. Raises as ``create_story`` does, except ``QuotaExceeded``.
        """
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
        """Return a page of the user's stories, of ``limit`` items at most (1 to 100).

        ``sort`` is a field, with ``-`` before it for the descending order. ``title`` are words of the title,
        whatever their case and accents. The times must have a zone. ``cursor`` is ``next_cursor`` of the page
        before. ``every`` walks all pages. Raises ``InvalidInput``.
        """
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
        """Return a story with its content, its assets and its cost in US dollars. Raises ``NotFound``."""
        return await self.ask(a.Story, "GET", _story(story_id))

    async def move_story(self, story_id: Id, library_id: Id) -> a.StoryState:
        """Put a story into another library. Returns its state. Raises ``NotFound`` for either."""
        body = {"library_id": str(library_id)}
        return await self.ask(a.StoryState, "PATCH", _story(story_id), body=body)

    async def delete_story(self, story_id: Id) -> a.Deleted:
        """Delete a story and its files for good; what is being made of it stops. Raises ``NotFound``."""
        return await self.ask(a.Deleted, "DELETE", _story(story_id))

    async def cancel(self, story_id: Id) -> a.StoryState:
        """Stop what is being made; what is ready stays. Returns the new state. Raises ``NotFound``."""
        return await self.ask(a.StoryState, "POST", f"{_story(story_id)}/cancel")

    async def resume(self, story_id: Id, request: Request | None = None) -> a.StoryState:
        """Make what failed or was cancelled; what is ready stays. Returns the new state.

        ``request`` may hold another ``budget_usd``, in US dollars. Raises ``NotFound``, ``QuotaExceeded``,
        and ``Conflict`` if nothing failed or was cancelled.
        """
        path = f"{_story(story_id)}/resume"
        return await self.ask(a.StoryState, "POST", path, body=request or {}, idempotent=True)

    async def read_status(self, story_id: Id, *, wait: int = 0) -> a.Status:
        """Return the state of a story for pollers; ``progress`` is a percentage.

        ``wait``: the seconds that the service may wait for a change (25 at most) apply only to requests with
        ``If-None-Match``, so this call answers at once; follow the story instead. Raises ``NotFound``.
        """
        path = f"{_story(story_id)}/status"
        return await self.ask(a.Status, "GET", path, query={"wait": wait}, bare=True)

    async def read_generation_status(self, story_id: Id, *, wait: int = 0) -> a.GenerationStatus:
        """Return the newest run of a story; ``progress`` is a percentage.

        ``wait`` is as in ``read_status``. Raises ``NotFound``.
        """
        path = f"{_story(story_id)}/generation-status"
        return await self.ask(a.GenerationStatus, "GET", path, query={"wait": wait}, bare=True)

    async def read_report(self, story_id: Id) -> a.Report:
        """Return what the pictures of a story were checked for, what was seen, and the cost of its calls to
        providers in US dollars. Raises ``NotFound``."""
        return await self.ask(a.Report, "GET", f"{_story(story_id)}/report")

    async def edit(self, story_id: Id, request: Request) -> a.RunStarted:
        """Change the text of a story.

        ``request`` is a ``ContentPatch``, or its JSON; with ``rebuild`` the assets that show the change are
        made again. Returns the new state, the assets of the run, and those that are stale. Raises
        ``InvalidInput``, ``NotFound``, and ``Conflict`` if the story has no text, is being made, or has
        another version than ``expected_version``.
        """
        path = f"{_story(story_id)}/content"
        return await self.ask(a.RunStarted, "PATCH", path, body=request, idempotent=True)

    async def regenerate(self, story_id: Id, assets: Sequence[str], *, cascade: bool = False) -> a.RunStarted:
        """Make some assets again, by their names (``"cover"``, ``"scene_2"``).

        ``cascade``: also all assets that were made from them. Returns the new state, the assets of the run,
        and those that are stale. Raises ``InvalidInput`` for an asset that does not exist, ``NotFound``,
        ``QuotaExceeded``, and ``Conflict`` while one of them is being made.
        """
        body = {"assetTypes": list(assets), "cascade": cascade}
        path = f"{_story(story_id)}/assets/regenerate"
        return await self.ask(a.RunStarted, "POST", path, body=body, idempotent=True)

    async def generate_images(self, story_id: Id, request: Request | None = None) -> a.ImageJobBegun:
        """Make all pictures again. Returns the image job, which has just begun.

        ``request`` is an ``ImagesRequest``, or its JSON. Raises ``InvalidInput``, ``NotFound``, and
        ``Conflict`` while the pictures are being made.
        """
        path = f"{_story(story_id)}/images/generate"
        return await self.ask(a.ImageJobBegun, "POST", path, body=request or {}, idempotent=True)

    async def clear_images(self, story_id: Id) -> a.Cleared:
        """End the image job of a story, if it has one. Returns how many were ended: 0 or 1.

        Raises ``NotFound``.
        """
        return await self.ask(a.Cleared, "POST", f"{_story(story_id)}/images/clear", idempotent=True)

    async def read_image_job(self, story_id: Id) -> a.ImageJob:
        """Return the newest image job of a story; ``progress`` is a percentage.

        Raises ``NotFound`` for the story, or if it has had no image job.
        """
        return await self.ask(a.ImageJob, "GET", f"{_story(story_id)}/images/job")

    # -- files

    async def download(self, story_id: Id, asset: str, stem: Path, *, version: int | None = None) -> Path:
        """Save an asset's file, and return its path: ``stem`` with the suffix of the file's type.

        ``version`` is an earlier one of ``list_versions``; the newest if it is left out. A file of that name
        is replaced at the end, and only by a whole file: a download that fails or is cancelled may leave
        ``STEM.part``. Raises ``NotFound`` for an asset that is not ready, and ``OSError``.
        """
        return await self.save(f"{_story(story_id)}/assets/{asset}", stem, query={"version": version})

    async def list_versions(self, story_id: Id, asset: str) -> a.Items[a.Version]:
        """Return all files that were made for an asset; sizes are in bytes. Raises ``NotFound``."""
        return await self.ask(a.Items[a.Version], "GET", f"{_story(story_id)}/assets/{asset}/versions")

    async def restore_version(self, story_id: Id, asset: str, version: int) -> a.RunStarted:
        """Bring an earlier file of an asset back.

        Returns the new state, and the assets that are stale now. Raises ``NotFound``, and ``Conflict`` if the
        asset is being made or the version cannot be brought back.
        """
        path = f"{_story(story_id)}/assets/{asset}/versions/{version}/restore"
        return await self.ask(a.RunStarted, "POST", path, idempotent=True)

    async def sign_links(self, urls: Sequence[str], *, expires_in: int = 3600) -> a.Links:
        """Return URLs of assets that need no token, for pictures in a page.

        ``urls`` are 1 to 100 paths as answers and events have them. ``expires_in`` is their life in seconds,
        60 to 604,800. Raises ``InvalidInput``.
        """
        body = {"urls": list(urls), "expires_in": expires_in}
        return await self.ask(a.Links, "POST", "/api/v1/links", body=body)

    # -- live

    async def story_events(self, story_id: Id, *, since: int | None = None) -> AsyncIterator[ServerEvent]:
        """Yield the changes of a story as they come: a snapshot first, or all that came after version
        ``since``.

        It ends when the service ends the stream, whatever the state of the story; ``follow_story`` comes back
        by itself. Close it (``aclose``), or cancel the task, to leave the stream. Raises ``NotFound``,
        ``Overloaded``, and ``Unavailable`` if the connection is lost.
        """
        async for event in self._events(f"{_story(story_id)}/events", since):
            yield event

    async def account_events(self) -> AsyncIterator[ServerEvent]:
        """Yield the changes of the user's library as they come, without an end: a snapshot first.

        Like ``story_events`` otherwise; ``follow_library`` comes back by itself.
        """
        async for event in self._events("/api/v1/account/events", None):
            yield event


def _story(story_id: Id) -> str:
    return f"/api/v1/stories/{story_id}"
