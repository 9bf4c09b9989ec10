"""Budgets: limits on how much of a resource, such as memory, one user and all users together may use at
once."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from service.errors import Overloaded


class Budget:
    """A budget of ``of_user`` for each user, and of ``in_all`` for all users together. ``code`` and
    ``message`` are for the error when the budget is used up.

    In a ``fair`` budget, a user who already has a part may get more only while at least as much stays free
    for other users. So a few users cannot use the whole budget.
    """

    def __init__(self, of_user: int, in_all: int, *, code: str, message: str, fair: bool = False) -> None:
        self._fair = fair
        self._of_user = of_user
        self._in_all = in_all
        self._code = code
        self._message = message
        self._taken: Counter[UUID] = Counter()
        self.taken = 0

    @contextmanager
    def share(self, user_id: UUID) -> Iterator[Share]:
        """Yield an empty share of the budget for a user. Everything that the share takes is returned when the
        block ends."""
        share = Share(self, user_id)
        try:
            yield share
        finally:
            self._give(user_id, share.amount)

    def take_until_sent(self, user_id: UUID, amount: int) -> None:
        """Take an amount until the request's task ends. The answer is still being sent after the handler
        returns.

        An amount above the limit of a user counts as that limit. Raises ``Overloaded`` if too little is left.
        """
        task = asyncio.current_task()
        assert task is not None
        amount = min(amount, self._of_user)
        self.take(user_id, amount)
        task.add_done_callback(lambda _: self._give(user_id, amount))

    def take(self, user_id: UUID, amount: int) -> None:
        """Take an amount for a user. If less than it is left: take nothing and raise ``Overloaded``."""
        own, left = self._taken[user_id], self._in_all - self.taken - amount
        unfair = self._fair and own > 0 and own + amount > left
        if own + amount > self._of_user or left < 0 or unfair:
            self._give(user_id, 0)
            raise Overloaded(self._message, code=self._code, retry_after=1)
        self._taken[user_id] += amount
        self.taken += amount

    def _give(self, user_id: UUID, amount: int) -> None:
        self.taken -= amount
        self._taken[user_id] -= amount
        if not self._taken[user_id]:
            del self._taken[user_id]


class Share:
    """The amount that one request has taken from a budget."""

    def __init__(self, budget: Budget, user_id: UUID) -> None:
        self._budget = budget
        self._user_id = user_id
        self.amount = 0

    def take(self, amount: int) -> None:
        """Add an amount to the share. Raises ``Overloaded`` if too little is left."""
        self._budget.take(self._user_id, amount)
        self.amount += amount
