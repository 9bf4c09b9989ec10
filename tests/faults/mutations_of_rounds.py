"""Guards of sessions on the runtime: rounds, waits, answers from outside, and the life of a session."""

from __future__ import annotations

from tests.faults.mutation import Mutation

_SESSIONS = "tests/integration/test_genesis_sessions.py"
_ROUNDS = "tests/integration/test_genesis_rounds.py"
_COMMANDS = "tests/integration/test_genesis_commands.py"
_FAULTS = "tests/faults/test_fault_45_genesis.py"

OF_ROUNDS = (
    Mutation(
        "genesis: a choice cancels what is still written",
        "service/genesis/sessions.py",
        'if job.input["stage"] in decision.cancels]',
        "if not decision.cancels]",
        (_ROUNDS,),
    ),
    Mutation(
        "genesis: an early answer is whole at once",
        "service/genesis/sessions.py",
        "for key in sorted({*pauses(before, decision.state), *early}):",
        "for key in sorted({*pauses(before, decision.state)}):",
        (_ROUNDS,),
    ),
    Mutation(
        "genesis: waits last as long as their session",
        "service/genesis/sessions.py",
        "        await waits.extend_waits(connection, locked.id, seconds)",
        "        pass",
        (_SESSIONS,),
    ),
    Mutation(
        "genesis: an end closes its waits",
        "service/genesis/sessions.py",
        "        await waits.close_waits(connection, locked.id)",
        "        pass",
        (_SESSIONS,),
    ),
    Mutation(
        "genesis: a round's end writes its pause",
        "service/genesis/kind.py",
        "            for key in pauses(row.before, row.after):",
        "            for key in ():",
        (_SESSIONS,),
    ),
    Mutation(
        "genesis: a round that is over is not set going again",
        "service/genesis/kind.py",
        "        _refuse_over(state, round_)\n",
        "",
        (_ROUNDS,),
    ),
    Mutation(
        "genesis: a proposal is made once by all attempts",
        "actors/genesis.py",
        "        if id_ in self._before:",
        "        if False:",
        (_ROUNDS,),
    ),
    Mutation(
        "genesis: a draft that does not fit is left out",
        "actors/genesis.py",
        '            self.refuse(index, ProviderPermanent(message, code="PROPOSALS_INVALID", '
        "detail=str(invalid)))\n"
        "            return",
        "            raise",
        (_ROUNDS,),
    ),
    Mutation(
        "genesis: a session's answer from outside is one",
        "service/genesis/answers.py",
        "        if wait.consumed_at is not None:",
        "        if False:",
        (_SESSIONS,),
    ),
    Mutation(
        "genesis: an answer from outside is of its wait",
        "service/genesis/answers.py",
        "if strange := [str(id_) for id_ in answer.proposal_ids if str(id_) not in stage.proposals]:",
        "if strange := [str(id_) for id_ in answer.proposal_ids if False]:",
        (_SESSIONS,),
    ),
    Mutation(
        "genesis: only a session takes commands",
        "service/genesis/sessions.py",
        "if locked is None or locked.aggregate.kind != GenesisKind.name:",
        "if locked is None:",
        (_SESSIONS,),
    ),
    Mutation(
        "genesis: a session lives by the database's clock",
        "service/genesis/sessions.py",
        'await connection.fetchval(_JOBS["clock"])',
        "datetime.now().astimezone()",
        (f"{_FAULTS}::test_fault_45_a_session_lives_by_the_databases_clock",),
        times=2,
    ),
    Mutation(
        "genesis: nothing is purged where nobody wants it",
        "service/genesis/queries/sessions.sql",
        " WHERE $3 AND status IN ('expired', 'abandoned')",
        " WHERE ($3 OR true) AND status IN ('expired', 'abandoned')",
        (_SESSIONS,),
    ),
    Mutation(
        "genesis: what is older than a stage's newest round is not loaded",
        "service/db/queries/jobs.sql",
        "CASE WHEN aggregate_id = ANY($3::uuid[]) THEN grp ELSE name END",
        "CASE WHEN aggregate_id = ANY($3::uuid[]) THEN name ELSE name END",
        (f"{_COMMANDS}::test_no_more_jobs_are_loaded_after_hundreds_of_rounds",),
    ),
    Mutation(
        "genesis: a command and its state are one transaction",
        "service/genesis/inbox.py",
        "            return await process_in(connection, command, effect)",
        "            await effect(connection)\n        async with door() as connection:\n"
        "            return await process_in(connection, command, effect)",
        (f"{_COMMANDS}::test_a_break_between_any_two_statements_leaves_no_trace",),
    ),
)
