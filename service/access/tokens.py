"""Bearer tokens: who is it, and what may they do.

Two kinds are good here: ours, signed by a shared secret (HS256), and those of an issuer whose
public keys stand at a JWKS URL (RS256, ES256, EdDSA). The token's own ``alg`` only ever picks
from the keys that are meant for it, so a key of one kind is never taken for another's.
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

#: The scope of those who run the service.
OPERATOR = "operator"

_OURS = "HS256"
_REQUIRED = ["exp", "sub", "iss", "aud"]
_SHORTEST_SECRET = 32
_LONGEST_TOKEN = 8192
#: The latest second that a claim may name, near the end of the year 9999: clocks reckon no further.
_LAST_SECOND = 253_370_764_800
#: Tokens of ours that a process need not check again.
_MOST_REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a token stands for. Times are aware, in UTC; ``issued_at`` None where the token does not say."""

    user_id: UUID
    scopes: frozenset[str]
    expires_at: datetime
    issued_at: datetime | None = None

    @property
    def operator(self) -> bool:
        return OPERATOR in self.scopes


@dataclass(frozen=True, slots=True)
class Issuer:
    """Somebody else whose tokens are good here, with the keys that check them."""

    name: str
    audience: str
    keys: KeySet


class _TooLong(ValueError):
    """A token that outlives what is remembered of sign-outs."""


class Tokens:
    """Issues tokens by a shared secret, and verifies them and those of another ``issuer``.

    ``leeway`` is how far clocks may differ; ``longest``, for how long a token may be good. Raises
    ``SetupProblem`` for a secret of under 32 bytes, which could be guessed.
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
        #: By the SHA-256 of the token: what is kept can be used for nothing.
        self._verified: dict[bytes, Identity] = {}
        self.longest = longest

    @classmethod
    def of(cls, settings: Settings, *, key_wanted: Callable[[], None] = lambda: None) -> Tokens:
        """As the settings have it. ``key_wanted`` is called where a key of the other issuer is lacking.

        Raises ``SetupProblem`` for settings that do not make sense.
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
        """A token for a user of ours, good for ``ttl`` from now. Raises ``InvalidInput`` for too long."""
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
        """A key for something else, of 32 bytes, from which the secret cannot be told."""
        return hmac.digest(self._secret.encode(), b"storytroupe " + purpose, "sha256")

    def verify(self, token: str) -> Identity:
        """Who the token stands for, by the keys that are known now.

        Raises ``Unauthorized``: TOKEN_EXPIRED for one that was good, TOKEN_INVALID for any other;
        and ``Unavailable`` while the other issuer's keys have never been read.
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
        """Fetch the key that the token names, if it is the other issuer's and not known yet."""
        if self.other is None:
            return
        with _refusing():
            header = _header(token)
            if header.get("alg") in ALGORITHMS:
                await self.other.keys.seek(_key_id(header), str(header["alg"]))

    def _remember(self, mark: bytes, identity: Identity) -> None:
        """Ours stay good until they end, whatever happens to the keys of others."""
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
        # Counted from now where it does not say since when.
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
    """What is wrong with a token, as ``Unauthorized``."""
    try:
        yield
    except jwt.ExpiredSignatureError as error:
        raise Unauthorized("The token has expired. Get a new one.", code="TOKEN_EXPIRED") from error
    except (jwt.PyJWTError, ValueError, OverflowError, TypeError, RecursionError) as error:
        raise Unauthorized(_why(error), code="TOKEN_INVALID") from error


def _header(token: str) -> Mapping[str, Any]:
    """The token's own word on itself. Where it says that keys are to be found (``jku``, ``jwk``,
    ``x5u`` …) is never read; what it calls critical is not understood here, so it is refused."""
    if not token.isascii() or len(token) > _LONGEST_TOKEN:
        raise ValueError("not a token")
    header: Mapping[str, Any] = jwt.get_unverified_header(token)
    if "crit" in header:
        raise ValueError("critical extensions")
    return header


def _moment(claim: Any) -> datetime:
    """When a claim says, to the second. Raises ValueError for what is no number of seconds that can be."""
    if isinstance(claim, bool) or not isinstance(claim, int | float) or not 0 <= claim <= _LAST_SECOND:
        raise ValueError("no number of seconds")
    return datetime.fromtimestamp(int(claim), UTC)


def _key_id(header: Mapping[str, Any]) -> str | None:
    return str(header["kid"]) if "kid" in header else None


def user_of(subject: str, issuer: str) -> UUID:
    """The user that a subject is: itself if it is a UUID, else one made of issuer and subject.

    Raises ValueError for an empty subject, or one that is no text.
    """
    if not subject.strip():
        raise ValueError("an empty subject")
    try:
        user_id = UUID(subject)
    except ValueError:
        return uuid5(uuid5(NAMESPACE_URL, issuer), subject)
    return user_id


def _scopes(claim: Any) -> frozenset[str]:
    """``scope`` is a text with spaces, as OAuth has it; some issuers make it a list."""
    words = claim.split() if isinstance(claim, str) else claim
    return frozenset(str(word) for word in words) if isinstance(words, list) else frozenset()


def _why(error: Exception) -> str:
    match error:
        case jwt.InvalidAlgorithmError():
            return "The token is signed by an algorithm that this service does not accept."
        case jwt.InvalidKeyError():
            return "The token is signed by a key that this service does not know."
        case jwt.InvalidSignatureError():
            return "The signature of the token is not valid."
        case jwt.MissingRequiredClaimError():
            return f"The token lacks the claim {error.claim!r}."
        case jwt.InvalidAudienceError():
            return "The token is meant for another service."
        case jwt.InvalidIssuerError():
            return "The token comes from an issuer that this service does not trust."
        case jwt.ImmatureSignatureError():
            return "The token is not valid yet."
        case _TooLong():
            return "The token is valid for longer than this service accepts."
    return "The token cannot be read."
