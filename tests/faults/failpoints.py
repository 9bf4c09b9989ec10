"""Failpoints: places of the real runtime at which a child breaks when it is told to.

``install`` wraps methods of the real classes, in the child's own process; what they do is left
as it is.
"""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any
from uuid import UUID

import orjson

import service.background.settler as settler_module
from actors.runtime.executor import Executor
from service.background.settler import Settler
from service.db.pool import Connection
from service.domain.assets import group_of
from service.genesis import sessions
from service.genesis.decide import Decision
from service.genesis.kind import PROPOSALS
from service.genesis.sessions import LockedSession
from service.jobs.jobs import Job, Move, Step
from service.jobs.outcomes import Done, Outcome
from service.jobs.states import JobStatus
from service.runtime.kinds import Kinds
from service.runtime.ledger import Answer, Cost, Ledger, Work
from service.runtime.settlement import Settled, settle
from service.streams.events import EventStream, Published
from service.streams.jobs import JobStreams
from tests.faults.config import Failpoint, Point

Report = Callable[[dict[str, Any]], None]


class Failpoints:
    """Which points are armed, how often each was passed, and who hangs."""

    def __init__(self, armed: Iterable[Failpoint], report: Report) -> None:
        self.armed = list(armed)
        self._report = report
        self._passed: Counter[int] = Counter()
        self._released: dict[str, asyncio.Event] = {}

    def arm(self, failpoint: Failpoint) -> None:
        self.armed.append(failpoint)

    def release(self, point: str) -> None:
        """Let those who hang at a point go on."""
        self._released.setdefault(point, asyncio.Event()).set()

    async def hit(self, point: Point, groups: Iterable[str]) -> None:
        """Pass a point; may not come back."""
        for found in self.strike(point, groups):
            await self._released.setdefault(found.point, asyncio.Event()).wait()

    def strike(self, point: Point, groups: Iterable[str]) -> list[Failpoint]:
        """Pass a point where nothing may be awaited. Returns those that ask to hang."""
        present = set(groups)
        met = [one for one in self.armed if one.point == point and self._due(one, present)]
        for one in met:
            self._report({"reached": point, "group": one.group, "action": one.action})
            _act(one)
        return [one for one in met if one.action == "hang"]

    def _due(self, failpoint: Failpoint, groups: set[str]) -> bool:
        if not groups or (failpoint.group is not None and failpoint.group not in groups):
            return False
        self._passed[id(failpoint)] += 1
        return self._passed[id(failpoint)] == failpoint.nth


def _act(failpoint: Failpoint) -> None:
    if failpoint.action == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    elif failpoint.action == "freeze":
        os.kill(os.getpid(), signal.SIGSTOP)
    elif failpoint.action == "block":
        time.sleep(failpoint.seconds)


def install(points: Failpoints) -> None:
    """Wrap the real classes of this process."""
    _wrap_settlement(points)
    _wrap_attempts(points)
    _wrap_streams(points)
    _wrap_commands(points)


def _wrap_settlement(points: Failpoints) -> None:
    real_claim, real_nudge = Settler.claim, Settler.nudge

    async def breaking_settle(
        connection: Connection, kinds: Kinds, moves: Sequence[Move], **rest: Any
    ) -> Settled:
        settled = await settle(connection, kinds, moves, **rest)
        await points.hit("before_claim_commit", _groups(settled.steps, JobStatus.GENERATING))
        await points.hit("before_end_commit", _groups(settled.steps, JobStatus.READY))
        await points.hit("before_proposal_commit", _proposing(settled.steps))
        return settled

    async def claim(self: Settler, job_ids: Sequence[UUID], worker_id: UUID) -> list[Job]:
        claimed = await real_claim(self, job_ids, worker_id)
        await points.hit("after_claim", [job.group for job in claimed])
        return claimed

    def nudge(self: Settler, settled: Settled) -> None:
        # Between the commit and anybody's hearing of it.
        points.strike("after_settlement", _groups(settled.steps, JobStatus.READY))
        points.strike("after_proposal", _proposing(settled.steps))
        real_nudge(self, settled)

    settler_module.settle = breaking_settle  # type: ignore[attr-defined]
    Settler.claim = claim  # type: ignore[method-assign]
    Settler.nudge = nudge  # type: ignore[method-assign]


def _wrap_attempts(points: Failpoints) -> None:
    real_keep, real_settle = Ledger.keep, Executor.settle

    async def keep(self: Ledger, job: Job, work: Work, number: int, answer: Answer, cost: Cost) -> Answer:
        await points.hit("after_answer", [job.group])
        return await real_keep(self, job, work, number, answer, cost)

    async def settle_end(self: Executor, job: Job, outcome: Outcome) -> bool:
        if isinstance(outcome, Done):
            await points.hit("after_upload", [job.group])
        return await real_settle(self, job, outcome)

    Ledger.keep = keep  # type: ignore[method-assign]
    Executor.settle = settle_end  # type: ignore[method-assign]


def _wrap_streams(points: Failpoints) -> None:
    real_append, real_finish = EventStream.append, JobStreams.finish

    async def append(self: EventStream, events: Sequence[Published]) -> None:
        await real_append(self, events)
        await points.hit("after_xadd", _told_ready(events))

    async def finish(self: JobStreams, group: str, entry_ids: Sequence[bytes]) -> int:
        if entry_ids:
            await points.hit("before_ack", [group])
        return await real_finish(self, group, entry_ids)

    EventStream.append = append  # type: ignore[method-assign]
    JobStreams.finish = finish  # type: ignore[method-assign]


def _wrap_commands(points: Failpoints) -> None:
    real_write = sessions.write

    async def write(connection: Connection, locked: LockedSession, decision: Decision, *rest: Any) -> Settled:
        settled = await real_write(connection, locked, decision, *rest)
        await points.hit("before_command_commit", [decision.events[0].type] if decision.events else [])
        return settled

    sessions.write = write  # type: ignore[assignment]


def _groups(steps: Iterable[Step], status: JobStatus) -> list[str]:
    return [step.after.group for step in steps if step.after.status is status is not step.before.status]


def _proposing(steps: Iterable[Step]) -> list[str]:
    """The groups whose jobs have brought a part of their work: a proposal, or a scene of a chapter."""
    return [step.after.group for step in steps if PROPOSALS in step.patch or "scene" in step.patch]


def _told_ready(events: Iterable[Published]) -> list[str]:
    """The groups whose jobs are said to be ready."""
    ready = [_data(told) for told in events if told.event in ("asset.ready", "content.ready")]
    ended = [_data(told) for told in events if told.event == "generation.ended"]
    return [
        *(group_of(name) for data in ready for name in data.get("assets", data.get("jobs", ()))),
        *(name.rpartition("_")[0] for data in ended for name in data["jobs"]),
    ]


def _data(told: Published) -> Any:
    """The data of an event, as a reader of the stream gets it."""
    return orjson.loads(orjson.dumps(told.data))
