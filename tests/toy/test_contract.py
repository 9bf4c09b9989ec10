"""The contract of a kind: what the runtime and its interfaces owe to each, tested on stories and on a toy."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from service.jobs.jobs import Job, Move, resume
from service.jobs.states import JobStatus
from service.runtime.runs import set_budget
from tests.http_service import Caller
from tests.integration.test_webhooks import receiving
from tests.servers import eventually
from tests.toy.plugs import AQUARIUM, PLUGS, Plug
from tests.toy.process import PRICE, ToyProcess, change, next_event, run_again

ROOT = Path(__file__).parents[2]


@pytest.fixture(params=PLUGS, ids=lambda plug: plug.kind.name)
def plug(request: pytest.FixtureRequest) -> Plug:
    found: Plug = request.param
    return found


@pytest.fixture
async def owner(toy_process: ToyProcess) -> Caller:
    return await toy_process.somebody()


@pytest.fixture
async def operator(toy_process: ToyProcess) -> Caller:
    return await toy_process.operator()


async def jobs_of(toy_process: ToyProcess, id_: UUID) -> list[Any]:
    """An aggregate's jobs, older runs first."""
    rows = await toy_process.environment.database.pool.fetch(
        "SELECT j.id, j.name, j.run_id, j.status, j.failures, j.attempt, j.error ->> 'code' AS code,"
        " j.error ->> 'message' AS message"
        " FROM jobs j JOIN runs r ON r.id = j.run_id WHERE j.aggregate_id = $1"
        " ORDER BY r.created_at, j.position",
        id_,
    )
    return list(rows)


async def job_of(toy_process: ToyProcess, id_: UUID, name: str) -> Any:
    """The only job of a name."""
    (job,) = [job for job in await jobs_of(toy_process, id_) if job["name"] == name]
    return job


def test_the_toy_is_named_by_nothing_but_its_own_package() -> None:
    naming = [
        path
        for folder in ("service", "actors")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in (".py", ".sql", ".lua", ".js") and "aquari" in path.read_text().lower()
    ]
    assert naming == []


# ── those who listen ──


async def test_a_socket_that_was_cut_goes_on_where_it_was(
    toy_process: ToyProcess, plug: Plug, owner: Caller
) -> None:
    with toy_process.environment.stub.gate(plug.after[1]) as gate:
        id_ = await toy_process.open(plug, owner)
        async with toy_process.client(owner, plug.channel(id_)) as client:
            assert client.answer["mode"] == "snapshot"
            await gate.arrived(1)
            seen = client.answer["version"]
    await toy_process.ended(id_)
    async with toy_process.client(owner, plug.channel(id_), since=seen) as client:
        events = client.answer["events"]
        assert client.answer["mode"] == "resumed"
        assert [event["version"] for event in events] == list(range(seen + 1, client.answer["version"] + 1))
        assert plug.ready in [event["event"] for event in events]
    async with toy_process.client(owner, plug.channel(id_)) as client:
        statuses = plug.kind.statuses(client.answer["state"])
    assert {statuses[name] for name, _ in (plug.paid, plug.after)} == {"ready"}


async def test_a_listener_hears_of_all_as_it_happens(
    toy_process: ToyProcess, plug: Plug, owner: Caller
) -> None:
    with toy_process.environment.stub.gate(plug.paid[1]) as gate:
        id_ = await toy_process.open(plug, owner)
        async with toy_process.client(owner, plug.channel(id_)) as client:
            gate.open()
            heard = await client.until(plug.ready)
    versions = [event["version"] for event in heard]
    assert versions == list(range(versions[0], versions[0] + len(heard)))
    assert {event["event"] for event in heard} <= set(plug.kind.events)
    assert any(event["data"].get("spend") == {"cost_usd": float(PRICE)} for event in heard)


