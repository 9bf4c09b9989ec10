"""The HTTP service on a loopback port over real servers, without actors: stories stay in line."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import aiohttp
from aiohttp import web
from multidict import CIMultiDictProxy

from actors.registry import REGISTRY
from service.access.tokens import Tokens
from service.background.file_reconciler import FileReconciler
from service.background.nudges import Nudges
from service.background.settler import Settler
from service.db.pool import Database
from service.db.sql import load
from service.errors import Unavailable
from service.http.app.application import make_app
from service.http.app.services import Services
from service.http.wire.connections import Runner
from service.hub.hub import Hub
from service.hub.log import PostgresLog
from service.jobs.jobs import Job, Move
from service.jobs.states import JobStatus
from service.settings import Settings
from service.storage.files import FileStore
from service.storage.store import story_key
from service.stories import repair

SECRET = "a secret of the tests, long enough to be one"
TOKENS = Tokens(SECRET, "storytroupe", "storytroupe")
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Answered:
    """An answer that has been read."""

    status: int
    headers: CIMultiDictProxy[str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def data(self) -> Any:
        """What is in the envelope of a success."""
        assert self.json["success"] is True, self.json
        return self.json["data"]

    @property
    def code(self) -> str:
        """The code of an error, which has the documented form."""
        body = self.json
        assert set(body) == {"success", "error", "code", "message", "data"}, body
        assert body["success"] is False
        assert body["message"]
        return str(body["code"])

    @property
    def paths(self) -> list[str]:
        """The fields that an error names."""
        return [error["path"] for error in self.json["data"]["errors"]]


class Caller:
    """A user with a token, or somebody without."""

    def __init__(self, session: aiohttp.ClientSession, url: str, user_id: UUID, token: str | None) -> None:
        self._session = session
        self.url = url
        self.user_id = user_id
        self.token = token

    async def __call__(
        self, method: str, path: str, body: Any = None, *, headers: Mapping[str, str] | None = None
    ) -> Answered:
        """Ask; a body that is not bytes goes as JSON."""
        sent = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        data = None
        if body is not None:
            data = BytesIO(body if isinstance(body, bytes) else json.dumps(body).encode())
        async with self._session.request(
            method, self.url + path, data=data, headers={**sent, **(headers or {})}, allow_redirects=False
        ) as response:
            return Answered(response.status, response.headers, await response.read())

    async def make_story(self, **changes: Any) -> str:
        """The id of a new story of this user."""
        answered = await self("POST", "/api/v1/stories", a_request(**changes))
        assert answered.status == 201, answered.body
        return str(answered.data["id"])


@dataclass(frozen=True)
class HttpService:
    """The service under test."""

    url: str
    services: Services
    session: aiohttp.ClientSession
    app: web.Application
    runner: Runner

    @property
    def database(self) -> Database:
        return self.services.database

    def somebody(self, user_id: UUID | None = None, *, scopes: tuple[str, ...] = ()) -> Caller:
        """A user; a new one if not said otherwise."""
        user_id = user_id or uuid4()
        return Caller(self.session, self.url, user_id, TOKENS.issue(user_id, scopes=scopes, ttl=HOUR))

    def nobody(self) -> Caller:
        return Caller(self.session, self.url, uuid4(), None)

    async def set_tier(self, user: Caller, tier: str) -> None:
        users = load("users")
        await self.database.pool.execute(users["ensure_user"], user.user_id, tier)
        await self.database.pool.execute(users["set_tier"], user.user_id, tier)

    async def finish(self, user: Caller, story_id: str, asset: str, data: bytes, media_type: str) -> str:
        """Make an asset ready with a file, as its actor would. Returns the file's hash."""
        stored = story_key(user.user_id, UUID(story_id), asset, data, media_type)
        await self.services.store.put(stored.key, data, media_type)
        result = {
            "url": self.services.store.url(UUID(story_id), asset, stored.key),
            "key": stored.key,
            "hash": stored.hash,
            "bytes": stored.bytes,
            "media_type": media_type,
        }
        job = await self.begin(story_id, asset)
        done = Move(job.id, JobStatus.READY, attempt=job.attempt, result=result)
        assert await self.services.settler.settle(done, job.worker_id)
        return stored.hash

    async def begin(self, story_id: str, asset: str) -> Job:
        """Claim an asset's newest job as a worker would, with nothing that it waits for any more."""
        job_id = await self.database.pool.fetchval(
            "UPDATE jobs SET status = 'queued', needs_left = 0, rank = coalesce(rank, 0) "
            "WHERE id = (SELECT id FROM jobs WHERE aggregate_id = $1 AND name = $2"
            " ORDER BY created_at DESC LIMIT 1) RETURNING id",
            UUID(story_id),
            asset,
        )
        await self.database.pool.execute("DELETE FROM job_needs WHERE job_id = $1", job_id)
        (job,) = await self.services.settler.claim([job_id], await self._a_worker())
        return job

    async def jobs_of(self, story_id: str) -> list[UUID]:
        """All jobs of a story."""
        rows = await self.database.pool.fetch("SELECT id FROM jobs WHERE aggregate_id = $1", UUID(story_id))
        return sorted(row["id"] for row in rows)

    async def key_of(self, story_id: str, asset: str) -> str:
        """Where an asset's newest file is in the store."""
        key: str = await self.database.pool.fetchval(
            "SELECT key FROM asset_versions WHERE story_id = $1 AND name = $2 ORDER BY version DESC LIMIT 1",
            UUID(story_id),
            asset,
        )
        return key

    async def _a_worker(self) -> UUID:
        worker_id = uuid4()
        given: tuple[Any, ...] = (worker_id, "here", 1, [], {}, 600.0, None)
        await self.database.pool.execute(load("workers")["register"], *given)
        return worker_id

    @asynccontextmanager
    async def beside(self, **changes: Any) -> AsyncIterator[HttpService]:
        """Another HTTP service over the same servers: ``settings``, or services of another kind."""
        settings = changes.pop("settings", Settings())
        async with serve(replace(self.services, **changes), settings, self.session) as http_service:
            yield http_service


