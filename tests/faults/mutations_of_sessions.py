"""Guards of what Genesis stores: commands once, waits that go on or expire."""

from __future__ import annotations

from tests.faults.mutation import Mutation

_WAITS = "tests/integration/test_genesis_waits.py"
_INBOX = "tests/integration/test_genesis_inbox.py"
_WAITS_SQL = "service/genesis/queries/waits.sql"
_INBOX_SQL = "service/genesis/queries/inbox.sql"

OF_SESSIONS = (
    Mutation(
        "an expired wait takes no answer",
        _WAITS_SQL,
        "WHERE h.signalled_at IS NULL AND h.expired_at IS NULL",
        "WHERE h.signalled_at IS NULL",
        (_WAITS,),
    ),
    Mutation(
        "the first answer counts",
        _WAITS_SQL,
        "WHERE h.signalled_at IS NULL AND h.expired_at IS NULL",
        "WHERE h.expired_at IS NULL",
        (_WAITS,),
    ),
    Mutation(
        "an expired wait takes no pause",
        _WAITS_SQL,
        "WHERE h.paused_at IS NULL AND h.expired_at IS NULL",
        "WHERE h.paused_at IS NULL",
        (_WAITS,),
    ),
    Mutation(
        "a session pauses once",
        _WAITS_SQL,
        "WHERE h.paused_at IS NULL AND h.expired_at IS NULL",
        "WHERE h.expired_at IS NULL",
        (_WAITS,),
    ),
    Mutation(
        "an early answer completes the pair",
        _WAITS_SQL,
        "consumed_at = CASE WHEN h.signalled_at IS NOT NULL THEN clock_timestamp() END",
        "consumed_at = NULL",
        (_WAITS,),
    ),
    Mutation(
        "an answered wait does not expire",
        _WAITS_SQL,
        "WHERE session_id = $1 AND consumed_at IS NULL AND expired_at IS NULL\nRETURNING",
        "WHERE session_id = $1 AND expired_at IS NULL\nRETURNING",
        (_WAITS,),
    ),
    Mutation(
        "a wait expires once",
        _WAITS_SQL,
        "WHERE session_id = $1 AND consumed_at IS NULL AND expired_at IS NULL\nRETURNING",
        "WHERE session_id = $1 AND consumed_at IS NULL\nRETURNING",
        (_WAITS,),
    ),
    Mutation(
        "an extension leaves what was answered closed",
        _WAITS_SQL,
        "WHERE session_id = $1 AND consumed_at IS NULL AND paused_at IS NOT NULL\n",
        "WHERE session_id = $1 AND consumed_at IS NULL\n",
        (_WAITS,),
    ),
    Mutation(
        "a session's lock",
        "service/db/queries/aggregates.sql",
        "WHERE id = $1 FOR NO KEY UPDATE",
        "WHERE id = $1",
        (f"{_WAITS}::test_fault_45_two_processes_end_each_wait_once[200]",),
    ),
    Mutation(
        "a command is received before its effect",
        "service/genesis/inbox.py",
        "    await _receive(connection, command)\n",
        "",
        (_INBOX,),
    ),
    Mutation(
        "a command's id has one body",
        "service/genesis/inbox.py",
        'if first is None or first["body_hash"] != command.body_hash:',
        "if first is None:",
        (_INBOX,),
    ),
    Mutation(
        "a failed command's id has one body",
        _INBOX_SQL,
        "WHERE c.status = 'FAILED' AND c.body_hash = excluded.body_hash",
        "WHERE c.status = 'FAILED'",
        (_INBOX,),
    ),
    Mutation(
        "a processed command is not taken again",
        _INBOX_SQL,
        "WHERE c.status = 'FAILED' AND c.body_hash = excluded.body_hash",
        "WHERE c.body_hash = excluded.body_hash",
        (_INBOX,),
    ),
    Mutation(
        "a failure does not undo a result",
        _INBOX_SQL,
        "WHERE c.status = 'FAILED';",
        "WHERE c.status IS NOT NULL;",
        (_INBOX,),
    ),
    Mutation(
        "a refusal is no failure",
        "service/genesis/inbox.py",
        "(StorytroupeError, *TRANSIENT)",
        "(*TRANSIENT,)",
        (_INBOX,),
    ),
)
