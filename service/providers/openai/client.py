"""One client for all calls to OpenAI, or to a compatible server."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date

import httpx2
from openai import AsyncOpenAI, DefaultAioHttpClient
from pydantic import BaseModel, SecretStr

from service.providers.guard import Guard, Limit
from service.providers.openai.errors import seconds, translating
from service.providers.openai.learned import Learned
from service.providers.prices import PriceTable

_CONNECT_SECONDS = 10.0
#: More connections than any limit on calls allows.
_CONNECTIONS = httpx2.Limits(max_connections=256, max_keepalive_connections=64, keepalive_expiry=60.0)


@dataclass(frozen=True, slots=True)
class Link:
    """The client with what every call needs besides it: prices, the guards that get the headers, and what was
    learned about the server."""

    client: AsyncOpenAI = field(repr=False)
    prices: PriceTable
    guards: Mapping[str, Guard]
    learned: Learned = field(default_factory=Learned)

    def heed(self, model: str, headers: Mapping[str, str]) -> None:
        """Pass the limits in the response's headers to the model's guard."""
        guard = self.guards.get(model)
        if guard is not None:
            guard.observe(requests=_limit(headers, "requests"), tokens=_limit(headers, "tokens"))


class LinkedProvider:
    """A provider that asks one model of a server by its link. ``timeout`` is in seconds."""

    def __init__(self, link: Link, model: str, timeout: float) -> None:
        self._link = link
        self._model = model
        self._timeout = timeout

    @property
    def provider(self) -> str:
        """The provider's name in the ledger."""
        return "openai"

    @property
    def model(self) -> str:
        """The model's name in the ledger."""
        return self._model


@asynccontextmanager
async def open_client(key: SecretStr, base_url: str) -> AsyncIterator[AsyncOpenAI]:
    """A client without retries, since the actors' policies retry. It is closed at the end."""
    # The default transport checks each idle connection with a system call at the start and end of each
    # request. With some dozens of connections, that was half of a busy process's time.
    http = DefaultAioHttpClient(limits=_CONNECTIONS, follow_redirects=False)
    # A self-hosted server may need no key, but the client always requires one.
    client = AsyncOpenAI(
        api_key=key.get_secret_value() or "none", base_url=base_url, max_retries=0, http_client=http
    )
    try:
        yield client
    finally:
        await client.close()


def patience(total: float) -> httpx2.Timeout:
    """``total`` seconds between two bytes of a response. The limit for connecting is shorter."""
    return httpx2.Timeout(total, connect=_CONNECT_SECONDS)


def _limit(headers: Mapping[str, str], kind: str) -> Limit | None:
    """The provider's limit on ``requests`` or ``tokens``; None if its headers are incomplete."""
    try:
        limit = float(headers.get(f"x-ratelimit-limit-{kind}", ""))
        remaining = float(headers.get(f"x-ratelimit-remaining-{kind}", ""))
    except ValueError:
        return None
    reset = seconds(headers.get(f"x-ratelimit-reset-{kind}", ""))
    return Limit(limit, remaining, reset or 0.0) if limit > 0 else None


class _Model(BaseModel):
    """A model's shut-down, as the provider lists it."""

    id: str
    shutdown_date: date | None = None


async def shutdown_dates(client: AsyncOpenAI) -> dict[str, date]:
    """When the provider will shut its models down, by name. Raises ``ProviderError``.

    This also checks the key: an invalid one raises ``ProviderBlocked``.
    """
    with translating():
        page = await client.models.list(timeout=_CONNECT_SECONDS)
    models = [_Model.model_validate(model.model_dump(mode="json")) for model in page.data]
    return {one.id: one.shutdown_date for one in models if one.shutdown_date is not None}
