"""One warm client for all calls to OpenAI, or to any server that speaks as it does."""

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
from service.providers.prices import PriceTable

_CONNECT_SECONDS = 10.0
#: More connections than any bound on calls lets through.
_CONNECTIONS = httpx2.Limits(max_connections=256, max_keepalive_connections=64, keepalive_expiry=60.0)


@dataclass(frozen=True, slots=True)
class Link:
    """The client with what every call needs beside it: prices, and the guards that headers feed."""

    client: AsyncOpenAI = field(repr=False)
    prices: PriceTable
    guards: Mapping[str, Guard]

    def heed(self, model: str, headers: Mapping[str, str]) -> None:
        """Tell the model's guard what its provider says of the limits."""
        guard = self.guards.get(model)
        if guard is not None:
            guard.observe(requests=_limit(headers, "requests"), tokens=_limit(headers, "tokens"))


@asynccontextmanager
async def open_client(key: SecretStr, base_url: str) -> AsyncIterator[AsyncOpenAI]:
    """A client that repeats nothing by itself: the actors' policies do. Closed at the end."""
    # The default one looks at each idle connection, by a system call, at the start and end of each
    # request: with some dozens of them that was half of a busy process.
    http = DefaultAioHttpClient(limits=_CONNECTIONS, follow_redirects=False)
    # A server of one's own may want no key, the client always does.
    client = AsyncOpenAI(
        api_key=key.get_secret_value() or "none", base_url=base_url, max_retries=0, http_client=http
    )
    try:
        yield client
    finally:
        await client.close()


def patience(total: float) -> httpx2.Timeout:
    """``total`` seconds between two bytes of an answer; connecting has fewer."""
    return httpx2.Timeout(total, connect=_CONNECT_SECONDS)


def _limit(headers: Mapping[str, str], kind: str) -> Limit | None:
    """The provider's limit on ``requests`` or ``tokens``, where its headers tell all of it."""
    try:
        limit = float(headers.get(f"x-ratelimit-limit-{kind}", ""))
        remaining = float(headers.get(f"x-ratelimit-remaining-{kind}", ""))
    except ValueError:
        return None
    reset = seconds(headers.get(f"x-ratelimit-reset-{kind}", ""))
    return Limit(limit, remaining, reset or 0.0) if limit > 0 else None


class _Model(BaseModel):
    """A model's end, as the provider lists it."""

    id: str
    shutdown_date: date | None = None


async def shutdown_dates(client: AsyncOpenAI) -> dict[str, date]:
    """When the provider will shut its models down, by name. Raises ``ProviderError``.

    It also tells whether the key is a good one: a bad one is ``ProviderBlocked``.
    """
    with translating():
        page = await client.models.list(timeout=_CONNECT_SECONDS)
    models = [_Model.model_validate(model.model_dump(mode="json")) for model in page.data]
    return {one.id: one.shutdown_date for one in models if one.shutdown_date is not None}
