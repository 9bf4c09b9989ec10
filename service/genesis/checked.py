"""The findings of sessions that were read lately: one version is checked once in a process."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from uuid import UUID

from service.genesis.checks.finding import Finding
from service.genesis.findings import all_findings
from service.genesis.model import State

#: So many sessions' findings are kept.
_MOST = 64


class Checked:
    """Findings by session and version. A stored version never changes, so nothing becomes outdated."""

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._found: OrderedDict[tuple[UUID, int], Sequence[Finding]] = OrderedDict()

    def findings(self, id_: UUID, version: int, state: State) -> Sequence[Finding]:
        """All findings of a committed state, dismissed ones among them."""
        key = (id_, version)
        if key not in self._found:
            self._found[key] = tuple(all_findings(state))
        self._found.move_to_end(key)
        while len(self._found) > self._most:
            self._found.popitem(last=False)
        return self._found[key]


#: Those of this process.
CHECKED = Checked()
