"""Reads an issuer's keys every few minutes, so that new keys are known before they are used."""

from __future__ import annotations

from service.access.key_set import KeySet
from service.lifecycle import Loop


class KeyWatch(Loop):
    """A nudge means that a token names an unknown key. The key set's own cool-down limits the number of
    fetches."""

    name = "keys"
    interval = 300.0

    def __init__(self, keys: KeySet) -> None:
        super().__init__()
        self._keys = keys

    async def run_once(self) -> None:
        """One fetch."""
        await self._keys.refresh()
