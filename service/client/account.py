"""The calls about the user's account, and the call that lists the traits."""

from __future__ import annotations

from pathlib import Path

from service.api import responses as a
from service.client.transport import Id, Transport
from service.domain.traits import Trait


class AccountCalls(Transport):
    """A method for each call of ``/api/v1/account``, and for ``/api/v1/traits``."""

    async def read_account(self) -> a.Account:
        """Return the user's id, tier, quota, and spend in US dollars."""
        return await self.ask(a.Account, "GET", "/api/v1/account")

    async def export_account(self, stem: Path) -> Path:
        """Save all data that the service has about the user as a zip file. Returns its path, ``STEM.zip``.

        An existing file of this name is replaced. Raises ``Conflict`` while another export runs, and
        ``OSError`` if the file cannot be written.
        """
        return await self.save("/api/v1/account/export", stem)

    async def delete_account(self, user_id: Id) -> a.Deleted:
        """Delete the user's account and all data permanently. ``user_id`` is the user's own id, as a
        confirmation.

        Raises ``InvalidInput`` if ``user_id`` is a different id.
        """
        return await self.ask(a.Deleted, "DELETE", "/api/v1/account", body={"confirm": str(user_id)})

    async def sign_out(self) -> a.SignedOut:
        """Withdraw every token of the user, including the token of this client. Later calls raise
        ``Unauthorized``."""
        return await self.ask(a.SignedOut, "POST", "/api/v1/account/sign-out")

    async def list_traits(self) -> a.Items[Trait]:
        """Return all inclusivity traits in one page."""
        return await self.ask(a.Items[Trait], "GET", "/api/v1/traits")
