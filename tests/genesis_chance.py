"""Sessions that go on by chance: commands of all kinds, and rounds that bring proposals, end and fail."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import Any
from uuid import UUID, uuid4

from service.db.sql import load
from service.errors import StorytroupeError
from service.genesis.generation import proposal, proposal_id, read_round
from service.genesis.kind import PROPOSALS
from service.genesis.model import STAGES, State
from service.jobs.jobs import Job, Move
from service.jobs.states import JobStatus
from tests.genesis_sessions import Led, Person
from tests.unit.genesis.played import VALUES, Drafted

_WORDS = ("salt", "tide", "lead", "boots")
_FIELDS = ("concept.title", "concept.logline", "theme.question", "world.summary", "plot.ending")
_PATHS = (*_FIELDS, "character.people", "theme.motifs", "concept", "world.places")


async def register_worker(person: Person) -> UUID:
    """A worker that lasts as long as any test. Moves of a worker that wait are settled together."""
    id_ = uuid4()
    await person.database.pool.execute(load("workers")["register"], id_, "here", 1, [], {}, 7200.0, None)
    return id_


class Chance:
    """What happens to a session, drawn from a seed. It is its own worker where none is given."""

    def __init__(self, person: Person, led: Led, seed: int, worker: UUID | None = None) -> None:
        self._person, self._led = person, led
        self._random = Random(seed)
        self._worker = worker

    async def play(self, steps: int) -> None:
        """So many steps. What is refused is a step, too."""
        for _ in range(steps):
            try:
                await self._random.choice((self._command, self._command, self._job))()
            except StorytroupeError:
                continue

    # ── commands ──

    async def _command(self) -> None:
        state = await self._led.state()
        type_, payload = self._drawn(state)
        await self._led.do(type_, payload)

    def _drawn(self, state: State) -> tuple[str, dict[str, Any]]:
        pick = self._random.choice
        stage, path, word = pick(STAGES).value, pick(_FIELDS), pick(_WORDS)
        change = {"op": "set", "path": path, "value": word}
        payloads: Mapping[str, dict[str, Any]] = {
            "GENERATE_INSPIRATION": {"stage": stage, "count": 2},
            "EDIT_STAGE": {"stage": path.partition(".")[0], "changes": [change]},
            "LOCK_FIELDS": {"paths": [pick(_PATHS)]},
            "UNLOCK_FIELDS": {"paths": [pick(_PATHS)]},
            "SELECT_PROPOSAL": {"proposal_ids": self._proposals(state)},
            "CONFIRM_STAGE": {"stage": stage},
            "REOPEN_STAGE": {"stage": stage},
            "NAVIGATE": {"stage": stage},
            "SUBMIT_FEEDBACK": {"stage": stage, "text": word, "regenerate": pick((True, False))},
            "IMPORT_MATERIAL": {"text": word},
            "CANCEL_GENERATION": {"stage": stage},
            "SET_BUDGET": {"budget_usd": pick((None, 0.1234567, 5.0))},
            "SWITCH_MODE": {"mode": pick(("guided", "free_form"))},
            "RESTORE": {"to_version": self._random.randint(1, 30)},
            "COPY_FIELDS": {
                "from": {"session_id": str(self._led.id), "version": self._random.randint(1, 30)},
                "paths": [pick(_PATHS)],
            },
            "EXTEND_GENESIS": {},
        }
        type_ = pick((*payloads, *("SELECT_PROPOSAL", "GENERATE_INSPIRATION", "CONFIRM_STAGE") * 4))
        return type_, payloads[type_]

    def _proposals(self, state: State) -> list[str]:
        ids = [sorted(stage.proposals) for stage in state.stages if stage.proposals]
        found = self._random.choice(ids) if ids else [str(uuid4())]
        return found[: self._random.choice((1, 1, 1, 2))]

    # ── rounds ──

    async def _job(self) -> None:
        """One of the rounds that run goes on."""
        rows = await self._person.database.pool.fetch(
            "SELECT grp FROM jobs WHERE aggregate_id = $1 AND ended_at IS NULL ORDER BY id", self._led.id
        )
        if rows:
            await self.bring(
                self._random.choice(rows)["grp"],
                end=self._random.random() < 0.7,
                fails=self._random.random() < 0.2,
            )

    async def bring(self, stage: str, *, end: bool = True, fails: bool = False) -> str:
        """Let a stage's round make a proposal, and end. Returns the proposal's id."""
        job = await self.claim(stage)
        state, round_ = await self._led.state(), read_round(job.input)
        made = state.stage(round_.stage).proposals
        id_ = proposal_id(job.id, len(made))
        draft = Drafted(VALUES[round_.stage], drawn_from=("inspiration", "concept.title"))
        shown = proposal(state, round_, id_, len(made), draft)
        await self._settle(job, Move(job.id, None, attempt=job.attempt, patch={PROPOSALS: {id_: shown}}))
        if end:
            to = JobStatus.FAILED if fails else JobStatus.READY
            await self._settle(job, Move(job.id, to, attempt=job.attempt, result={PROPOSALS: [id_]}))
        else:
            await self._settle(job, Move(job.id, JobStatus.QUEUED, attempt=job.attempt))
        return id_

    async def claim(self, stage: str) -> Job:
        """An attempt of a stage's round begins."""
        if self._worker is None:
            self._worker = await register_worker(self._person)
        job_id = await self._person.database.pool.fetchval(
            "SELECT id FROM jobs WHERE aggregate_id = $1 AND grp = $2 AND ended_at IS NULL",
            self._led.id,
            stage,
        )
        (job,) = await self._person.settler.claim([job_id], self._worker)
        return job

    async def _settle(self, job: Job, move: Move) -> None:
        assert await self._person.settler.settle(move, job.worker_id)
