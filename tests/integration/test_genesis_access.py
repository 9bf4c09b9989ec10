"""Genesis: strangers find, change and hear nothing; accounts, operators and metrics."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from service.db.sql import load
from service.genesis.kind import GenesisKind
from service.http.app.routes import ROUTES
from service.http.docs.openapi import template_of
from tests.http_genesis import BASE, Session, a_wait, refused, send, start
from tests.http_service import Caller, HttpService
from tests.integration.test_http_account import opened, rows_of

OF_GENESIS = [route for route in ROUTES if "/genesis" in route.path]
OF_SESSIONS = [route for route in OF_GENESIS if "{id}" in route.path]
FAMILIES = sorted({type_.partition(".")[0] for type_ in GenesisKind.events})
OF_WAITS = [route for route in OF_GENESIS if "{correlation_id}" in route.path]

#: Events of every type of a session ($2), with their place in the outbox.
_EVERY_EVENT = """
WITH named AS (SELECT type, version FROM unnest($2::text[]) WITH ORDINALITY AS one (type, version)),
counted AS (
  UPDATE aggregates SET version = version + (SELECT count(*) FROM named) WHERE id = $1 RETURNING version),
told AS (
  INSERT INTO domain_events (aggregate_id, version, aggregate_type, type, data)
  SELECT $1, version + 1, 'genesis', type, '{}' FROM named)