async def test_who_joins_late_gets_no_ticks_of_what_has_ended(
    toy_process: ToyProcess, plug: Plug, owner: Caller
) -> None:
    stub = toy_process.environment.stub
    with stub.gate(plug.paid[1]) as first, stub.gate(plug.after[1]) as second:
        id_ = await toy_process.open(plug, owner)
        await first.arrived(1)
        if plug is AQUARIUM:
            await seen_ticks(toy_process, plug, owner, id_, plug.paid[0])
        first.open()
        await second.arrived(1)
        if plug is AQUARIUM:
            await seen_ticks(toy_process, plug, owner, id_, plug.after[0])
        async with toy_process.client(owner, plug.channel(id_)) as client:
            assert plug.paid[0] not in await client.ticks()
    await toy_process.ended(id_)
    async with toy_process.client(owner, plug.channel(id_)) as client:
        assert await client.ticks() == []


async def seen_ticks(toy_process: ToyProcess, plug: Plug, owner: Caller, id_: UUID, job: str) -> None:
    """Wait until who joins is given the ticks of a job."""

    async def seen() -> bool:
        async with toy_process.client(owner, plug.channel(id_)) as client:
            return job in await client.ticks()

    await toy_process.environment.until(seen, f"the ticks of {job} have come")


async def test_a_stream_of_events_begins_with_the_state_and_resumes(
    toy_process: ToyProcess, plug: Plug, owner: Caller
) -> None:
    with toy_process.environment.stub.gate(plug.paid[1]) as gate:
        id_ = await toy_process.open(plug, owner)
        await gate.arrived(1)
        path = plug.stream.format(id=id_)
        async with toy_process.stream(owner, path) as stream:
            snapshot = await next_event(stream)
            assert snapshot["mode"] == "snapshot"
            gate.open()
            told = await next_event(stream)
            while told.get("event") != plug.ready:
                told = await next_event(stream)
    async with toy_process.stream(owner, path, **{"Last-Event-ID": str(told["version"] - 1)}) as stream:
        assert await next_event(stream) == told


async def test_a_poll_waits_for_a_change(toy_process: ToyProcess, plug: Plug, owner: Caller) -> None:
    with toy_process.environment.stub.gate(plug.paid[1]) as gate:
        id_ = await toy_process.open(plug, owner)
        await gate.arrived(1)
        path = plug.poll.format(id=id_)
        known = await owner("GET", path)
        gate.open()
        changed = await owner("GET", f"{path}?wait=30", headers={"If-None-Match": known.headers["ETag"]})
    assert (known.status, changed.status) == (200, 200)
    assert known.json != changed.json
    await toy_process.ended(id_)


async def test_a_library_has_each_kind_under_its_name(
    toy_process: ToyProcess, plug: Plug, owner: Caller
) -> None:
    id_ = await toy_process.open(plug, owner)
    async with toy_process.stream(owner, "/api/v1/account/events") as stream:
        state = (await next_event(stream))["state"]
        assert [one["id"] for one in state[plug.kind.feed]] == [str(id_)]
    await toy_process.ended(id_)


async def test_what_does_not_exist_is_told_in_the_kinds_own_words(
    toy_process: ToyProcess, plug: Plug, owner: Caller
) -> None:
    stranger = await toy_process.somebody()
    of_another = await toy_process.open(plug, stranger)
    for id_ in (uuid4(), of_another):
        for path in (plug.poll, plug.stream):
            answered = await owner("GET", path.format(id=id_))
            assert (answered.status, answered.code) == (404, plug.kind.missing_code)
            assert plug.kind.noun in answered.json["message"]
        async with toy_process.client(owner, plug.channel(id_)) as client:
            assert client.answer["code"] == "NOT_FOUND"
    await toy_process.ended(of_another)


