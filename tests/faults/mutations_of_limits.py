"""Guards of limits: of time, of silence, of what a drain waits for, of what is cleared, of tries."""

from __future__ import annotations

from tests.faults.mutation import Mutation

_LEASES = "tests/faults/test_leases.py"
_DEPLOYS = "tests/faults/test_deploys.py"
_DRAIN = "tests/faults/test_drain.py"
_RUNS = "tests/integration/test_http_later_runs.py"
_STORE = "tests/contract/test_store.py"
_SETTINGS = "tests/integration/test_operators_settings.py"
_EARLY = "tests/integration/test_early_plates.py"

OF_LIMITS = (
    Mutation(
        "deadline: what is past it is found",
        "service/db/queries/jobs.sql",
        "WHERE j.deadline_at < clock_timestamp() ORDER BY",
        "WHERE false ORDER BY",
        (_LEASES,),
    ),
    Mutation(
        "deadline: it is fifteen minutes away",
        "service/db/queries/jobs.sql",
        "deadline_at = CASE WHEN x.attempt > j.attempt THEN clock_timestamp() + make_interval(secs => $2)",
        "deadline_at = CASE WHEN x.attempt > j.attempt THEN clock_timestamp() + make_interval(secs => 9*$2)",
        (_LEASES,),
    ),
    Mutation(
        "deadline: somebody looks",
        "service/background/reconciler.py",
        "        await self.fail_overdue()\n        await self.expire_dead()",
        "        await self.expire_dead()",
        (_LEASES,),
    ),
    Mutation(
        "deadline: an operator's is heeded",
        "service/process/core.py",
        "Settler(database, registry.kinds, nudges, deadline_seconds=settings.job_deadline_seconds)",
        "Settler(database, registry.kinds, nudges)",
        (f"{_SETTINGS}::test_an_attempt_may_take_as_long_as_the_operator_says",),
    ),
    Mutation(
        "silence: a silent picture is failed",
        "service/db/queries/runs.sql",
        "WHERE j.heard_at < clock_timestamp()",
        "WHERE false AND j.heard_at < clock_timestamp()",
        (_LEASES,),
    ),
    Mutation(
        "silence: of image jobs alone",
        "service/db/queries/runs.sql",
        "r.id = j.run_id AND r.kind = 'images'",
        "r.id = j.run_id",
        (_LEASES,),
    ),
    Mutation(
        "silence: who has slept does not judge",
        "service/db/queries/runs.sql",
        "    AND u.steady_since < clock_timestamp() - make_interval(secs => $4))",
        "    AND $4 > 0.0)",
        (_LEASES,),
    ),
    Mutation(
        "silence: who stands in line is not silent",
        "service/db/queries/runs.sql",
        "j.grp = ANY($2::text[]) AND j.status = 'generating') AS silent_seconds",
        "j.grp = ANY($2::text[])) AS silent_seconds",
        (f"{_RUNS}::test_an_image_job_that_waits_for_a_provider_is_not_silent",),
    ),
    Mutation(
        "silence: an image job that lives holds its place",
        "service/stories/runs.py",
        'if silent and (job["silent_seconds"] or 0.0) < SILENT_SECONDS:',
        "if False:",
        (f"{_RUNS}::test_a_silent_image_job_gives_way_and_one_that_lives_does_not",),
    ),
    Mutation(
        "drain: a free call never counts as unknown",
        "service/runtime/ledger.py",
        '"unknown" if work.paid else "failed"',
        '"unknown"',
        (_LEASES,),
    ),
    Mutation(
        "drain: a free call that a crash hid only failed",
        "service/db/queries/ledger.sql",
        "SET outcome = CASE WHEN $12 THEN 'unknown' ELSE 'failed' END",
        "SET outcome = CASE WHEN $12 THEN 'unknown' ELSE 'unknown' END",
        (_LEASES,),
    ),
    Mutation(
        "drain: free calls are not waited for",
        "actors/runtime/calls.py",
        "        if work.paid:\n            self._paid[key]",
        "        if True:\n            self._paid[key]",
        (f"{_DEPLOYS}::test_process_with_nothing_paid_under_way_leaves_at_once",),
    ),
    Mutation(
        "drain: paid calls are waited for",
        "actors/runtime/calls.py",
        "        if work.paid:\n            self._paid[key]",
        "        if False:\n            self._paid[key]",
        (f"{_DRAIN}::test_drain_waits_for_a_paid_call_and_not_for_a_free_one",),
    ),
    Mutation(
        "clear: pictures and their books alone",
        "service/stories/runs.py",
        "cleared = [one for one in locked.jobs if one.group in PICTURE_GROUPS or one.name in BOOKS]",
        "cleared = list(locked.jobs)",
        (f"{_RUNS}::test_clearing_a_first_build_leaves_its_voice_and_a_later_job_ends_the_book",),
    ),
    Mutation(
        "upload: a put is tried again",
        "service/storage/tries.py",
        "if not (left and failed.passing):",
        "if True:",
        (_STORE,),
    ),
    Mutation(
        "upload: a put has an end",
        "service/storage/tries.py",
        "for left in reversed(range(tries)):",
        "for left in reversed(range(3 * tries)):",
        (_STORE,),
    ),
    Mutation(
        "upload: nothing is tried beneath the tries",
        "service/storage/s3.py",
        '"total_max_attempts": 1,',
        '"total_max_attempts": 3,',
        (_STORE,),
    ),
    Mutation(
        "upload: what does not pass is tried once",
        "service/storage/tries.py",
        "if not (left and failed.passing):",
        "if not left:",
        (_STORE,),
    ),
    Mutation(
        "pictures: as often as an operator says",
        "actors/pictures.py",
        "while len(tries) < context.deps.settings.picture_tries:",
        "while len(tries) < 3:",
        (f"{_SETTINGS}::test_a_picture_is_drawn_as_often_as_the_operator_says",),
    ),
    Mutation(
        "plates: books are bound from those that are there",
        "actors/book.py",
        "if folder and colours:",
        "if False:",
        (_EARLY,),
    ),
    Mutation(
        "plates: they go with their picture",
        "service/db/discarded.py",
        "gone = sorted({*keys, *filter(None, map(plates_folder, keys))})",
        "gone = sorted(keys)",
        (_EARLY,),
    ),
    Mutation(
        "plates: they go with their owner",
        "service/db/queries/discarded.sql",
        "FROM files WHERE key ~ '",
        "FROM files WHERE false AND key ~ '",
        (_EARLY,),
    ),
)
