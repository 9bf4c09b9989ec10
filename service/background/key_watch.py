"""Reads the token issuer's public keys every few minutes, so that new keys are known before a token uses
them."""

from __future__ import annotations

from service.access.key_set import KeySet
from service.lifecycle import Loop


class KeyWatch(Loop):
    """Fetches the issuer's key set at an interval, and after a nudge. A nudge means that a token names an
    unknown key. The cooldown of the key set limits the number of fetches."""

    name = "keys"
    interval = 300.0

    def __init__(self, keys: KeySet) -> None:
        super().__init__()
        self._keys = keys

    async def run_once(self) -> None:
        """Fetch the key set once."""
        await self._keys.refresh()
