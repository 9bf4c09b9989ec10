"""Opening aquaria, in the caller's transaction: rows of the kind's own, and a run by the one settlement."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID, uuid4

from service.db.pool import Connection
from service.jobs.jobs import Job
from service.jobs.states import JobStatus
from service.runtime.kinds import kinds_of
from service.runtime.settlement import Change, lock_aggregate, settle_locked
from tests.toy.actors import FISH, LABEL
from tests.toy.kind import AQUARIUM, AquariumKind

_AGGREGATE = "INSERT INTO aggregates (id, kind, user_id, budget_usd) VALUES ($1, $2, $3, $4)"
_AQUARIUM = "INSERT INTO aquaria (id, user_id, title) VALUES ($1, $2, $3)"


async def open_aquarium(
    connection: Connection,
    user_id: UUID,
    fish: Sequence[str] = ("nemo",),
    *,
    budget_usd: Decimal | None = None,
) -> UUID:
    """A new aquarium with its first run. Returns its id."""
    id_ = uuid4()
    await connection.execute(_AGGREGATE, id_, AQUARIUM, user_id, budget_usd)
    await connection.execute(_AQUARIUM, id_, user_id, "The sea at home")
    await stock(connection, id_, user_id, fish)
    return id_


async def stock(connection: Connection, id_: UUID, user_id: UUID, fish: Sequence[str]) -> None:
    """A run that buys these fish, and labels those that come."""
    locked = await lock_aggregate(connection, id_)
    assert locked is not None
    jobs = _jobs(id_, user_id, fish)
    await settle_locked(connection, kinds_of(AquariumKind()), [locked], Change(opened=jobs))


def _jobs(id_: UUID, user_id: UUID, fish: Sequence[str]) -> list[Job]:
    """Each fish is bought; its label waits for it."""
    run_id, jobs = uuid4(), list[Job]()

    def add(name: str, group: str, needs: tuple[tuple[UUID, bool], ...] = ()) -> UUID:
        status = JobStatus.PENDING if needs else JobStatus.QUEUED
        jobs.append(
            Job(uuid4(), id_, user_id, run_id, name, group, status, "stock", position=len(jobs), needs=needs)
        )
        return jobs[-1].id

    for one in fish:
        bought = add(f"fish_{one}", FISH.group)
        add(f"label_{one}", LABEL.group, ((bought, True),))
    return jobs
