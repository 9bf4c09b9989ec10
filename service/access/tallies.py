"""Limits how many things of one type, such as event streams, a user may have open in a process."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from service.errors import Overloaded

_RETRY_AFTER_SECONDS = 5


class Tally:
    """Counts what each user has open in this process, up to ``most``. ``what`` names the counted things in
    the plural, for error messages. ``code`` is the error code at the limit."""

    def __init__(self, most: int, *, what: str, code: str) -> None:
        self._most = most
        self._what = what
        self._code = code
        self._open: Counter[UUID] = Counter()

    @contextmanager
    def hold(self, user_id: UUID) -> Iterator[None]:
        """Add 1 to the user's count until the block ends. Raises ``Overloaded`` if the count is at the
        limit."""
        if self._open[user_id] >= self._most:
            raise Overloaded(
                f"You have {self._most} {self._what} open, which is the limit. Close one first.",
                code=self._code,
                retry_after=_RETRY_AFTER_SECONDS,
            )
        self._open[user_id] += 1
        try:
            yield
        finally:
            self._open[user_id] -= 1
            if not self._open[user_id]:
                del self._open[user_id]