class Stubborn(FileStore):
    """The same files, of which none is deleted."""

    def __init__(self, store: Any) -> None:
        super().__init__(store._folder)

    async def delete(self, key: str) -> None:
        raise Unavailable("not now")


def a_request(**changes: Any) -> dict[str, Any]:
    """The body of a request for a story, changed as asked."""
    return {"characters": [{"name": "Maya", "age": 6}], "themes": ["courage"], "seed": 7} | changes


@asynccontextmanager
async def open_services(database_url: str, files: Path, *, user_url: str = "") -> AsyncIterator[Services]:
    """Real services, all but actors; with ``user_url`` users' requests log in as the service's do."""
    database = await Database.connect(database_url, user_url=user_url, size=16)
    nudges = Nudges(database)
    hub = Hub(PostgresLog(database, kinds=REGISTRY.kinds), kinds=REGISTRY.kinds)
    names = list(REGISTRY.groups)
    unset = [None] * len(names)
    await database.pool.execute(load("dispatch")["ensure_groups"], names, names, unset, unset)
    await hub.start()
    try:
        settler, store = Settler(database, REGISTRY.kinds, nudges), FileStore(files)
        yield Services(
            database=database,
            kinds=REGISTRY.kinds,
            settler=settler,
            nudges=nudges,
            store=store,
            hub=hub,
            repair=FileReconciler(database, settler, store, files=repair).repair,
            tokens=TOKENS,
            ready=no_reasons,
            running=lambda: 3,
            refused=lambda: 2,
        )
    finally:
        await hub.stop()
        await nudges.stop()
        await database.close()


async def no_reasons() -> Mapping[str, str]:
    return {}


@asynccontextmanager
async def serve(
    services: Services, settings: Settings, session: aiohttp.ClientSession
) -> AsyncIterator[HttpService]:
    """The service on a free port."""
    app = make_app(services, settings)
    runner = Runner(app, settings)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        port: int = runner.addresses[0][1]
        yield HttpService(f"http://127.0.0.1:{port}", services, session, app, runner)
    finally:
        await runner.cleanup()
