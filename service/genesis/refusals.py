"""Why a command is refused. A refused command changes nothing and is not recorded: its id may be used again.

``COMMAND_REPEATED``, ``COMMAND_ID_REUSED`` and ``QUOTA_EXCEEDED`` are the inbox's and the quota's.
"""

from __future__ import annotations

from service.errors import Conflict, InvalidInput, NotFound


class SessionNotFound(NotFound):
    """The session does not exist."""

    code = "SESSION_NOT_FOUND"


class ProposalNotFound(NotFound):
    """The proposal does not exist, or a newer round has replaced it."""

    code = "PROPOSAL_NOT_FOUND"


class CommandUnknown(InvalidInput):
    """The type of command does not exist."""

    code = "COMMAND_UNKNOWN"


class SessionExpired(Conflict):
    """The session has expired. Extend it, and it goes on."""

    code = "SESSION_EXPIRED"


class SessionClosed(Conflict):
    """The session has ended; it can be read, and takes no more commands."""

    code = "SESSION_CLOSED"


class DecisionStale(Conflict):
    """The session has changed since you read it. Look at what changed, and send the command again."""

    code = "DECISION_STALE"


class GenerationRunning(Conflict):
    """Proposals for this stage are being written. Wait for them, or cancel them."""

    code = "GENERATION_RUNNING"


class FieldLocked(Conflict):
    """What this would change is locked. Unlock it first."""

    code = "FIELD_LOCKED"


class StageNotReached(Conflict):
    """In guided mode the stages before this one are confirmed first."""

    code = "STAGE_NOT_REACHED"


class StageIncomplete(Conflict):
    """Fields are missing that the stage needs."""

    code = "STAGE_INCOMPLETE"


class StageStale(Conflict):
    """Fields were drawn from others that have changed since. Look at them, or allow it."""

    code = "STAGE_STALE"


class BudgetExceeded(Conflict):
    """The session's budget is spent. Set a higher one, and it goes on."""

    code = "BUDGET_EXCEEDED"
