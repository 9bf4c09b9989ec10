"""A cache of the findings of recently read sessions, so that a process checks each version only once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from uuid import UUID

from service.genesis.checks.finding import Finding
from service.genesis.findings import all_findings
from service.genesis.model import State

#: The maximum number of sessions in the cache.
_MOST = 64


class Checked:
    """A cache of findings by session and version. A stored version never changes, so no entry becomes
    outdated."""

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._found: OrderedDict[tuple[UUID, int], Sequence[Finding]] = OrderedDict()

    def findings(self, id_: UUID, version: int, state: State) -> Sequence[Finding]:
        """All findings of a committed state, including dismissed findings."""
        key = (id_, version)
        if key not in self._found:
            self._found[key] = tuple(all_findings(state))
        self._found.move_to_end(key)
        while len(self._found) > self._most:
            self._found.popitem(last=False)
        return self._found[key]


#: The cache of this process.
CHECKED = Checked()
