"""The mutation run: takes guards away, one at a time, and demands that the quick suite notices.

``python -m tests.faults.mutations [NAME …]`` works on a copy of the tree, never on the tree itself.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.faults.mutation import Mutation
from tests.faults.mutations_of_genesis import OF_GENESIS
from tests.faults.mutations_of_limits import OF_LIMITS
from tests.faults.mutations_of_rounds import OF_ROUNDS
from tests.faults.mutations_of_sessions import OF_SESSIONS

ROOT = Path(__file__).parents[2]

_JOBS = "tests/unit/test_jobs.py"
_SIMULATION = "tests/faults/test_simulation.py"
_KILLS = "tests/faults/test_fault_01_to_07_kills.py"
_FROZEN = "tests/faults/test_fault_08_to_12_frozen_and_stopped.py"
_REDIS = "tests/faults/test_fault_13_to_21_redis.py"
_POSTGRES = "tests/faults/test_fault_22_to_29_postgres.py"
_ORDER = "tests/faults/test_fault_39_to_48_order.py"
_BARS = "tests/faults/test_bars.py"
_ACKS = "tests/faults/test_acks.py"
_BATCHES = "tests/integration/test_event_batches.py"
_LOCKS = "tests/faults/test_lock_and_load.py"
_LEASES = "tests/faults/test_leases.py"
_LIFECYCLE = "tests/unit/test_lifecycle.py"


MUTATIONS = (
    Mutation(
        "attempt fence in decide",
        "service/jobs/jobs.py",
        "if fenced and (job.status is not JobStatus.GENERATING or job.attempt != move.attempt):",
        "if fenced and job.status is not JobStatus.GENERATING:",
        (_JOBS, _SIMULATION),
    ),
    Mutation(
        "table of transitions",
        "service/jobs/jobs.py",
        "return may_move(job.status, move.to)",
        "return True",
        (_JOBS, _SIMULATION),
    ),
    Mutation(
        "attempt rises with a claim",
        "service/jobs/jobs.py",
        "attempt=job.attempt + 1 if claimed else job.attempt,",
        "attempt=job.attempt,",
        (_JOBS, _SIMULATION),
    ),
    Mutation(
        "progress outlives deaths",
        "service/jobs/jobs.py",
        "if move.to is None and move.patch:",
        "if False:",
        (_JOBS,),
    ),
    Mutation(
        "needs before dependants",
        "service/jobs/jobs.py",
        "return JobStatus.QUEUED if all(need.status.final for need, _ in needs) else JobStatus.PENDING",
        "return JobStatus.QUEUED if any(need.status.final for need, _ in needs) else JobStatus.PENDING",
        (_JOBS, _SIMULATION),
    ),
    Mutation(
        "a settlement holds its worker",
        "schema.sql",
        "    IF NOT FOUND THEN RETURN; END IF;",
        "",
        (_LOCKS, _LEASES),
    ),
    Mutation(
        "status and attempt are compared and set",
        "service/db/queries/jobs.sql",
        "WHERE j.id = x.id AND j.status = x.was_status AND j.attempt = x.was_attempt",
        "WHERE j.id = x.id",
        (_LEASES,),
    ),
    Mutation(
        "the aggregate's lock",
        "schema.sql",
        "    ORDER BY a.id FOR NO KEY UPDATE) AS q;",
        "    ORDER BY a.id) AS q;",
        (f"{_ORDER}::test_fault_43_siblings_that_finish_together", _LOCKS),
    ),
    Mutation(
        "a made move counts as made",
        "service/runtime/settlement.py",
        "return job.attempt == move.attempt and job.status is move.to",
        "return False",
        (_LEASES,),
    ),
    Mutation(
        "expiry asks for the lease's end",
        "service/db/queries/workers.sql",
        "w.buried_at IS NULL AND w.lease_until < clock_timestamp() AND w.id <> $1",
        "w.buried_at IS NULL AND w.id <> $1",
        (_LEASES,),
        times=2,
    ),
    Mutation(
        "expiry asks for a steady worker",
        "service/db/queries/workers.sql",
        "    AND u.steady_since < clock_timestamp() - make_interval(secs => $2))",
        "    AND $2 > 0)",
        (_LEASES,),
        times=2,
    ),
    Mutation(
        "the connections of the dead are ended",
        "service/background/reconciler.py",
        """        await self._database.pool.execute(_WORKERS["end_connections_of_the_dead"], me, lease)\n""",
        "",
        (_LEASES,),
    ),
    Mutation(
        "a gap begins steadiness anew",
        "service/db/queries/workers.sql",
        "THEN clock_timestamp() ELSE steady_since END",
        "THEN steady_since ELSE steady_since END",
        (_LEASES,),
    ),
    Mutation(
        "an expired worker does not renew",
        "service/db/queries/workers.sql",
        "WHERE id = $1 AND buried_at IS NULL RETURNING id;\n\n-- name: lock_own_worker",
        "WHERE id = $1 RETURNING id;\n\n-- name: lock_own_worker",
        (_LEASES,),
    ),
    Mutation(
        "expiry gives jobs back",
        "service/background/rescue.py",
        "return await settle(connection, kinds, moves) if moves else Settled()",
        "return Settled()",
        (_LEASES,),
    ),
    Mutation(
        "unknown kinds are left alone",
        "schema.sql",
        "ON a.id = x.id AND a.kind = ANY(known_kinds)",
        "ON a.id = x.id",
        (f"{_ORDER}::test_fault_47_an_old_and_a_new_version_side_by_side",),
    ),
    Mutation(
        "kept answers are taken up",
        "service/db/queries/ledger.sql",
        "SELECT result, result_key FROM provider_calls WHERE key = $1 AND outcome = 'ok'),\nworker",
        "SELECT result, result_key FROM provider_calls WHERE key = $1 AND outcome = 'never'),\nworker",
        (_LEASES,),
    ),
    Mutation(
        "calls of a crash are marked unknown",
        "service/db/queries/ledger.sql",
        "WHERE key = $1 AND outcome = 'started' AND (job_id, attempt, worker_id) <> ($4, $5, $6)",
        "WHERE key = $1 AND outcome = 'never' AND (job_id, attempt, worker_id) <> ($4, $5, $6)",
        (_LEASES,),
    ),
    Mutation(
        "an unknown call is repeated at most once",
        "service/runtime/ledger.py",
        'if row["unknown"] > MAX_UNKNOWN:',
        "if False:",
        (_LEASES,),
    ),
    Mutation(
        "an intent is fenced",
        "service/db/queries/ledger.sql",
        "SELECT id FROM jobs WHERE id = $4 AND attempt = $5 AND worker_id = $6 AND EXISTS",
        "SELECT id FROM jobs WHERE id = $4 AND EXISTS",
        (_LEASES,),
    ),
    Mutation(
        "ends outlast an outage",
        "actors/runtime/executor.py",
        "            except Unavailable:\n",
        "            except ZeroDivisionError:\n",
        (f"{_POSTGRES}::test_fault_22_an_end_waits_while_postgres_is_away",),
    ),
    Mutation(
        "answers outlast an outage",
        "service/runtime/ledger.py",
        "held = await self._database.retry_forever(",
        "held = await self._database.retry_transaction(",
        (f"{_POSTGRES}::test_fault_22_postgres_is_restarted_in_mid_load",),
    ),
    Mutation(
        "lost entries are found",
        "service/background/reconciler.py",
        '        lost = [row["id"] for row in rows if row["id"] not in present]',
        "        lost: list[UUID] = []",
        (_LEASES,),
    ),
    Mutation(
        "only lost entries are unmarked",
        "service/background/reconciler.py",
        '        lost = [row["id"] for row in rows if row["id"] not in present]',
        '        lost = [row["id"] for row in rows]',
        (_LEASES,),
    ),
    Mutation(
        "entries are adopted by liveness, not by age",
        "service/db/queries/workers.sql",
        "WHERE NOT EXISTS (SELECT FROM workers w WHERE w.id = x.id AND w.buried_at IS NULL)",
        "WHERE true",
        (_LEASES,),
    ),
    Mutation(
        "groups are made again",
        "actors/runtime/reader.py",
        "ensured, self._next_own = False, 0.0",
        "self._next_own = 0.0",
        (f"{_REDIS}::test_fault_17_the_consumer_groups_are_destroyed",),
    ),
    Mutation(
        "a reader that is stopped waits for no slot",
        "service/lifecycle.py",
        "        self._nudged.set()\n        if self._task is not None:",
        "        if self._task is not None:",
        (_LIFECYCLE,),
    ),
    Mutation(
        "a second start loses no task",
        "service/lifecycle.py",
        "            if self._started:\n                raise RuntimeError(",
        "            if False:\n                raise RuntimeError(",
        (_LIFECYCLE,),
    ),
    Mutation(
        "an absent server costs an event no try",
        "service/background/relay.py",
        "if not is_refusal(error):",
        "if False:",
        (f"{_REDIS}::test_fault_19_redis_is_out_of_memory",),
    ),
    Mutation(
        "entries that nobody can read are put away",
        "actors/runtime/reader.py",
        "        await self._finish([entry.id for entry in entries])\n\n    async def _finish",
        "        return\n\n    async def _finish",
        (f"{_REDIS}::test_fault_21_an_entry_that_nobody_can_read",),
    ),
    Mutation(
        "acks are gathered",
        "actors/runtime/reader.py",
        "self._over[:FINISH_AT_ONCE], self._over[FINISH_AT_ONCE:]",
        "self._over[:1], self._over[1:]",
        (_ACKS,),
    ),
    Mutation(
        "no event outlives its aggregate",
        "schema.sql",
        "  DELETE FROM public.domain_events WHERE aggregate_id IN (SELECT id FROM deleted);\n",
        "",
        (_BATCHES,),
    ),
    Mutation(
        "a refused batch is split",
        "service/background/relay.py",
        """        await connection.execute(_SQL["split_batches"], ranges)\n""",
        "",
        (_BATCHES,),
    ),
    Mutation(
        "a failed batch answers its callers",
        "service/background/flusher.py",
        "                future.set_exception(error)\n",
        "                pass\n",
        (f"{_POSTGRES}::test_fault_28_the_disk_is_full",),
    ),
    Mutation(
        "a fair rank in line",
        "schema.sql",
        "ORDER BY j.rank, j.id LIMIT room FOR NO KEY UPDATE SKIP LOCKED",
        "ORDER BY j.created_at, j.id LIMIT room FOR NO KEY UPDATE SKIP LOCKED",
        (f"{_BARS}::test_bar_no_user_waits_for_anothers_flood",),
    ),
    Mutation(
        "no more marks than slots",
        "schema.sql",
        "room := least(g.free - waiting, at_once);",
        "room := least(g.free + 100, at_once);",
        (f"{_ORDER}::test_fault_48_a_long_queue_makes_no_storm",),
    ),
    Mutation(
        "the database's clock",
        "service/runtime/settlement.py",
        'now: datetime = locked[-1].at or await connection.fetchval(_JOBS["clock"])',
        "now = datetime.now().astimezone()",
        (f"{_ORDER}::test_fault_39_clocks_that_are_an_hour_off",),
    ),
    *OF_GENESIS,
    *OF_LIMITS,
    *OF_SESSIONS,
    *OF_ROUNDS,
)


def main(wanted: list[str]) -> int:
    """Run the mutations whose names hold one of the words; the number of guards that nobody missed."""
    chosen = [one for one in MUTATIONS if not wanted or any(word in one.name for word in wanted)]
    survivors = 0
    with tempfile.TemporaryDirectory(prefix="storytroupe-mutations-") as folder:
        Path(folder).chmod(0o755)
        tree = Path(folder) / "tree"
        _copy(tree)
        print("| guard taken away | noticed by |\n|---|---|", flush=True)  # noqa: T201
        for one in chosen:
            noticed = _try(tree, one)
            survivors += not noticed
            print(f"| {one.name} | {noticed or '**nobody**'} |", flush=True)  # noqa: T201
    return survivors


def _copy(tree: Path) -> None:
    skip = shutil.ignore_patterns(
        ".venv", ".git", "data", "__pycache__", ".mypy_cache", ".ruff_cache", ".hypothesis"
    )
    shutil.copytree(ROOT, tree, ignore=skip)


def _try(tree: Path, mutation: Mutation) -> str:
    """Take a guard away, run its tests, put it back. Returns the tests that failed."""
    path = tree / mutation.file
    whole = path.read_text()
    if whole.count(mutation.guard) != mutation.times:
        raise SystemExit(
            f"{mutation.name}: {mutation.file} has its guard {whole.count(mutation.guard)} times"
        )
    path.write_text(whole.replace(mutation.guard, mutation.without))
    try:
        command = [sys.executable, "-m", "pytest", "--faults=long", "-x", "--tb=no", "-rf", *mutation.tests]
        run = subprocess.run(command, cwd=tree, capture_output=True, text=True, timeout=400, check=False)
    finally:
        path.write_text(whole)
    if run.returncode not in (0, 1):
        raise SystemExit(f"{mutation.name}: the tests did not run\n{run.stdout[-3000:]}{run.stderr[-2000:]}")
    failed = [line.split()[1] for line in run.stdout.splitlines() if line.startswith("FAILED")]
    return ", ".join(name.rpartition("::")[2] for name in failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