async def test_a_webhook_is_told_of_the_kinds_events(
    toy_process: ToyProcess, plug: Plug, owner: Caller
) -> None:
    async with receiving() as receiver:
        body = {"url": receiver.url, "events": [plug.ready]}
        assert (await owner("POST", "/api/v1/webhooks", body)).status == 201
        id_ = await toy_process.open(plug, owner)
        await toy_process.ended(id_)
        await eventually(lambda: bool(receiver.heard))
        (message,) = [json.loads(sent) for _, sent in receiver.heard]
    assert message["type"] == plug.ready
    told = message["data"]
    assert (told["id"], told["kind"], told["channel"]) == (str(id_), plug.kind.name, plug.channel(id_))


async def test_the_live_protocol_describes_the_kind(owner: Caller, plug: Plug) -> None:
    described = (await owner("GET", "/api/asyncapi.json")).body.decode()
    for name in (plug.ready, plug.lost, plug.kind.channel_prefix):
        assert name in described


# ── money, retries and pools ──


async def test_a_budget_is_the_aggregates(
    toy_process: ToyProcess, plug: Plug, owner: Caller, operator: Caller
) -> None:
    id_ = await toy_process.open(plug, owner, PRICE / 2)
    await toy_process.ended(id_)
    paid, after = await jobs_of(toy_process, id_)
    assert (paid["status"], paid["code"], after["status"]) == ("failed", "BUDGET_EXCEEDED", "skipped")
    assert f"The {plug.kind.noun}'s budget" in paid["message"]
    async with toy_process.environment.database.as_user(owner.user_id) as connection:
        await set_budget(connection, id_, Decimal(10))
    assert (await operator("POST", f"/api/v1/admin/dead/{paid['id']}/redrive")).status == 200
    await toy_process.ended(id_)
    assert [job["status"] for job in await jobs_of(toy_process, id_)] == ["ready", "ready"]


@pytest.mark.parametrize(("part", "attempts"), [("paid", 2), ("after", 4)])
async def test_a_job_is_tried_as_often_as_its_spec_says(
    toy_process: ToyProcess, owner: Caller, part: str, attempts: int
) -> None:
    name, group = getattr(AQUARIUM, part)
    toy_process.environment.stub.refuse(group, *[(500, "")] * attempts)
    id_ = await toy_process.open(AQUARIUM, owner)
    await toy_process.ended(id_)
    job = await job_of(toy_process, id_, name)
    assert (job["status"], job["failures"], job["attempt"]) == ("failed", attempts, attempts)


async def test_groups_of_two_kinds_share_a_pool(
    toy_process: ToyProcess, owner: Caller, operator: Caller
) -> None:
    group = AQUARIUM.after[1]
    with toy_process.environment.stub.gate(group) as gate:
        ids = [await toy_process.open(AQUARIUM, owner) for _ in range(2)]
        await gate.arrived(1)
        both = (
            "SELECT count(*) = 2 FROM jobs WHERE aggregate_id = ANY($1) AND grp = $2 AND status <> 'pending'"
        )

        async def wanted() -> bool:
            return bool(await toy_process.environment.value(both, ids, group))

        await toy_process.environment.until(wanted, "both labels are wanted")
        flight = "SELECT count(*) FROM jobs WHERE grp = $1 AND dispatched_at IS NOT NULL"
        assert await toy_process.environment.value(flight, group) == 1
        queues = {one["name"]: one for one in (await operator("GET", "/api/v1/admin/queues")).data["items"]}
        assert (queues[group]["pool"], queues[group]["bound"]) == ("pictures", 1)
        assert queues["scene"]["pool"] == "pictures"
    await toy_process.environment.finished(ids)


def cancel(jobs: Sequence[Job]) -> list[Move]:
    """The last in the graph first: else the end of the first would skip the rest."""
    return [Move(job.id, JobStatus.CANCELLED) for job in reversed(jobs)]


