"""Bearer tokens. A token names the user of a request and the user's scopes.

The service accepts its own tokens, signed with a shared secret (HS256). It also accepts tokens of one other
issuer, whose public keys are at a JWKS URL (RS256, ES256, EdDSA). Each key works with one algorithm only: the
``alg`` of a token can select a key of that algorithm, and no other key.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import jwt

from service.access.key_set import ALGORITHMS, KeySet
from service.errors import InvalidInput, SetupProblem, Unauthorized
from service.settings import Settings

#: The scope of operators: the people who run the service.
OPERATOR = "operator"

_OURS = "HS256"
_REQUIRED = ["exp", "sub", "iss", "aud"]
_SHORTEST_SECRET = 32
_LONGEST_TOKEN = 8192
#: The latest time that a claim may name, in Unix seconds. ``datetime`` ends with the year 9999.
_LAST_SECOND = 253_370_764_800
#: How many verified tokens of the service a process keeps in its cache.
_MOST_REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class Identity:
    """The user and scopes of a token. Times have the time zone UTC. ``issued_at`` is None if it is
    unknown."""

    user_id: UUID
    scopes: frozenset[str]
    expires_at: datetime
    issued_at: datetime | None = None

    @property
    def operator(self) -> bool:
        """Return whether the token has the scope of operators."""
        return OPERATOR in self.scopes


@dataclass(frozen=True, slots=True)
class Issuer:
    """An external issuer whose tokens are accepted, with the public keys that check them."""

    name: str
    audience: str
    keys: KeySet


class _TooLong(ValueError):
    """Raised when a token is valid for longer than the service remembers sign-outs."""


class Tokens:
    """Issues tokens with a shared secret. Verifies these tokens and the tokens of an external ``issuer``.
    ``leeway`` is how much clocks may differ. ``longest`` is the longest validity of a token. Raises
    ``SetupProblem`` if the secret has less than 32 bytes, because it could be guessed.
    """

    def __init__(
        self,
        secret: str,
        issuer: str,
        audience: str,
        *,
        other: Issuer | None = None,
        leeway: timedelta = timedelta(seconds=30),
        longest: timedelta = timedelta(days=366),
    ) -> None:
        if len(secret.encode()) < _SHORTEST_SECRET:
            raise SetupProblem(
                f"The secret for tokens must have {_SHORTEST_SECRET} bytes or more: "
                "set STORYTROUPE_JWT_SECRET.",
                code="JWT_SECRET",
            )
        self._secret = secret
        self._issuer = issuer
        self._audience = audience
        self.other = other
        self._leeway = leeway
        #: The cache of verified tokens, by the SHA-256 of each token. The token cannot be recovered from its
        #: hash.
        self._verified: dict[bytes, Identity] = {}
        self.longest = longest

    @classmethod
    def of(cls, settings: Settings, *, key_wanted: Callable[[], None] = lambda: None) -> Tokens:
        """Return the ``Tokens`` for the settings. ``key_wanted`` is called if a key of the external issuer is
        missing.

        Raises ``SetupProblem`` for settings that are not valid.
        """
        return cls(
            settings.jwt_secret.get_secret_value(),
            settings.jwt_issuer,
            settings.jwt_audience,
            other=_other(settings, key_wanted),
            leeway=timedelta(seconds=settings.jwt_leeway_seconds),
            longest=timedelta(days=settings.jwt_longest_days),
        )

    def issue(self, user_id: UUID, *, scopes: Iterable[str] = (), ttl: timedelta) -> str:
        """Issue a token for a user, valid for ``ttl`` from now. Raises ``InvalidInput`` if ``ttl`` is too
        long."""
        if ttl > self.longest:
            raise InvalidInput(
                f"A token may be valid for at most {self.longest / timedelta(days=1):g} days. "
                "Give fewer days, or set STORYTROUPE_JWT_LONGEST_DAYS."
            )
        now = datetime.now(UTC)
        claims: dict[str, Any] = {
            "sub": str(user_id),
            "iss": self._issuer,
            "aud": self._audience,
            "iat": now,
            "exp": now + ttl,
        }
        if scopes:
            claims["scope"] = " ".join(sorted(scopes))
        return jwt.encode(claims, self._secret, algorithm=_OURS)

    def derive_key(self, purpose: bytes) -> bytes:
        """Derive a key of 32 bytes for another purpose. The secret cannot be recovered from it."""
        return hmac.digest(self._secret.encode(), b"storytroupe " + purpose, "sha256")

    def verify(self, token: str) -> Identity:
        """Return the identity of a token. Checks it with the keys that are known now.

        Raises ``Unauthorized`` with TOKEN_EXPIRED for a token that has expired, or with TOKEN_INVALID for any
        other fault. Raises ``Unavailable`` if the keys of the external issuer are not known yet.
        """
        with _refusing():
            mark = hashlib.sha256(token.encode()).digest()
            known = self._verified.get(mark)
            if known is not None and datetime.now(UTC) < known.expires_at + self._leeway:
                return known
            header = _header(token)
            if header.get("alg") != _OURS:
                return self._of_other(token, header)
            identity = self._identity(token, _OURS, self._secret, self._issuer, self._audience)
            self._remember(mark, identity)
            return identity

    async def seek_key(self, token: str) -> None:
        """Fetch the issuer's keys if the token is from the external issuer and names an unknown key. Raises
        nothing."""
        if self.other is None:
            return
        with _refusing():
            header = _header(token)
            if header.get("alg") in ALGORITHMS:
                await self.other.keys.seek(_key_id(header), str(header["alg"]))

    def _remember(self, mark: bytes, identity: Identity) -> None:
        """Keep a verified token of the service in the cache. Tokens of the external issuer are not cached,
        since its keys may change."""
        if len(self._verified) >= _MOST_REMEMBERED:
            self._verified.clear()
        self._verified[mark] = identity

    def _of_other(self, token: str, header: Mapping[str, Any]) -> Identity:
        algorithm = str(header.get("alg"))
        if self.other is None or algorithm not in ALGORITHMS:
            raise jwt.InvalidAlgorithmError(algorithm)
        key = self.other.keys.find(_key_id(header), algorithm)
        if key is None:
            raise jwt.InvalidKeyError()
        return self._identity(token, key.algorithm, key.key, self.other.name, self.other.audience)

    def _identity(self, token: str, algorithm: str, key: Any, issuer: str, audience: str) -> Identity:
        claims = jwt.decode(
            token,
            key,
            algorithms=[algorithm],
            audience=audience,
            issuer=issuer,
            leeway=self._leeway,
            options={"require": _REQUIRED},
        )
        if "nbf" in claims:
            _moment(claims["nbf"])
        identity = Identity(
            user_of(claims["sub"], issuer),
            _scopes(claims.get("scope")),
            _moment(claims["exp"]),
            _moment(claims["iat"]) if "iat" in claims else None,
        )
        # Without ``iat`` the validity counts from now.
        if identity.expires_at - (identity.issued_at or datetime.now(UTC)) > self.longest:
            raise _TooLong
        return identity


def _other(settings: Settings, key_wanted: Callable[[], None]) -> Issuer | None:
    if not settings.jwks_url:
        return None
    if not settings.jwks_issuer:
        raise SetupProblem(
            "STORYTROUPE_JWKS_URL is set, but STORYTROUPE_JWKS_ISSUER is not: set it to the keys' issuer.",
            code="JWKS_ISSUER",
        )
    audience = settings.jwks_audience or settings.jwt_audience
    return Issuer(settings.jwks_issuer, audience, KeySet(settings.jwks_url, wanted=key_wanted))


@contextmanager
def _refusing() -> Iterator[None]:
    """Raise ``Unauthorized`` instead of the errors that an invalid token causes."""
    try:
        yield
    except jwt.ExpiredSignatureError as error:
        raise Unauthorized("The token has expired. Get a new one.", code="TOKEN_EXPIRED") from error
    except (jwt.PyJWTError, ValueError, OverflowError, TypeError, RecursionError) as error:
        raise Unauthorized(_why(error), code="TOKEN_INVALID") from error


def _header(token: str) -> Mapping[str, Any]:
    """Return the header of a token. The service never uses keys or key URLs from the header (``jku``,
    ``jwk``, ``x5u`` …). Raises ``ValueError`` for a token with critical extensions, since the service
    supports none."""
    if not token.isascii() or len(token) > _LONGEST_TOKEN:
        raise ValueError("not a token")
    header: Mapping[str, Any] = jwt.get_unverified_header(token)
    if "crit" in header:
        raise ValueError("critical extensions")
    return header


def _moment(claim: Any) -> datetime:
    """Return the time that a claim names, in whole Unix seconds. Raises ``ValueError`` if no such time
    exists."""
    if isinstance(claim, bool) or not isinstance(claim, int | float) or not 0 <= claim <= _LAST_SECOND:
        raise ValueError("not a number of seconds")
    return datetime.fromtimestamp(int(claim), UTC)


def _key_id(header: Mapping[str, Any]) -> str | None:
    return str(header["kid"]) if "kid" in header else None


def user_of(subject: str, issuer: str) -> UUID:
    """Return the user id for the subject (``sub``) of a token. A subject that is a UUID is the user id. For
    any other subject, the id is a UUID derived from the issuer and the subject, always the same UUID.

    Raises ``ValueError`` for a subject that is empty or is not a string.
    """
    if not subject.strip():
        raise ValueError("an empty subject")
    try:
        user_id = UUID(subject)
    except ValueError:
        return uuid5(uuid5(NAMESPACE_URL, issuer), subject)
    return user_id


def _scopes(claim: Any) -> frozenset[str]:
    """Return the scopes in a claim. OAuth writes them as one text with spaces. Some issuers write a list."""
    words = claim.split() if isinstance(claim, str) else claim
    return frozenset(str(word) for word in words) if isinstance(words, list) else frozenset()


def _why(error: Exception) -> str:
    match error:
        case jwt.InvalidAlgorithmError():
            return "The token is signed with an algorithm that this service does not accept."
        case jwt.InvalidKeyError():
            return "The token is signed with a key that this service does not know."
        case jwt.InvalidSignatureError():
            return "The signature of the token is not valid."
        case jwt.MissingRequiredClaimError():
            return f"The token does not have the claim {error.claim!r}."
        case jwt.InvalidAudienceError():
            return "The token is meant for another service."
        case jwt.InvalidIssuerError():
            return "The token comes from an issuer that this service does not trust."
        case jwt.ImmatureSignatureError():
            return "The token is not valid yet."
        case _TooLong():
            return "The token is valid for longer than this service accepts."
    return "The token cannot be read."
