"""The pure state machine under crashes, zombies, lost and repeated messages: thousands of orders.

The simulation holds what PostgreSQL holds (the jobs) and what may be lost (entries, workers,
answers). Every order is drawn from its seed, so a failure can be played again.
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from uuid import UUID, uuid4

import pytest

from service.jobs.jobs import Job, Move, Step, decide
from service.jobs.states import JobStatus
from tests.factories import story_jobs

_ENDS = [JobStatus.READY] * 6 + [JobStatus.FAILED, JobStatus.RETRYING]


@dataclass(slots=True)
class Attempt:
    """What a worker believes that it runs; it may be wrong."""

    job_id: UUID
    number: int
    worker: UUID


@dataclass(slots=True)
class Simulation:
    """One story, a few workers, a stream that forgets and repeats."""

    seed: int
    chance: random.Random = field(init=False)
    jobs: dict[UUID, Job] = field(init=False)
    entries: list[UUID] = field(default_factory=list)
    living: list[UUID] = field(default_factory=lambda: [uuid4() for _ in range(3)])
    attempts: list[Attempt] = field(default_factory=list)
    sent: list[Move] = field(default_factory=list)
    wins: Counter[UUID] = field(default_factory=Counter)
    releases: Counter[UUID] = field(default_factory=Counter)
    refused: int = 0
    crashes: int = 0

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        self.jobs = {job.id: job for job in story_jobs(self.chance.randint(1, 6))}

    def run(self, steps: int = 4000) -> None:
        """Let things happen until every job has ended."""
        happenings = [self.dispatch, self.deliver, self.deliver, self.end, self.end, self.crash]
        happenings += [self.repeat_entry, self.lose_entry, self.repeat_write, self.sweep]
        for _ in range(steps):
            if all(job.status.final for job in self.jobs.values()):
                return
            self.chance.choice(happenings)()
        raise AssertionError(f"seed {self.seed}: not over after {steps} steps")

    def dispatch(self) -> None:
        """Marks are dropped from the model: an entry may be added twice, and that must not matter."""
        queued = [job.id for job in self.jobs.values() if job.status is JobStatus.QUEUED]
        if queued:
            self.entries.append(self.chance.choice(queued))

    def deliver(self) -> None:
        """An entry reaches some worker, which claims; the claim's answer may be lost."""
        if not self.entries:
            return
        job_id = self.entries.pop(self.chance.randrange(len(self.entries)))
        worker = self.chance.choice(self.living)
        decision = self.decide(Move(job_id, JobStatus.GENERATING, worker_id=worker))
        job = self.jobs[job_id]
        if decision and self.chance.random() < 0.95:
            self.attempts.append(Attempt(job_id, job.attempt, worker))

    def end(self) -> None:
        """An attempt writes its end; so does one whose worker was taken for dead."""
        if not self.attempts:
            return
        attempt = self.attempts.pop(self.chance.randrange(len(self.attempts)))
        move = Move(attempt.job_id, self.chance.choice(_ENDS), attempt=attempt.number, delay=0.0)
        self.sent.append(move)
        self.decide(move)

    def repeat_write(self) -> None:
        """A commit whose answer was lost is sent again, however late."""
        if self.sent:
            self.decide(self.chance.choice(self.sent))

    def crash(self) -> None:
        """A worker expires; half of those are not dead, and their attempts go on as zombies."""
        if self.chance.random() < 0.7:
            return
        dead = self.living.pop(self.chance.randrange(len(self.living)))
        self.living.append(uuid4())
        self.crashes += 1
        self.give_back(dead)
        if self.chance.random() < 0.5:
            self.attempts = [attempt for attempt in self.attempts if attempt.worker != dead]

    def give_back(self, worker: UUID) -> None:
        held = [job for job in self.jobs.values() if job.worker_id == worker]
        self.decide(*(Move(job.id, JobStatus.QUEUED, counts="rescue") for job in held))

    def repeat_entry(self) -> None:
        if self.entries:
            self.entries.append(self.chance.choice(self.entries))
        self.chance.shuffle(self.entries)

    def lose_entry(self) -> None:
        if self.entries and self.chance.random() < 0.5:
            self.entries.pop()
        if self.chance.random() < 0.02:
            self.entries.clear()

    def sweep(self) -> None:
        """The scheduler, and the look at what is ours and does not run."""
        due = [job.id for job in self.jobs.values() if job.status is JobStatus.RETRYING]
        self.decide(*(Move(id_, JobStatus.QUEUED) for id_ in due))
        held = {(attempt.job_id, attempt.number) for attempt in self.attempts}
        strays = [
            job
            for job in self.jobs.values()
            if job.status is JobStatus.GENERATING and (job.id, job.attempt) not in held
        ]
        self.decide(*(Move(job.id, JobStatus.QUEUED, attempt=job.attempt) for job in strays))

    def decide(self, *moves: Move) -> bool:
        """Settle some moves, and see that nothing forbidden came of it."""
        decision = decide(list(self.jobs.values()), moves)
        self.refused += len(decision.refused)
        after = {job.id: job for job in decision.jobs}
        for step in decision.steps:
            self._see(step, after)
        self.jobs = after
        return bool(decision.steps)

    def _see(self, step: Step, after: dict[UUID, Job]) -> None:
        before, now = step.before, step.after
        where = f"seed {self.seed}: {now.name} {before.status} → {now.status}"
        claimed = now.status is JobStatus.GENERATING and before.status is JobStatus.QUEUED
        assert not before.status.final, f"{where}: a final job was altered"
        assert now.attempt == before.attempt + claimed, where
        assert (now.worker_id is not None) == (now.status is JobStatus.GENERATING), where
        if claimed:
            ended = all(after[need].status.final for need, _ in now.needs)
            assert ended, f"{where}: it started before what it needs"
        self.wins[now.id] += now.status is JobStatus.READY
        self.releases[now.id] += before.status is JobStatus.PENDING and now.status is JobStatus.QUEUED


@pytest.mark.parametrize("block", range(4))
def test_simulation_of_many_orders_makes_each_job_once(block: int, long: bool) -> None:
    orders = 3000 if long else 120
    refused = crashes = 0
    for seed in range(block * orders, (block + 1) * orders):
        simulation = Simulation(seed)
        simulation.run()
        assert max(simulation.wins.values(), default=0) <= 1
        assert max(simulation.releases.values(), default=0) <= 1
        content = next(job for job in simulation.jobs.values() if job.name == "content")
        others = {job.status for job in simulation.jobs.values() if job.name != "content"}
        if content.status is not JobStatus.READY:
            assert others == {JobStatus.SKIPPED}, f"seed {seed}: {others} after {content.status}"
        refused, crashes = refused + simulation.refused, crashes + simulation.crashes
    assert refused > orders, "nothing came late, so nothing was shown"
    assert crashes > orders / 2
