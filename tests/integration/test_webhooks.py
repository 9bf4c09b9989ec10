"""Webhooks from the commit to the receiver, over real servers."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from uuid import UUID, uuid4

import aiohttp
import pytest
from aiohttp import web

from service.access.tokens import OPERATOR
from service.background.relay import Relay
from service.background.webhooks import Deliverer
from service.db.sql import load
from service.devstack.stack import Stack
from service.devstack.temporary import temporary_folder
from service.domain.webhooks import DELAYS
from service.jobs.events import NewEvent
from service.runtime.kinds import Aggregate
from service.runtime.settlement import append_events
from service.settings import Settings
from service.streams.client import connect
from service.streams.events import EventStream
from tests.http_service import Answered, Caller, HttpService, open_services, serve
from tests.servers import eventually, http_url
from tests.stubs.kinds import TWO_KINDS

Answer = Callable[[web.Request], Awaitable[web.Response]]


@dataclass
class Receiver:
    """Somebody's server. ``answers`` are given in turn, then 204."""

    url: str = ""
    answers: list[Answer] = field(default_factory=list)
    heard: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    async def handle(self, request: web.Request) -> web.Response:
        self.heard.append((dict(request.headers), await request.read()))
        return await self.answers.pop(0)(request) if self.answers else web.Response(status=204)

    @property
    def types(self) -> list[str]:
        return [json.loads(body)["type"] for _, body in self.heard]


