"""A session with hundreds of rounds behind it beside a fresh one, and the time to the first card.

Real PostgreSQL. Commands, settlements and states of both sessions take turns, so that the machine is the
same for both. Bars: after 300 rounds each takes at most 1.5 times the CPU and the time of the fresh session;
the first proposal of an idle service, made offline, is there within 300 ms.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any
from uuid import UUID

from pydantic import SecretStr

from actors.registry import REGISTRY
from service.background.nudges import Nudges
from service.background.settler import Settler
from service.db.migrate import migrate
from service.db.pool import Database
from service.db.sql import load
from service.devstack.stack import Stack
from service.devstack.temporary import temporary_folder
from service.genesis.kind import GenesisKind
from service.process.start import open_process
from service.settings import Settings
from tests.factories import USER
from tests.genesis_chance import Chance
from tests.genesis_sessions import SPARK, Led, Person

ROUNDS = 300
TIMES = 60
BAR_RATIO, BAR_CARD_MS = 1.5, 300.0
CARDS = 5
_FIRST_CARD = """
SELECT extract(epoch FROM min(at) FILTER (WHERE type = 'proposal.made') - min(at))::float8
FROM domain_events WHERE aggregate_id = $1
"""


async def run() -> None:
    """Compare two sessions, then measure first cards."""
    with temporary_folder() as folder:
        async with Stack(folder) as stack:
            await migrate(stack.database_url)
            await _long_session(stack)
            await _first_cards(stack, folder)


@dataclass(slots=True)
class Times:
    """What one operation took, in milliseconds: by the clock, and of this process's CPU."""

    clock: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    async def measure(self, work: Callable[[], Awaitable[Any]]) -> None:
        clock, cpu = time.perf_counter(), time.process_time()
        await work()
        self.clock.append(1e3 * (time.perf_counter() - clock))
        self.cpu.append(1e3 * (time.process_time() - cpu))


class Measured:
    """One of the sessions. A round of it runs while it is measured."""

    def __init__(self, led: Led) -> None:
        self._led = led
        self._chance = Chance(led.person, led, 1)
        self._edits = 0
        self.times = {name: Times() for name in ("command", "settlement", "state")}

    async def go_through(self, rounds: int) -> None:
        """So many rounds of all stages, in turn, each with a proposal."""
        stages = ("concept", "theme", "character", "world")
        for number in range(rounds):
            stage = stages[number % len(stages)]
            await self._led.do("GENERATE_INSPIRATION", {"stage": stage, "count": 1})
            await self._chance.bring(stage)

    async def turn(self) -> None:
        """Each operation once."""
        self._edits += 1
        change = {"op": "set", "path": "concept.title", "value": f"The {self._edits}th tide"}
        edit = {"stage": "concept", "changes": [change]}
        await self.times["command"].measure(lambda: self._led.do("EDIT_STAGE", edit))
        await self._led.do("GENERATE_INSPIRATION", {"stage": "plot", "count": 1})
        await self.times["settlement"].measure(lambda: self._chance.claim("plot"))
        await self._led.do("CANCEL_GENERATION", {"stage": "plot"})
        await self.times["state"].measure(self._state)

    async def _state(self) -> None:
        async with self._led.person.door() as connection:
            assert await GenesisKind().snapshot(connection, self._led.id) is not None


async def _long_session(stack: Stack) -> None:
    database = await Database.connect(stack.database_url, size=2)
    nudges = Nudges(database)
    try:
        names = list(REGISTRY.groups)
        unset = [None] * len(names)
        await database.pool.execute(load("dispatch")["ensure_groups"], names, names, unset, unset)
        await database.pool.execute(load("users")["ensure_user"], USER, "unlimited")
        person = Person(database, Settler(database, REGISTRY.kinds, nudges))
        fresh, old = [Measured(await person.start(mode="free_form")) for _ in range(2)]
        await fresh.go_through(4)
        await old.go_through(ROUNDS)
        await database.pool.execute("ANALYZE")
        for _ in range(TIMES):
            await fresh.turn()
            await old.turn()
        for name in fresh.times:
            _report(name, fresh.times[name], old.times[name])
    finally:
        await nudges.stop()
        await database.close()


def _report(name: str, fresh: Times, old: Times) -> None:
    for what, ours, theirs in (("clock", fresh.clock, old.clock), ("CPU", fresh.cpu, old.cpu)):
        ratio = median(theirs) / median(ours)
        bar = "within" if ratio <= BAR_RATIO else "OVER"
        print(
            f"{name:10} {what:5}: fresh {median(ours):6.2f} ms, after {ROUNDS} rounds"
            f" {median(theirs):6.2f} ms, ratio {ratio:.2f} ({bar} {BAR_RATIO})"
        )


async def _first_cards(stack: Stack, folder: Path) -> None:
    settings = Settings(
        database_url=stack.database_url,
        redis_url=stack.redis_url,
        files_dir=folder / "files",
        jwt_secret=SecretStr("a secret that is long enough to be taken for one"),
    )
    async with open_process(settings) as process:
        person = Person(process.core.database, process.core.settler)
        for number in range(CARDS):
            led = await person.start(inspiration=SPARK)
            await led.proposals("concept")
            took = 1e3 * await _first_card(person, led.id)
            bar = "within" if took < BAR_CARD_MS else "OVER"
            print(f"card {number + 1}: {took:.0f} ms from the commit of START ({bar} {BAR_CARD_MS:.0f} ms)")


async def _first_card(person: Person, session: UUID) -> float:
    return float(await person.database.pool.fetchval(_FIRST_CARD, session))
