"""Budgets: how much of something, as memory, each user and all users together may hold at once."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from service.errors import Overloaded


class Budget:
    """A budget of ``of_user`` for each user, and of ``in_all`` for all users together. ``code`` and
    ``message`` are those of the error beyond it.

    ``fair``: a user who holds some already gets at most what stays free for others, so that a few users
    cannot hold everything.
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
        """Yield an empty share of a user. All that it takes is given back at the end of the block."""
        share = Share(self, user_id)
        try:
            yield share
        finally:
            self._give(user_id, share.amount)

    def take_until_sent(self, user_id: UUID, amount: int) -> None:
        """Take an amount until the request's task ends, since an answer is sent after its handler returns.

        An amount above the limit of a user counts as that limit. Raises ``Overloaded``.
        """
        task = asyncio.current_task()
        assert task is not None
        amount = min(amount, self._of_user)
        self.take(user_id, amount)
        task.add_done_callback(lambda _: self._give(user_id, amount))

    def take(self, user_id: UUID, amount: int) -> None:
        """Take an amount. Raises ``Overloaded``, and takes nothing, if less than that is left."""
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
    """The amount that one request has taken of a budget."""

    def __init__(self, budget: Budget, user_id: UUID) -> None:
        self._budget = budget
        self._user_id = user_id
        self.amount = 0

    def take(self, amount: int) -> None:
        """Take more. Raises ``Overloaded``."""
        self._budget.take(self._user_id, amount)
        self.amount += amount
