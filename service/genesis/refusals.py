"""The refusals of commands. A refused command changes nothing and is not recorded, so its id may be used
again.

The inbox raises ``COMMAND_REPEATED`` and ``COMMAND_ID_REUSED``. The quota raises ``QUOTA_EXCEEDED``.
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
    """The session has expired. Extend it to continue."""

    code = "SESSION_EXPIRED"


class SessionClosed(Conflict):
    """The session has ended. It can be read, but it takes no more commands."""

    code = "SESSION_CLOSED"


class DecisionStale(Conflict):
    """The session has changed since you read it. Check the changed paths, then send the command again."""

    code = "DECISION_STALE"


class GenerationRunning(Conflict):
    """Proposals for this stage are being written. Wait until they are complete, or cancel the round."""

    code = "GENERATION_RUNNING"


class FieldLocked(Conflict):
    """This would change locked fields. Unlock them first."""

    code = "FIELD_LOCKED"


class StageNotReached(Conflict):
    """In guided mode, the stages before this one must be confirmed first."""

    code = "STAGE_NOT_REACHED"


class StageIncomplete(Conflict):
    """The stage lacks fields that it needs."""

    code = "STAGE_INCOMPLETE"


class StageStale(Conflict):
    """Some fields depend on others that have changed since. Check them, or set `allow_stale`."""

    code = "STAGE_STALE"


class BudgetExceeded(Conflict):
    """The session's budget is spent. Set a higher budget to continue."""

    code = "BUDGET_EXCEEDED"
