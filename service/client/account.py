"""The calls about the user's account, and the registry of traits."""

from __future__ import annotations

from pathlib import Path

from service.api import responses as a
from service.client.transport import Id, Transport
from service.domain.traits import Trait


class AccountCalls(Transport):
    """Each call of ``/api/v1/account`` as a method, and ``/api/v1/traits``."""

    async def read_account(self) -> a.Account:
        """Return the user's id, tier, quota, and spend in US dollars."""
        return await self.ask(a.Account, "GET", "/api/v1/account")

    async def export_account(self, stem: Path) -> Path:
        """Save all that the service keeps about the user as a zip, and return its path: ``STEM.zip``.

        A file of that name is replaced. Raises ``Conflict`` while another export runs, and ``OSError``.
        """
        return await self.save("/api/v1/account/export", stem)

    async def delete_account(self, user_id: Id) -> a.Deleted:
        """Delete everything of the user's, for good. ``user_id`` confirms it: the user's own id.

        Raises ``InvalidInput`` for another id.
        """
        return await self.ask(a.Deleted, "DELETE", "/api/v1/account", body={"confirm": str(user_id)})

    async def sign_out(self) -> a.SignedOut:
        """Withdraw every token of the user's, also the one of this client: later calls raise
        ``Unauthorized``."""
        return await self.ask(a.SignedOut, "POST", "/api/v1/account/sign-out")

    async def list_traits(self) -> a.Items[Trait]:
        """Return the registry of inclusivity traits: all of it, in one page."""
        return await self.ask(a.Items[Trait], "GET", "/api/v1/traits")
