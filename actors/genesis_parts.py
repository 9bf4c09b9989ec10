"""Rounds that consist of several calls: when the failure of one call is not the failure of the round."""

from __future__ import annotations

from actors.runtime.context import Context
from service.errors import Conflict, ProviderError, ProviderThrottled

#: Attempts of a job where the settings say nothing: as in its spec.
_ATTEMPTS = 3


def message_without(context: Context, error: BaseException) -> str:
    """Why a round continues without a part: the provider refuses it, or no budget is left. Raises the error
    if it is of another kind, or if the job is to be tried again."""
    refused = isinstance(error, ProviderError) and not isinstance(error, ProviderThrottled)
    spent = isinstance(error, Conflict) and error.code.endswith("BUDGET_EXCEEDED")
    if not (refused or spent) or (refused and _tries_again(context, error)):
        raise error
    assert isinstance(error, ProviderError | Conflict)
    return error.message


def _tries_again(context: Context, error: BaseException) -> bool:
    attempts = context.deps.settings.attempts.get(context.job.group, _ATTEMPTS)
    temporary = isinstance(error, ProviderError) and error.temporary
    return temporary and context.job.failures + 1 < attempts
