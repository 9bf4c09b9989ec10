"""Genesis under faults: a guided session is killed at each point, and ends as if nothing had happened."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from typing import Any, get_args
from uuid import UUID, uuid5

import pytest

from service.devstack.stack import Stack
from service.genesis.model import State
from service.genesis.store import load_states
from service.genesis.verify import verify
from tests.factories import USER
from tests.faults.child_processes import Child, ChildProcesses
from tests.faults.config import Failpoint, Point
from tests.faults.environment import CALM, FaultEnvironment, open_environment
from tests.genesis_sessions import SPARK
from tests.servers import fresh_database

_SECONDS_LEFT = """
SELECT extract(epoch FROM expires_at - clock_timestamp())::float8 FROM genesis_sessions WHERE id = $1
"""
_PASS = "UPDATE genesis_sessions SET expires_at = expires_at - make_interval(mins => $2) WHERE id = $1"
_TOLD = "SELECT array_agg(type ORDER BY version) FROM domain_events WHERE aggregate_id = $1"

Figure = Callable[[str], None]
POINTS: tuple[Point, ...] = get_args(Point)
#: Where the short form kills: in a command, between two proposals, and at what was paid for.
SHORT = ("before_command_commit", "before_proposal_commit", "after_answer")


class Guided:
    """A guided session, whose commands bear the same ids each time. Where a process has died, another is
    started, and a command without an answer is sent again."""

    def __init__(self, environment: FaultEnvironment, child: Child, *, first: int = 0) -> None:
        self.environment = environment
        self.child = child
        self.deaths = 0
        self._sent = first
        self.id: UUID | None = None

    async def send(self, type_: str, payload: Any) -> dict[str, Any]:
        """Send a command until it is answered. A repeated one is answered with its first result."""
        self._sent += 1
        body = {
            "command_id": str(uuid5(USER, f"command {self._sent}")),
            "command_type": type_,
            "payload": payload,
        } | ({"session_id": str(self.id)} if self.id else {})
        while True:
            self.child.tell(genesis=body)
            try:
                led = await self.child.said("led", led=body["command_id"])
            except AssertionError:
                await self.revive()
                continue
            assert led["code"] in ("", "COMMAND_REPEATED"), led
            answer: dict[str, Any] = led["answer"]
            return answer

    async def revive(self) -> None:
        """Start another process in the place of one that has died."""
        if self.child.ended.is_set():
            self.deaths += 1
            self.environment.history.note(f"{self.child.name} died", ambiguous=True)
            self.child = await self.environment.child()

    async def state(self) -> State:
        assert self.id is not None
        async with self.environment.database.as_owner() as connection:
            return State((await load_states(connection, [self.id]))[self.id])

    async def proposals(self, stage: str) -> list[str]:
        """The ids of a stage's proposals, in order, when its round has ended."""

        async def ended() -> bool:
            await self.revive()
            return f"{stage}:1" in (await self.state()).waits

        await self.environment.until(ended, f"the round of {stage} has ended")
        proposals = dict((await self.state()).json["stages"][stage]["proposals"])
        return sorted(proposals, key=lambda id_: int(proposals[id_]["index"]))

    async def lead(self) -> str:
        """From a spark to the people that are proposed. Returns what is then decided and proposed."""
        answer = await self.send("START_GENESIS", {"inspiration": SPARK, "seed": 7})
        self.id = UUID(answer["session_id"])
        for stage in ("concept", "theme"):
            first, *_ = await self.proposals(stage)
            await self.send("SELECT_PROPOSAL", {"proposal_ids": [first]})
            await self.send("CONFIRM_STAGE", {"stage": stage})
        await self.proposals("character")
        return decided(await self.state())


def decided(state: State) -> str:
    """What a session is, but for the times and for the versions: each attempt has events of its own."""
    stages = {
        stage.stage.value: {
            "status": stage.status,
            "round": stage.round,
            "fields": {
                name: {key: one for key, one in record.items() if key in ("value", "by", "proposal")}
                for name, record in stage.fields.items()
            },
            "order": dict(stage.order),
            "proposals": {
                id_: {key: one for key, one in made.items() if key != "at"}
                for id_, made in stage.proposals.items()
            },
        }
        for stage in state.stages
    }
    kept = {key: state.json.get(key) for key in ("status", "current_stage", "decision_version", "waits")}
    return json.dumps({**kept, "stages": stages}, sort_keys=True, indent=1)


@pytest.fixture(scope="module")
async def undisturbed(
    stack: Stack, template_database: str, child_processes: ChildProcesses
) -> AsyncIterator[tuple[str, set[str]]]:
    """What the session is where nothing happens, and the points that it has passed."""
    async with (
        fresh_database(stack, template_database) as database,
        open_environment(database, f"{stack.redis_url}?db=3", child_processes, seed=7) as environment,
    ):
        reports = [Failpoint(point=point, action="report") for point in POINTS]
        child = await environment.child(*reports, lease_seconds=CALM)
        end = await Guided(environment, child).lead()
        passed = set[str]()
        for point in POINTS:
            await child.reached(point, 10.0)
            passed.add(point)
        yield end, passed


def test_a_guided_session_passes_each_point(undisturbed: tuple[str, set[str]]) -> None:
    """So the list of points at which it is killed is complete."""
    assert undisturbed[1] == set(POINTS)


@pytest.mark.parametrize(
    "point", [pytest.param(point, marks=[] if point in SHORT else [pytest.mark.long]) for point in POINTS]
)
async def test_fault_45_a_guided_session_is_killed(
    environment: FaultEnvironment, figure: Figure, undisturbed: tuple[str, set[str]], point: Point
) -> None:
    # The second of a round's proposals, and a command that answers a wait.
    nth = 2 if "proposal" in point else 3 if "command" in point else 1
    guided = Guided(environment, await environment.child(Failpoint(point=point, nth=nth)))
    end = await guided.lead()
    assert guided.deaths == 1
    assert end == undisturbed[0]
    assert guided.id is not None
    await environment.rest()
    (verified,) = [one async for one in verify(environment.database, guided.id)]
    assert verified.faults == ()
    extra, hidden = await environment.extra_calls(), await environment.unknown_calls()
    assert extra <= hidden <= 1
    figure(f"{point}: the same end; {extra} extra calls")


async def test_fault_45_a_session_lives_by_the_databases_clock(
    environment: FaultEnvironment, figure: Figure
) -> None:
    """One process is an hour ahead and one behind; the session lives for half an hour."""
    half_an_hour: dict[str, Any] = {"genesis_life_days": 0.5 / 24, "genesis_reminder_days": 0.1 / 24}
    fast = await environment.child(clock_offset=3600.0, lease_seconds=CALM, **half_an_hour)
    slow = await environment.child(clock_offset=-3600.0, lease_seconds=CALM, **half_an_hour)
    for number, child in enumerate((fast, slow)):
        guided = Guided(environment, child, first=100 * number)
        answer = await guided.send("START_GENESIS", {"inspiration": SPARK, "mode": "free_form"})
        session = UUID(answer["session_id"])
        assert 1700 < await environment.value(_SECONDS_LEFT, session) < 1801
        told = ["genesis.started"]
        for minutes, event in ((20, None), (6, "genesis.reminded"), (5, "genesis.expired")):
            await environment.database.pool.execute(_PASS, session, minutes)
            for one in (fast, slow):
                one.tell(life=True)
                await one.said("life")
            told += [event] if event else []
            assert await environment.value(_TOLD, session) == told
    figure("reminded and expired on time, by processes that are an hour ahead and behind")