INSERT INTO event_outbox (aggregate_id, from_version, to_version) SELECT $1, 2, version FROM counted
"""


async def test_stranger_may_not_listen(http_service: HttpService, maya: Caller, stranger: Caller) -> None:
    session = await start(maya)
    for user, kind in ((maya, "subscribed"), (stranger, "error")):
        headers = {"Authorization": f"Bearer {user.token}"}
        async with http_service.session.ws_connect(
            f"{http_service.url}/api/v1/ws", protocols=("storytroupe.v1",), headers=headers
        ) as socket:
            await socket.send_json({"type": "subscribe", "id": 1, "channel": f"genesis:id={session.id}"})
            while (frame := await socket.receive_json(timeout=30))["type"] == "welcome":
                pass
            assert frame["type"] == kind
            assert session.id not in str(frame.get("state")) or user is maya


async def test_stranger_finds_no_wait(http_service: HttpService, maya: Caller, stranger: Caller) -> None:
    id_ = await a_wait(http_service, await start(maya))
    for route in OF_WAITS:
        body = {"confirm": True} if route.path.endswith("resume/{correlation_id}") else {}
        path = route.path.replace("{correlation_id}", id_)
        answered = await stranger(route.method, path, body if route.body else None)
        assert (answered.status, answered.code) == (404, "WAIT_NOT_FOUND"), path
    shown = (await stranger("GET", f"{BASE}/resume/not-an-id")).code
    assert shown == "WAIT_NOT_FOUND"


def test_strangers_are_tried_on_every_path_that_is_served(http_service: HttpService) -> None:
    """The paths of one session and of one wait are in the tables of these tests. Commands and the list are
    tried in ``test_stranger_changes_and_copies_no_session``; the estimate of a plan reads no session."""
    served = {
        (route.method, route.resource.canonical.rstrip("/"))
        for route in http_service.app.router.routes()
        if route.resource and "genesis" in route.resource.canonical and route.method != "HEAD"
    }
    tried = {(route.method, route.path) for route in (*OF_SESSIONS, *OF_WAITS)}
    for base in (BASE, "/genesis"):
        tried |= {("POST", f"{base}/commands"), ("POST", f"{base}/estimate"), ("GET", base)}
    assert served == tried


@pytest.mark.parametrize("route", OF_SESSIONS, ids=lambda route: f"{route.method} {template_of(route)}")
async def test_stranger_finds_no_session(maya: Caller, stranger: Caller, route: Any) -> None:
    session = await start(maya)
    query = "?from=1" if route.path.endswith("/diff") else ""
    path = route.path.replace("{id}", session.id) + query
    command = {"command_id": str(uuid4()), "command_type": "EXTEND_GENESIS", "session_id": session.id}
    answered = await stranger(route.method, path, command if route.body else None)
    assert (answered.status, answered.code) == (404, "SESSION_NOT_FOUND")
    assert (await maya("GET", f"{BASE}/{session.id}/state")).status == 200


async def test_stranger_changes_and_copies_no_session(maya: Caller, stranger: Caller) -> None:
    session = await start(maya)
    theirs = Session(stranger, session.id)
    assert await refused(theirs, "NAVIGATE", {"stage": "plot"}) == (404, "SESSION_NOT_FOUND")
    copied = await send(stranger, "START_GENESIS", {"from": {"session_id": session.id, "version": 1}})
    assert (copied.status, copied.code) == (404, "SESSION_NOT_FOUND")
    own = await start(stranger)
    source = {"from": {"session_id": session.id, "version": 1}, "paths": ["concept"]}
    assert await refused(own, "COPY_FIELDS", source) == (404, "SESSION_NOT_FOUND")
    compared = await own.read(f"diff?from=1&other={session.id}")
    assert (compared.status, compared.code) == (404, "SESSION_NOT_FOUND")
    assert [one["id"] for one in (await stranger("GET", BASE)).data["items"]] == [own.id]
    cursor = (await maya("GET", f"{BASE}?limit=1")).data["next_cursor"]
    assert cursor is None
    assert (await session.read()).data["version"] == 1


async def test_account_is_exported_and_deleted_with_its_sessions(http_service: HttpService) -> None:
    user = http_service.somebody()
    session = await start(user)
    await a_wait(http_service, session)
    archive = opened((await user("GET", "/api/v1/account/export")).body)
    assert [row["id"] for row in rows_of(archive, "genesis_sessions")] == [session.id]
    for table in ("command_inbox", "flow_resume_handles"):
        assert [row["session_id"] for row in rows_of(archive, table)] == [session.id], table
    assert [row["type"] for row in rows_of(archive, "domain_events")] == ["genesis.started"]
    deleted = await user("DELETE", "/api/v1/account", {"confirm": str(user.user_id)})
    assert deleted.status == 200
    assert (
        await http_service.database.pool.fetchval("SELECT count(*) FROM aggregates WHERE id = $1", session.id)
        == 0
    )


async def test_operators_see_the_jobs_of_sessions(http_service: HttpService, maya: Caller) -> None:
    session = await start(maya, mode="guided")
    operator = http_service.somebody(scopes=("operator",))
    (job,) = (await operator("GET", f"/api/v1/admin/jobs?user_id={maya.user_id}")).data["items"]
    assert (job["name"], job["group"], job["status"]) == ("concept_1", "concept", "queued")
    shown = await operator("GET", f"/api/v1/admin/jobs/{job['id']}")
    assert (shown.status, session.id in shown.body.decode()) == (200, True)


async def test_webhook_of_a_stranger_gets_nothing(
    http_service: HttpService, maya: Caller, stranger: Caller
) -> None:
    """Nothing of any event of a session, though it asks for all of them."""
    hooks = {}
    for user in (maya, stranger):
        body = {"url": "https://example.org/hook", "events": ["*", *(f"{name}.*" for name in FAMILIES)]}
        hooks[user.user_id] = (await user("POST", "/api/v1/webhooks", body)).data["id"]
    session = await start(maya)
    await http_service.database.pool.execute(_EVERY_EVENT, session.id, [*GenesisKind.events])
    planned = await http_service.database.pool.fetch(
        "SELECT id FROM event_outbox WHERE aggregate_id = $1", session.id
    )
    await http_service.database.pool.fetch(load("events")["mark_sent"], [row["id"] for row in planned], [])
    for user, events in ((maya, {*GenesisKind.events}), (stranger, set[str]())):
        path = f"/api/v1/webhooks/{hooks[user.user_id]}/deliveries?limit=100"
        assert {one["event"] for one in (await user("GET", path)).data["items"]} == events


# ── metrics ──


async def test_metrics_count_sessions_waits_rounds_and_commands(http_service: HttpService) -> None:
    async with http_service.beside() as fresh:
        user, id_ = fresh.somebody(), str(uuid4())
        session = await start(user)
        waiting = await start(user)
        for one in (session, waiting):
            await a_wait(fresh, one)
        late = "UPDATE flow_resume_handles SET expires_at = now() - interval '1 s' WHERE session_id = $1"
        await fresh.database.pool.execute(late, waiting.id)
        for _ in range(2):
            await session.send("NAVIGATE", {"stage": "plot"}, command_id=id_)
        await session.send("GENERATE_INSPIRATION", {"stage": "theme"})
        await session.send("GENERATE_INSPIRATION", {"stage": "theme"})
        ended = "UPDATE jobs SET status = 'ready', ended_at = $2, completed_at = $2 WHERE aggregate_id = $1"
        await fresh.database.pool.execute(ended, session.id, datetime.now(UTC))
        told = await fresh.somebody(scopes=("operator",))("GET", "/metrics")
    lines = [line.removeprefix("storytroupe_genesis_") for line in told.body.decode().splitlines()]
    values = {
        name: float(value) for name, _, value in (line.rpartition(" ") for line in lines if "{" in line)
    }
    assert {name: value for name, value in values.items() if name.startswith("commands_total")} == {
        'commands_total{type="START_GENESIS",outcome="processed"}': 2,
        'commands_total{type="NAVIGATE",outcome="processed"}': 1,
        'commands_total{type="NAVIGATE",outcome="repeated"}': 1,
        'commands_total{type="GENERATE_INSPIRATION",outcome="processed"}': 1,
        'commands_total{type="GENERATE_INSPIRATION",outcome="refused"}': 1,
    }
    for name in (
        'sessions{status="active",stage="plot"}',
        'waits{status="open"}',
        'waits{status="overdue"}',
        'rounds_an_hour{stage="theme",outcome="ready"}',
    ):
        assert values[name] > 0, name
    assert values['rounds_an_hour{stage="world",outcome="failed"}'] == 0