async def test_what_is_cancelled_stops_and_what_it_paid_for_is_used(
    toy_process: ToyProcess, plug: Plug, owner: Caller
) -> None:
    stub = toy_process.environment.stub
    with stub.gate(plug.paid[1]) as gate:
        id_ = await toy_process.open(plug, owner)
        (call,) = await gate.arrived(1)
        await change(toy_process.environment, id_, cancel)
        assert {job["status"] for job in await jobs_of(toy_process, id_)} == {"cancelled"}
    kept = "SELECT EXISTS (SELECT FROM provider_calls WHERE key = $1 AND outcome = 'ok')"
    await toy_process.environment.until(
        lambda: toy_process.environment.value(kept, call.key), "the answer is kept"
    )
    await change(toy_process.environment, id_, resume)
    await toy_process.ended(id_)
    assert [job["status"] for job in await jobs_of(toy_process, id_)] == ["ready", "ready"]
    assert stub.per_key()[call.key] == 1


# ── operators ──


async def test_one_run_is_redriven_and_no_other(
    toy_process: ToyProcess, plug: Plug, owner: Caller, operator: Caller
) -> None:
    toy_process.environment.stub.refuse(plug.paid[1], (400, ""), (400, ""))
    id_ = await toy_process.open(plug, owner)
    await toy_process.ended(id_)
    await run_again(toy_process.environment, id_)
    await toy_process.ended(id_)
    jobs = await jobs_of(toy_process, id_)
    first, second = (job for job in jobs if job["name"] == plug.paid[0])
    assert {job["status"] for job in jobs} == {"failed", "skipped"}
    assert (await operator("POST", f"/api/v1/admin/dead/{first['id']}/redrive")).status == 200
    await toy_process.ended(id_)
    ended = {
        run: [job["status"] for job in await jobs_of(toy_process, id_) if job["run_id"] == run]
        for run in (first["run_id"], second["run_id"])
    }
    assert ended == {first["run_id"]: ["ready", "ready"], second["run_id"]: ["failed", "skipped"]}


async def test_an_operator_sees_what_became_of_a_job(
    toy_process: ToyProcess, plug: Plug, owner: Caller, operator: Caller
) -> None:
    id_ = await toy_process.open(plug, owner)
    await toy_process.ended(id_)
    paid = await job_of(toy_process, id_, plug.paid[0])
    detail = (await operator("GET", f"/api/v1/admin/jobs/{paid['id']}")).data
    assert detail["group"] == plug.paid[1]
    assert [call["usd"] for call in detail["calls"]] == [float(PRICE)]
    assert len(detail["history"]) >= 2
    assert {event["event"] for event in detail["history"]} <= set(plug.kind.events)
    listed = (await operator("GET", f"/api/v1/admin/jobs?group={plug.paid[1]}&user_id={owner.user_id}")).data
    assert [job["id"] for job in listed["items"]] == [str(paid["id"])]
    assert plug.paid[1] in (await operator("GET", "/metrics")).body.decode()


# ── whose it is ──


async def test_all_of_it_is_exported_and_deleted_with_its_owner(
    toy_process: ToyProcess, plug: Plug, owner: Caller
) -> None:
    id_ = await toy_process.open(plug, owner)
    await toy_process.ended(id_)
    archive = zipfile.ZipFile(io.BytesIO((await owner("GET", "/api/v1/account/export")).body))
    for table in (*plug.kind.exports, "aggregates", "runs", "jobs", "provider_calls", "domain_events"):
        assert str(id_) in archive.read(f"rows/{table}.ndjson").decode(), table
    files = [name for name in archive.namelist() if name.startswith("files/")]
    assert len(files) == 1
    answered = await owner("DELETE", "/api/v1/account", {"confirm": str(owner.user_id)})
    assert answered.status == 200
    for table in (*plug.kind.exports, "aggregates", "jobs", "provider_calls", "domain_events"):
        mentioned = f"SELECT count(*) FROM {table} t WHERE to_jsonb(t)::text LIKE $1"  # noqa: S608
        assert await toy_process.environment.value(mentioned, f"%{id_}%") == 0, table
    assert not (toy_process.environment.folder / files[0].removeprefix("files/")).exists()
