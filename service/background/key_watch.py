"""Reads an issuer's keys every few minutes, so that new ones are known before they are used."""

from __future__ import annotations

from service.access.key_set import KeySet
from service.lifecycle import Loop


class KeyWatch(Loop):
    """A nudge is a key that is lacking; the set's own cool-down bounds what comes of it."""

    name = "keys"
    interval = 300.0

    def __init__(self, keys: KeySet) -> None:
        super().__init__()
        self._keys = keys

    async def run_once(self) -> None:
        """One fetch."""
        await self._keys.refresh()
