"""The checker: reads everything that is left behind, and says each broken invariant as a sentence.

The numbers are those of the design's list; the tenth, that no guard may be taken away, is
``tests.faults.mutations``.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import redis.asyncio as aioredis

from service.db.pool import Database
from service.jobs.states import FINAL
from service.streams.jobs import CONSUMER_GROUP, JobStreams
from tests.faults.history import History
from tests.faults.stub_provider import StubProvider
from tests.faults.views import Audience

FINAL_NAMES = {status.value for status in FINAL}


class Checker:
    """Checks one environment. ``faults`` gathers the sentences."""

    def __init__(
        self,
        database: Database,
        redis: aioredis.Redis,
        namespace: str,
        files: Path,
        stub: StubProvider,
        history: History,
        audience: Audience | None,
    ) -> None:
        self._pool = database.pool
        self._redis = redis
        self._streams = JobStreams(redis, namespace)
        self._files = files
        self._stub = stub
        self._history = history
        self._audience = audience

    async def check(self) -> list[str]:
        """All invariants of an environment that has come to rest."""
        return [
            *await self.stories_end(),
            *await self.one_winner_a_job(),
            *await self.needs_come_first(),
            *await self.calls_are_paid_once(),
            *await self.ready_means_there(),
            *await self.versions_are_gapless(),
            *await self.one_effect_a_key(),
            *await self.nobody_is_forgotten(),
            *await self.nothing_is_left(),
        ]

    async def stories_end(self) -> list[str]:
        """1. Every accepted story is there, and final."""
        rows = await self._pool.fetch(
            "SELECT s.id, s.status, s.asset_generation_status ->> 'overall' AS overall, t.status AS run"
            " FROM stories s JOIN story_generation_tasks t ON t.story_id = s.id"
        )
        found = {row["id"]: row for row in rows}
        lost = [
            f"1: story {id_} was accepted and is lost" for id_ in self._history.accepted if id_ not in found
        ]
        open_ones = [
            f"1: story {id_} is still {row['overall']}, its run {row['run']}"
            for id_, row in found.items()
            if row["overall"] == "generating" or row["run"] in ("PENDING", "IN_PROGRESS")
        ]
        return lost + open_ones

    async def one_winner_a_job(self) -> list[str]:
        """2. One winning attempt a job; attempts only rise; nothing alters a final row."""
        faults: list[str] = []
        wins: Counter[Any] = Counter()
        for row in await self._audit():
            wins[row["job_id"]] += row["status"] == "ready" and row["was"] != "ready"
            claimed = row["status"] == "generating" and row["was"] != "generating"
            if row["was_attempt"] is not None and row["attempt"] != row["was_attempt"] + claimed:
                faults.append(f"2: {row['name']} went from attempt {row['was_attempt']} to {row['attempt']}")
            if row["was"] in FINAL_NAMES and not row["same"]:
                faults.append(f"2: {row['name']} was {row['was']}, and was altered to {row['status']}")
        twice = [f"2: job {job} was made {count} times" for job, count in wins.items() if count > 1]
        return faults + twice

    async def needs_come_first(self) -> list[str]:
        """3. No job starts before what it needs; a dependant is queued once."""
        faults: list[str] = []
        released: Counter[Any] = Counter()
        for row in await self._audit():
            released[row["job_id"]] += row["was"] == "pending" and row["status"] == "queued"
            if row["needs_open"] or row["hard_missed"]:
                faults.append(f"3: {row['name']} of {row['aggregate_id']} started before what it needs")
        return faults + [f"3: job {job} was released {n} times" for job, n in released.items() if n > 1]

    async def calls_are_paid_once(self) -> list[str]:
        """4. Calls for a key ≤ 1 + ambiguous crashes + explicit retries, and each is in the ledger."""
        rows = await self._pool.fetch(
            # What a person allowed once more bears another key since then.
            "SELECT regexp_replace(key, '^allowed \\d+ ', '') AS key, count(*) AS tries,"
            " count(*) FILTER (WHERE outcome = 'ok') AS ok,"
            " count(*) FILTER (WHERE outcome = 'failed') AS failed,"
            " count(*) FILTER (WHERE outcome IN ('unknown', 'duplicate')) AS hidden,"
            " count(*) FILTER (WHERE outcome = 'started') AS started FROM provider_calls GROUP BY 1"
        )
        faults: list[str] = []
        ledger = {row["key"]: row for row in rows}
        for key, calls in self._stub.per_key().items():
            row = ledger.get(key)
            if row is None:
                faults.append(f"4: a call for {key[:8]} is in no ledger")
            elif calls > 1 + row["failed"] + min(row["hidden"], self._history.ambiguous):
                faults.append(f"4: {key[:8]} was called {calls} times, ledger {dict(row)}")
        faults += [f"4: {key[:8]} has {row['ok']} answers" for key, row in ledger.items() if row["ok"] > 1]
        return faults

    async def ready_means_there(self) -> list[str]:
        """5. ``ready`` means that the object is there with that hash, and is the current version."""
        faults: list[str] = []
        rows = await self._pool.fetch(
            "SELECT j.name, j.result, v.hash FROM jobs j LEFT JOIN asset_versions v"
            " ON v.story_id = j.aggregate_id AND v.name = j.name AND v.current"
            " WHERE j.status = 'ready' AND j.result ? 'key'"
        )
        for row in rows:
            path = self._files / row["result"]["key"]
            there = path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest()
            if there != row["result"]["hash"]:
                faults.append(f"5: {row['name']} is ready, and its file is {'wrong' if there else 'absent'}")
            if row["hash"] != row["result"]["hash"]:
                faults.append(f"5: {row['name']} is ready, and its current version is another")
        return faults

    async def versions_are_gapless(self) -> list[str]:
        """6. Versions are gapless, and every client has seen them all, each once and in order."""
        rows = await self._pool.fetch(
            "SELECT a.id, a.version, count(e.version) AS events, coalesce(max(e.version), 0) AS newest"
            " FROM aggregates a LEFT JOIN domain_events e ON e.aggregate_id = a.id GROUP BY a.id"
        )
        faults = [
            f"6: story {row['id']} is at {row['version']} with {row['events']} events up to {row['newest']}"
            for row in rows
            if not row["version"] == row["events"] == row["newest"]
        ]
        versions = {row["id"]: row["version"] for row in rows}
        for story_id, viewer in (self._audience.viewers if self._audience else {}).items():
            faults += [f"6: a client was told {fault}" for fault in viewer.faults]
            if viewer.version != versions.get(story_id):
                faults.append(f"6: a client is at {viewer.version}, its story at {versions.get(story_id)}")
        return faults

    async def one_effect_a_key(self) -> list[str]:
        """7. One run, one credit and one release for each story that was asked for once."""
        rows = await self._pool.fetch(
            "SELECT story_id, count(*) FROM story_generation_tasks GROUP BY 1 HAVING count(*) > 1"
        )
        handles = await self._pool.fetchval(
            "SELECT count(*) FROM flow_resume_handles"
            " WHERE (paused_at IS NOT NULL AND signalled_at IS NOT NULL) <> (consumed_at IS NOT NULL)"
        )
        faults = [f"7: story {row['story_id']} has {row['count']} runs" for row in rows]
        return faults + ([f"7: {handles} resume handles are whole and not consumed"] if handles else [])

    async def nobody_is_forgotten(self) -> list[str]:
        """8. Each unfinished row has a living worker, a due time, a person, a need, or a rank in line.

        Holds at any time, not only at rest; a lease that ran out is still one until it expires.
        """
        rows = await self._pool.fetch(
            "SELECT j.name, j.status FROM jobs j LEFT JOIN workers w ON w.id = j.worker_id"
            " WHERE j.ended_at IS NULL AND NOT CASE j.status"
            "  WHEN 'generating' THEN w.id IS NOT NULL AND w.buried_at IS NULL AND j.deadline_at IS NOT NULL"
            "  WHEN 'retrying' THEN j.run_at IS NOT NULL OR j.error ->> 'code' = 'PROVIDER_OUTCOME_UNKNOWN'"
            "  WHEN 'queued' THEN j.rank IS NOT NULL"
            "  ELSE j.needs_left = (SELECT count(*) FROM job_needs n JOIN jobs o ON o.id = n.need_id"
            "    WHERE n.job_id = j.id AND o.ended_at IS NULL) AND j.needs_left > 0 END"
        )
        return [f"8: {row['name']} is {row['status']}, and nobody will move it on" for row in rows]

    async def nothing_is_left(self) -> list[str]:
        """9. Nothing pending in the streams, nothing in the outbox, no consumer of the dead, no
        transaction left open."""
        faults = await self._streams_are_empty()
        rows = await self._pool.fetch(
            "SELECT status, count(*) FROM event_outbox WHERE status <> 'SENT' GROUP BY 1"
            " UNION ALL SELECT 'BATCHES', count(*) FROM event_batches HAVING count(*) > 0"
        )
        faults += [f"9: {row['count']} ranges of the outbox are {row['status']}" for row in rows]
        idle = await self._pool.fetchval(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND state LIKE 'idle in transaction%'"
        )
        return faults + ([f"9: {idle} connections sit in a transaction"] if idle else [])

    async def _streams_are_empty(self) -> list[str]:
        living = {
            str(row["id"]) for row in await self._pool.fetch("SELECT id FROM workers WHERE buried_at IS NULL")
        }
        faults: list[str] = []
        for row in await self._pool.fetch("SELECT name FROM actor_groups"):
            group = row["name"]
            key = self._streams.key(group)
            if not await self._redis.exists(key):
                continue
            length, pending = await self._redis.xlen(key), await self._redis.xpending(key, CONSUMER_GROUP)
            if length or pending["pending"]:
                faults.append(f"9: {key} holds {length} entries, {pending['pending']} of them pending")
            dead = set(await self._streams.consumers(group)) - living
            faults += [f"9: {key} has the consumer of a dead worker, {name[:8]}" for name in dead]
        return faults

    async def _audit(self) -> list[Any]:
        return list(await self._pool.fetch("SELECT * FROM audit ORDER BY seq"))


def by_job(rows: list[Any]) -> dict[Any, list[Any]]:
    """Audit rows of each job, in order."""
    found: dict[Any, list[Any]] = defaultdict(list)
    for row in rows:
        found[row["job_id"]].append(row)
    return found
