"""Fetches and caches the public keys of a token issuer from its JWKS URL.

Only key types in ``KINDS`` are used, each with one algorithm. A token can neither make a key work with
another algorithm nor name a URL that keys are fetched from.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import jwt
import structlog

from service.errors import SetupProblem, Unavailable

log = structlog.get_logger(__name__)

#: Maps the key type and curve of a JWK to the only algorithm that its key may be used with.
KINDS: Mapping[tuple[str, str], str] = {
    ("RSA", ""): "RS256",
    ("EC", "P-256"): "ES256",
    ("OKP", "Ed25519"): "EdDSA",
}
ALGORITHMS = frozenset(KINDS.values())

_SHORTEST_RSA_BITS = 2048
_LARGEST_SET_BYTES = 256 * 1024
_MOST_KEYS = 100
_FETCH_SECONDS = 5.0
_NEVER = float("-inf")


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key that checks signatures of one algorithm. ``gone_at`` is the time when the issuer removed the key
    from its set, or None."""

    id: str
    algorithm: str
    key: Any
    gone_at: float | None = None


class KeySet:
    """The keys behind a JWKS URL.

    A token with an unknown key causes a fetch of the set. At most one fetch happens in ``cooldown`` seconds.
    A key that the issuer removed stays valid for ``grace`` seconds. While the issuer does not answer, the
    last known keys stay valid. ``wanted`` is called when a key is missing and the caller cannot wait for a
    fetch.

    Raises ``SetupProblem`` for a URL that is neither https nor on this machine.
    """

    def __init__(
        self,
        url: str,
        *,
        cooldown: float = 30.0,
        grace: float = 600.0,
        wanted: Callable[[], None] = lambda: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        _check_url(url)
        self._url = url
        self._cooldown = cooldown
        self._grace = grace
        self._clock = clock
        self._keys: dict[str, PublicKey] = {}
        self._read_at = _NEVER
        self._tried_at = _NEVER
        self._fetching = asyncio.Lock()
        self._wanted = wanted

    @property
    def may_fetch(self) -> bool:
        """Whether the cooldown since the last fetch is over."""
        return self._clock() - self._tried_at >= self._cooldown

    def find(self, id_: str | None, algorithm: str) -> PublicKey | None:
        """Return the key with this id. Without an id, return the key of the algorithm if there is exactly
        one. None if the key is unknown. Raises ``Unavailable`` if no set was read yet, or while a set that
        may have the key is fetched.
        """
        found = self._look(id_, algorithm)
        if found is None and (self.may_fetch or self._fetching.locked() or self._read_at == _NEVER):
            self._wanted()
            raise Unavailable(
                "The public keys of the token's issuer cannot be read now. Try again in a moment.",
                code="KEYS_UNAVAILABLE",
            )
        return found

    async def seek(self, id_: str | None, algorithm: str) -> None:
        """Fetch the set if the key is unknown and the cooldown is over. Raises nothing; may be cancelled."""
        if self._look(id_, algorithm) is not None:
            return
        async with self._fetching:
            # A caller that waited for the lock may find the key that another caller has fetched meanwhile.
            if self._look(id_, algorithm) is None and self.may_fetch:
                await self._try()

    async def refresh(self) -> None:
        """Fetch the set, at most once per cooldown. After a failure the old keys stay valid. Raises
        nothing."""
        async with self._fetching:
            if self.may_fetch:
                await self._try()

    def _look(self, id_: str | None, algorithm: str) -> PublicKey | None:
        good = [key for key in self._keys.values() if key.algorithm == algorithm and self._is_good(key)]
        named = [key for key in good if id_ in (None, key.id)]
        return named[0] if len(named) == 1 else None

    def _is_good(self, key: PublicKey) -> bool:
        return key.gone_at is None or self._clock() - key.gone_at <= self._grace

    async def _try(self) -> None:
        self._tried_at = self._clock()
        try:
            found = {key.id: key for key in keys_of(await self._fetch())}
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            log.warning("the issuer's keys could not be read", url=self._url, error=error)
            return
        self._read_at = now = self._clock()
        old = [replace(key, gone_at=key.gone_at or now) for key in self._keys.values()]
        self._keys = {key.id: key for key in old if self._is_good(key)} | found

    async def _fetch(self) -> bytes:
        timeout = aiohttp.ClientTimeout(total=_FETCH_SECONDS)
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.get(self._url, allow_redirects=False) as response,
        ):
            if response.status != 200:
                raise ValueError(f"the issuer answered {response.status}")
            body = bytearray()
            async for chunk in response.content.iter_any():
                body += chunk
                if len(body) > _LARGEST_SET_BYTES:
                    raise ValueError("the set is too large")
            return bytes(body)


def keys_of(document: bytes) -> Iterator[PublicKey]:
    """Yield the keys of a JWK set that this service can use. Other keys are ignored.

    Raises ``ValueError`` if the document is not a JWK set.
    """
    try:
        entries = json.loads(document)["keys"]
    except (KeyError, TypeError, RecursionError) as error:
        raise ValueError("this is not a JWK set") from error
    if not isinstance(entries, list):
        raise ValueError("this is not a JWK set")
    for number, entry in enumerate(entries[:_MOST_KEYS]):
        key = _key_of(entry, str(number)) if isinstance(entry, dict) else None
        if key is not None:
            yield key


def _key_of(entry: Mapping[str, Any], number: str) -> PublicKey | None:
    algorithm = KINDS.get((str(entry.get("kty")), str(entry.get("crv", ""))))
    if algorithm is None or entry.get("alg", algorithm) != algorithm or not _is_for_checking(entry):
        return None
    try:
        key = jwt.PyJWK.from_dict(dict(entry), algorithm=algorithm).key
    except (jwt.PyJWTError, ValueError, TypeError):
        return None
    if algorithm == "RS256" and key.key_size < _SHORTEST_RSA_BITS:
        return None
    return PublicKey(str(entry.get("kid", number)), algorithm, key)


def _is_for_checking(entry: Mapping[str, Any]) -> bool:
    """Return whether a key is public and meant for signatures. Private keys are refused: everyone can sign
    with a private key that is published."""
    operations = entry.get("key_ops", ["verify"])
    return (
        "d" not in entry
        and entry.get("use", "sig") == "sig"
        and isinstance(operations, list)
        and "verify" in operations
    )


def _check_url(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme == "https" and parts.hostname:
        return
    if parts.scheme == "http" and _is_here(parts.hostname or ""):
        return
    raise SetupProblem("STORYTROUPE_JWKS_URL must begin with https://.", code="JWKS_URL")


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