def says(status: int, **headers: str) -> Answer:
    async def answer(_request: web.Request) -> web.Response:
        return web.Response(status=status, text="so it is", headers=headers)

    return answer


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    app = web.Application()
    app.router.add_post("/{tail:.*}", receiver.handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield receiver
    await runner.cleanup()


@dataclass
class Post:
    """A user with a webhook, the relay, and who delivers."""

    http_service: HttpService
    user: Caller
    relay: Relay
    deliverer: Deliverer
    receiver: Receiver

    async def hook(self, **body: object) -> Answered:
        answered = await self.user("POST", "/api/v1/webhooks", {"url": self.receiver.url} | body)
        assert answered.status == 201, answered.body
        return answered

    async def cancelled_story(self) -> str:
        """Three events: story.created, and those of its end; told by the relay."""
        story_id = await self.user.make_story(generateAssets=False)
        await self.user("POST", f"/api/v1/stories/{story_id}/cancel")
        await self.relay.run_once()
        return story_id

    async def deliver(self) -> None:
        """All that is due, to its end."""
        await self.deliverer.run_once()
        await asyncio.gather(*self.deliverer._under_way)

    async def deliveries(self, hook: Answered) -> list[dict[str, object]]:
        answered = await self.user("GET", f"/api/v1/webhooks/{hook.data['id']}/deliveries")
        found: list[dict[str, object]] = answered.data["items"]
        return found

    async def make_due(self) -> None:
        await self.http_service.database.pool.execute(
            "UPDATE webhook_deliveries SET next_at = now() WHERE status = 'pending'"
        )


@pytest.fixture(scope="module")
async def own_service(stack: Stack, module_database: str) -> AsyncIterator[HttpService]:
    """A face that lets webhooks lead to this machine."""
    with temporary_folder() as files:
        async with (
            aiohttp.ClientSession() as session,
            open_services(module_database, files, user_url=http_url(stack, module_database)) as services,
            serve(services, Settings(webhook_private_addresses=True), session) as http_service,
        ):
            yield http_service


@pytest.fixture
async def post(own_service: HttpService, redis_url: str) -> AsyncIterator[Post]:
    async with connect(redis_url) as redis, receiving() as receiver:
        user = own_service.somebody()
        await own_service.set_tier(user, "unlimited")
        deliverer = Deliverer(own_service.database, kinds=TWO_KINDS, private=True)
        relay = Relay(own_service.database, EventStream(redis, "webhooks"), kinds=TWO_KINDS)
        yield Post(own_service, user, relay, deliverer, receiver)
        await deliverer.stop()
        await own_service.database.pool.execute("DELETE FROM webhooks")


async def test_an_event_is_posted_and_signed(post: Post) -> None:
    hook = await post.hook()
    story_id = await post.cancelled_story()
    await post.deliver()
    ((headers, body),) = post.receiver.heard
    message = json.loads(body)
    assert (message["type"], message["data"]["id"]) == ("story.cancelled", story_id)
    assert message["data"]["channel"] == f"stories:id={story_id}"
    assert message["data"]["version"] == 3
    assert abs(int(headers["webhook-timestamp"]) - time.time()) < 30
    assert headers["webhook-signature"] == signature(hook.data["secret"], headers, body)
    (delivery,) = await post.deliveries(hook)
    assert (delivery["id"], delivery["status"], delivery["answered"], delivery["tries"]) == (
        headers["webhook-id"], "delivered", 204, 1,
    )  # fmt: skip


def signature(secret: str, headers: Mapping[str, str], body: bytes) -> str:
    """As a receiver would reckon it."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()


async def test_old_secret_signs_beside_the_new_one_for_a_while(post: Post) -> None:
    hook = await post.hook()
    path = f"/api/v1/webhooks/{hook.data['id']}/secret"
    second = (await post.user("POST", path, {})).data
    assert second["previous_until"] is not None
    await post.cancelled_story()
    await post.deliver()
    ((headers, body),) = post.receiver.heard
    both = [signature(secret, headers, body) for secret in (second["secret"], hook.data["secret"])]
    assert headers["webhook-signature"] == " ".join(both)
    third = (await post.user("POST", path, {"overlap_seconds": 0})).data
    assert third["previous_until"] is None
    await post.cancelled_story()
    await post.deliver()
    headers, body = post.receiver.heard[-1]
    assert headers["webhook-signature"] == signature(third["secret"], headers, body)
    assert (await post.http_service.somebody()("POST", path, {})).code == "WEBHOOK_NOT_FOUND"


async def test_old_secret_is_forgotten_after_its_time(post: Post) -> None:
    hook = await post.hook()
    await post.user("POST", f"/api/v1/webhooks/{hook.data['id']}/secret", {})
    rows = post.http_service.database.pool
    await rows.execute("UPDATE webhooks SET previous_until = now() - interval '1 second'")
    await post.cancelled_story()
    await post.deliver()
    ((headers, _),) = post.receiver.heard
    assert len(headers["webhook-signature"].split()) == 1
    assert await rows.fetchval("SELECT previous_secret FROM webhooks") is None


async def test_each_webhook_gets_what_it_asked_for_once_however_often_it_is_told(post: Post) -> None:
    await post.hook(events=["story.*"])
    await post.hook(events=["*"])
    await post.hook(events=["story.ready"])
    await post.hook()
    paused = await post.hook(events=["*"])
    await post.user("PATCH", f"/api/v1/webhooks/{paused.data['id']}", {"enabled": False})
    await post.cancelled_story()
    await post.http_service.database.pool.execute(
        "UPDATE event_outbox SET status = 'PENDING', sent_at = NULL"
    )
    await post.relay.run_once()
    await post.deliver()
    assert sorted(post.receiver.types) == sorted(
        ["story.created", "story.cancelled"] * 2 + ["asset.cancelled", "story.cancelled"]
    )


async def test_a_failure_is_tried_again_later_under_the_same_id(post: Post) -> None:
    post.receiver.answers = [says(500), says(429, **{"Retry-After": "120"})]
    hook = await post.hook()
    await post.cancelled_story()
    least, most = await _waits_after(post)
    assert least <= 6 and most >= 5
    (delivery,) = await post.deliveries(hook)
    assert (delivery["status"], delivery["answered"]) == ("pending", 500)
    assert delivery["last_error"] == "The receiver answered with HTTP 500."
    await post.deliver()
    assert len(post.receiver.heard) == 1
    await post.make_due()
    least, most = await _waits_after(post)
    assert least <= 120 <= most
    await post.make_due()
    await post.deliver()
    (delivery,) = await post.deliveries(hook)
    assert (delivery["status"], delivery["tries"], delivery["last_error"]) == ("delivered", 3, None)
    assert len({headers["webhook-id"] for headers, _ in post.receiver.heard}) == 1


async def _waits_after(post: Post) -> tuple[float, float]:
    """Deliver what is due, once. Returns how long the next try waits at least and at most, in seconds: it
    was told to wait at some time in between."""
    pool = post.http_service.database.pool
    before = await pool.fetchval("SELECT clock_timestamp()")
    await post.deliver()
    waits = "SELECT next_at - clock_timestamp() AS least, next_at - $1 AS most FROM webhook_deliveries"
    row = await pool.fetchrow(waits, before)
    assert row is not None
    return row["least"].total_seconds(), row["most"].total_seconds()


async def test_what_fails_to_the_end_is_a_dead_letter_and_can_be_sent_again(post: Post) -> None:
    post.receiver.answers = [says(503)] * (len(DELAYS) + 1)
    hook = await post.hook()
    await post.cancelled_story()
    for _ in range(len(DELAYS) + 2):
        await post.deliver()
        await post.make_due()
    (delivery,) = await post.deliveries(hook)
    assert (delivery["status"], delivery["tries"]) == ("dead", len(DELAYS) + 1)
    path = f"/api/v1/webhooks/{hook.data['id']}/deliveries/{delivery['id']}/redeliver"
    assert (await post.user("POST", path)).status == 202
    await post.deliver()
    (delivery,) = await post.deliveries(hook)
    assert (delivery["status"], delivery["tries"]) == ("delivered", 1)
    assert (await post.http_service.somebody()("POST", path)).code == "DELIVERY_NOT_FOUND"


async def test_operators_find_what_was_given_up_and_send_it_again(post: Post) -> None:
    post.receiver.answers = [says(410)]
    hook = await post.hook()
    await post.cancelled_story()
    await post.deliver()
    await post.user("PATCH", f"/api/v1/webhooks/{hook.data['id']}", {"enabled": True})
    path, operator = "/api/v1/admin/webhooks/dead", post.http_service.somebody(scopes=(OPERATOR,))
    assert (await post.user("GET", path)).status == 403
    (dead,) = (await operator("GET", path)).data["items"]
    assert (dead["webhook_id"], dead["url"], dead["answered"]) == (hook.data["id"], post.receiver.url, 410)
    again = {"delivery_ids": [dead["id"], hook.data["id"]]}
    assert (await post.user("POST", f"{path}/redeliver", again)).status == 403
    assert (await operator("POST", f"{path}/redeliver", again)).data == {"delivery_ids": [dead["id"]]}
    await post.deliver()
    (delivery,) = await post.deliveries(hook)
    assert delivery["status"] == "delivered"
    assert (await operator("GET", path)).data["items"] == []


async def test_a_redirect_is_not_followed(post: Post) -> None:
    post.receiver.answers = [says(302, Location=f"{post.receiver.url}/elsewhere")]
    hook = await post.hook()
    await post.cancelled_story()
    await post.deliver()
    assert len(post.receiver.heard) == 1
    (delivery,) = await post.deliveries(hook)
    assert (delivery["status"], delivery["answered"]) == ("pending", 302)


async def test_a_receiver_that_is_gone_is_asked_no_more(post: Post) -> None:
    post.receiver.answers = [says(410)]
    hook = await post.hook()
    await post.cancelled_story()
    await post.deliver()
    shown = (await post.user("GET", f"/api/v1/webhooks/{hook.data['id']}")).data
    assert (shown["enabled"], shown["disabled_because"]) == (False, "The receiver answered 410 Gone.")
    await post.cancelled_story()
    assert len(await post.deliveries(hook)) == 1
    again = await post.user("PATCH", f"/api/v1/webhooks/{hook.data['id']}", {"enabled": True})
    assert (again.data["enabled"], again.data["disabled_because"]) == (True, None)


async def test_a_try_that_was_never_written_down_is_made_again(post: Post) -> None:
    hook = await post.hook()
    await post.cancelled_story()
    claim = load("webhooks")["claim_due"]
    (lost,) = await post.http_service.database.pool.fetch(claim, 9, 9, [], 0.0, 9, [], [])
    await post.deliver()
    (delivery,) = await post.deliveries(hook)
    assert (delivery["id"], delivery["status"], delivery["tries"]) == (str(lost["id"]), "delivered", 2)


async def test_two_deliverers_send_nothing_twice(post: Post) -> None:
    await post.hook(events=["*"])
    other = Deliverer(post.http_service.database, kinds=TWO_KINDS, private=True)
    for _ in range(3):
        await post.cancelled_story()
    for _ in range(3):
        await asyncio.gather(post.deliverer.run_once(), other.run_once())
        await asyncio.gather(*post.deliverer._under_way, *other._under_way)
    await other.stop()
    ids = [headers["webhook-id"] for headers, _ in post.receiver.heard]
    assert (len(ids), len(set(ids))) == (9, 9)


async def test_a_receiver_that_hangs_keeps_nobody_waiting(post: Post) -> None:
    release = asyncio.Event()

    async def hang(_request: web.Request) -> web.Response:
        await release.wait()
        return web.Response()

    await post.hook(events=["*"])
    post.receiver.answers = [hang] * 20
    for _ in range(3):
        await post.cancelled_story()
    await post.deliverer.start()
    await eventually(lambda: len(post.receiver.heard) == 4)
    async with receiving() as quick:
        await post.user("POST", "/api/v1/webhooks", {"url": quick.url})
        await post.cancelled_story()
        post.deliverer.nudge()
        await eventually(lambda: quick.types == ["story.cancelled"])
    assert len(post.receiver.heard) == 4
    release.set()
    await eventually(lambda: len(post.receiver.heard) == 12)


async def test_receivers_of_one_user_that_hang_keep_nobody_else_waiting(post: Post) -> None:
    """However many webhooks they have: no more than so many are tried at once."""
    release = asyncio.Event()

    async def hang(_request: web.Request) -> web.Response:
        await release.wait()
        return web.Response()

    for _ in range(10):
        await post.hook(events=["*"])
    post.receiver.answers = [hang] * 40
    for _ in range(2):
        await post.cancelled_story()
    await post.deliverer.start()
    await eventually(lambda: len(post.receiver.heard) == 12)
    other = post.http_service.somebody()
    async with receiving() as quick:
        await other("POST", "/api/v1/webhooks", {"url": quick.url})
        story_id = await other.make_story(generateAssets=False)
        await other("POST", f"/api/v1/stories/{story_id}/cancel")
        await post.relay.run_once()
        post.deliverer.nudge()
        await eventually(lambda: quick.types == ["story.cancelled"])
    assert len(post.receiver.heard) == 12
    release.set()


async def test_a_deleted_story_cannot_be_told_of(post: Post) -> None:
    hook = await post.hook()
    story_id = await post.cancelled_story()
    await post.user("DELETE", f"/api/v1/stories/{story_id}")
    await post.deliver()
    (delivery,) = await post.deliveries(hook)
    assert (delivery["status"], post.receiver.heard) == ("dead", [])


async def test_private_addresses_are_not_called(post: Post) -> None:
    hook = await post.hook()
    await post.cancelled_story()
    careful = Deliverer(post.http_service.database, kinds=TWO_KINDS)
    await careful.run_once()
    await asyncio.gather(*careful._under_way)
    await careful.stop()
    (delivery,) = await post.deliveries(hook)
    assert (delivery["status"], post.receiver.heard) == ("dead", [])


async def test_secret_is_shown_once_and_to_nobody_else(
    http_service: HttpService, maya: Caller, stranger: Caller
) -> None:
    made = await maya("POST", "/api/v1/webhooks", {"url": "https://example.com/hook"})
    path = f"/api/v1/webhooks/{made.data['id']}"
    assert made.data["secret"].startswith("whsec_")
    assert made.data["events"] == ["story.ready", "story.partial", "story.failed", "story.cancelled"]
    for answered in (await maya("GET", path), await maya("GET", "/api/v1/webhooks")):
        assert b"whsec_" not in answered.body
    for method, body in (("GET", None), ("PATCH", {"enabled": False}), ("DELETE", None)):
        assert (await stranger(method, path, body)).code == "WEBHOOK_NOT_FOUND"
    assert (await stranger("GET", f"{path}/deliveries")).status == 404
    assert (await stranger("GET", "/api/v1/webhooks")).data["items"] == []
    assert (await maya("DELETE", path)).data == {"id": made.data["id"], "deleted": True}
    assert (await maya("GET", path)).status == 404


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({}, "url"),
        ({"url": "http://example.com"}, "url"),
        ({"url": "https://10.0.0.1/"}, "url"),
        ({"url": "https://example.com", "events": []}, "events"),
        ({"url": "https://example.com", "events": ["drop table"]}, "events.0"),
    ],
)
async def test_webhook_that_cannot_be_is_refused(maya: Caller, body: object, path: str) -> None:
    answered = await maya("POST", "/api/v1/webhooks", body)
    assert (answered.status, answered.paths[0]) == (422, path)


async def test_a_user_has_so_many_webhooks_and_no_more(http_service: HttpService) -> None:
    user = http_service.somebody()
    for _ in range(20):
        assert (await user("POST", "/api/v1/webhooks", {"url": "https://example.com"})).status == 201
    answered = await user("POST", "/api/v1/webhooks", {"url": "https://example.com"})
    assert (answered.status, answered.code) == (409, "TOO_MANY_WEBHOOKS")
    page = (await user("GET", "/api/v1/webhooks?limit=15")).data
    rest = (await user("GET", f"/api/v1/webhooks?limit=15&cursor={page['next_cursor']}")).data
    assert len({UUID(hook["id"]) for hook in [*page["items"], *rest["items"]]}) == 20


async def test_events_of_another_kind_are_posted_by_its_own_names(post: Post) -> None:
    await post.hook(events=["stage.*"])
    session = uuid4()
    async with post.http_service.database.as_owner() as connection:
        await connection.execute(
            "INSERT INTO aggregates (id, kind, user_id) VALUES ($1, 'genesis', $2)",
            session,
            post.user.user_id,
        )
        locked = Aggregate(session, "genesis", post.user.user_id, 0)
        told = NewEvent("stage.confirmed", {"current_stage": "theme"})
        await append_events(connection, [locked], {session: [told]})
    await post.relay.run_once()
    await post.deliver()
    ((_, body),) = post.receiver.heard
    data = json.loads(body)["data"]
    assert (post.receiver.types, data["kind"]) == (["stage.confirmed"], "genesis")
    assert (data["channel"], data["version"]) == (f"genesis:id={session}", 1)
