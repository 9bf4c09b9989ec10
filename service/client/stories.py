"""The calls about stories: creation, text, assets, files and live changes."""

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
    """A method for each call of ``/api/v1/stories``, and a method that signs links to files."""

    async def create_story(self, request: Request) -> a.StoryCreated:
        """Request a new story. The call returns before the story is made.

        ``request`` is a ``StoryRequest``, or its JSON. Returns the ids of the story and of its run, and
        ``warnings`` about the parts of the request that the service does not do exactly. Raises
        ``InvalidInput``, ``QuotaExceeded``, and ``NotFound`` for a character or a library that does not
        exist.
        """
        return await self.ask(a.StoryCreated, "POST", "/api/v1/stories", body=request, idempotent=True)

    async def estimate(self, request: Request) -> a.Estimated:
        """Return the estimated cost of a story in US dollars, and its estimated time in seconds.

        The story is not made. Raises the errors of ``create_story``, except ``QuotaExceeded``.
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
        """Return a page of the user's stories. A page has at most ``limit`` items (1 to 100).

        ``sort`` is the name of a field, with a leading ``-`` for descending order. ``title`` has words of the
        title: case and accents do not matter. Times must have a time zone. ``cursor`` is ``next_cursor`` of
        the previous page. ``every`` reads all pages. Raises ``InvalidInput``.
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
        """Move a story to another library. Returns the state of the story. Raises ``NotFound`` if the story
        or the library does not exist."""
        body = {"library_id": str(library_id)}
        return await self.ask(a.StoryState, "PATCH", _story(story_id), body=body)

    async def delete_story(self, story_id: Id) -> a.Deleted:
        """Delete a story and its files permanently. Running jobs of the story stop. Raises ``NotFound``."""
        return await self.ask(a.Deleted, "DELETE", _story(story_id))

    async def cancel(self, story_id: Id) -> a.StoryState:
        """Cancel the running and waiting jobs of a story. Assets that are ready stay. Returns the new state.
        Raises ``NotFound``."""
        return await self.ask(a.StoryState, "POST", f"{_story(story_id)}/cancel")

    async def resume(self, story_id: Id, request: Request | None = None) -> a.StoryState:
        """Make the assets that failed or were cancelled. Assets that are ready stay. Returns the new state.

        ``request`` may have a new ``budget_usd``, in US dollars. Raises ``NotFound``, ``QuotaExceeded``, and
        ``Conflict`` if nothing failed or was cancelled.
        """
        path = f"{_story(story_id)}/resume"
        return await self.ask(a.StoryState, "POST", path, body=request or {}, idempotent=True)

    async def read_status(self, story_id: Id, *, wait: int = 0) -> a.Status:
        """Return the state of a story for clients that poll. ``progress`` is a percentage.

        This call returns at once. ``wait`` has no effect, because it applies only to requests with
        ``If-None-Match``. To wait for changes, use ``follow_story``. Raises ``NotFound``.
        """
        path = f"{_story(story_id)}/status"
        return await self.ask(a.Status, "GET", path, query={"wait": wait}, bare=True)

    async def read_generation_status(self, story_id: Id, *, wait: int = 0) -> a.GenerationStatus:
        """Return the newest run of a story. ``progress`` is a percentage.

        ``wait`` has no effect, as in ``read_status``. Raises ``NotFound``.
        """
        path = f"{_story(story_id)}/generation-status"
        return await self.ask(a.GenerationStatus, "GET", path, query={"wait": wait}, bare=True)

    async def read_report(self, story_id: Id) -> a.Report:
        """Return the report about a story: the checks of its pictures, their results, and the cost of its
        provider calls in US dollars. Raises ``NotFound``."""
        return await self.ask(a.Report, "GET", f"{_story(story_id)}/report")

    async def edit(self, story_id: Id, request: Request) -> a.RunStarted:
        """Change the text of a story.

        ``request`` is a ``ContentPatch``, or its JSON. With ``rebuild``, the assets that show the change are
        made again. Returns the new state, the assets of the run, and the stale assets. Raises
        ``InvalidInput``, ``NotFound``, and ``Conflict`` if the story has no text, if it is being made, or if
        its version is not ``expected_version``.
        """
        path = f"{_story(story_id)}/content"
        return await self.ask(a.RunStarted, "PATCH", path, body=request, idempotent=True)

    async def regenerate(
        self, story_id: Id, assets: Sequence[str], *, cascade: bool = False, instructions: str | None = None
    ) -> a.RunStarted:
        """Make the assets with these names again (``"cover"``, ``"scene_2"``).

        With ``cascade``, all assets that depend on these assets are also made again. ``instructions`` are
        wishes for the pictures among them, such as ``draw_again_with`` of the report. Returns the new state,
        the assets of the run, and the stale assets. Raises ``InvalidInput`` for an asset that does not exist,
        ``NotFound``, ``QuotaExceeded``, and ``Conflict`` while one of the assets is being made.
        """
        body = {"assetTypes": list(assets), "cascade": cascade, "instructions": instructions}
        path = f"{_story(story_id)}/assets/regenerate"
        return await self.ask(a.RunStarted, "POST", path, body=body, idempotent=True)

    async def generate_images(self, story_id: Id, request: Request | None = None) -> a.ImageJobBegun:
        """Make all pictures of a story again. Returns the new image job.

        ``request`` is an ``ImagesRequest``, or its JSON. Raises ``InvalidInput``, ``NotFound``, and
        ``Conflict`` while the pictures are being made.
        """
        path = f"{_story(story_id)}/images/generate"
        return await self.ask(a.ImageJobBegun, "POST", path, body=request or {}, idempotent=True)

    async def clear_images(self, story_id: Id) -> a.Cleared:
        """End the open image job of a story, if one exists. Returns the number of ended image jobs: 0 or 1.

        Raises ``NotFound``.
        """
        return await self.ask(a.Cleared, "POST", f"{_story(story_id)}/images/clear", idempotent=True)

    async def read_image_job(self, story_id: Id) -> a.ImageJob:
        """Return the newest image job of a story. ``progress`` is a percentage.

        Raises ``NotFound`` if the story does not exist or never had an image job.
        """
        return await self.ask(a.ImageJob, "GET", f"{_story(story_id)}/images/job")

    # -- files

    async def download(self, story_id: Id, asset: str, stem: Path, *, version: int | None = None) -> Path:
        """Save an asset's file. Returns the path of the file: ``stem`` with the suffix of the file's type.

        ``version`` is a version number from ``list_versions``. If it is omitted, the current file is saved.
        An existing file of this name is replaced only when the download is complete. A download that fails or
        is cancelled may leave a file ``STEM.part``. Raises ``NotFound`` for an asset that is not ready, and
        ``OSError`` if the file cannot be written.
        """
        return await self.save(f"{_story(story_id)}/assets/{asset}", stem, query={"version": version})

    async def list_versions(self, story_id: Id, asset: str) -> a.Items[a.Version]:
        """Return all files that were made for an asset. Sizes are in bytes. Raises ``NotFound``."""
        return await self.ask(a.Items[a.Version], "GET", f"{_story(story_id)}/assets/{asset}/versions")

    async def restore_version(self, story_id: Id, asset: str, version: int) -> a.RunStarted:
        """Restore an earlier file of an asset.

        Returns the new state, and the assets that are stale now. Raises ``NotFound``, and ``Conflict`` if the
        asset is being made or the version cannot be restored.
        """
        path = f"{_story(story_id)}/assets/{asset}/versions/{version}/restore"
        return await self.ask(a.RunStarted, "POST", path, idempotent=True)

    async def sign_links(self, urls: Sequence[str], *, expires_in: int = 3600) -> a.Links:
        """Return signed URLs of assets. They need no token, for example for pictures in an HTML page.

        ``urls`` are 1 to 100 paths from answers or events. ``expires_in`` is the validity of the signed URLs
        in seconds (60 to 604,800). Raises ``InvalidInput``.
        """
        body = {"urls": list(urls), "expires_in": expires_in}
        return await self.ask(a.Links, "POST", "/api/v1/links", body=body)

    # -- live

    async def story_events(self, story_id: Id, *, since: int | None = None) -> AsyncIterator[ServerEvent]:
        """Yield the changes of a story as they happen. The first event is a snapshot. If ``since`` is given,
        all changes after this version come first instead.

        The iterator ends when the service ends the stream, even if the story has not ended. It does not
        reconnect, but ``follow_story`` does. To stop earlier, close the iterator (``aclose``) or cancel the
        task. Raises ``NotFound``, ``Overloaded``, and ``Unavailable`` if the connection is lost.
        """
        async for event in self._events(f"{_story(story_id)}/events", since):
            yield event

    async def account_events(self) -> AsyncIterator[ServerEvent]:
        """Yield the changes of all stories of the user as they happen. The first event is a snapshot.

        The stream never ends by itself. Otherwise it works like ``story_events``. ``follow_library``
        reconnects.
        """
        async for event in self._events("/api/v1/account/events", None):
            yield event


def _story(story_id: Id) -> str:
    return f"/api/v1/stories/{story_id}"
