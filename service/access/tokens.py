"""Bearer tokens: who is it, and what may they do.

The token's own ``alg`` only ever picks from the keys that were configured for it, so a key of
one kind is never taken for another's. Keys by JWKS URL join as further entries.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import jwt

from service.errors import SetupProblem, Unauthorized

#: The scope of those who run the service.
OPERATOR = "operator"

_LEEWAY = timedelta(seconds=30)
_REQUIRED = ["exp", "sub", "iss", "aud"]
_SHORTEST_SECRET = 32
_LONGEST_TOKEN = 8192


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


class Tokens:
    """Issues tokens by a shared secret (HS256), and verifies them.

    Raises ``SetupProblem`` for a secret of under 32 bytes, which could be guessed.
    """

    def __init__(self, secret: str, issuer: str, audience: str) -> None:
        if len(secret.encode()) < _SHORTEST_SECRET:
            raise SetupProblem(
                f"The secret for tokens must have {_SHORTEST_SECRET} bytes or more: "
                "set STORYTROUPE_JWT_SECRET.",
                code="JWT_SECRET",
            )
        self._secret = secret
        self._issuer = issuer
        self._audience = audience
        self._keys: Mapping[str, str] = {"HS256": secret}

    def issue(self, user_id: UUID, *, scopes: Iterable[str] = (), ttl: timedelta) -> str:
        """A token for a user of ours, good for ``ttl`` from now."""
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
        return jwt.encode(claims, self._secret, algorithm="HS256")

    def verify(self, token: str) -> Identity:
        """Who the token stands for.

        Raises ``Unauthorized``: TOKEN_EXPIRED for one that was good, TOKEN_INVALID for any other.
        """
        if not token.isascii() or len(token) > _LONGEST_TOKEN:
            raise Unauthorized("The token cannot be read.", code="TOKEN_INVALID")
        try:
            return self._identity(self._claims(token))
        except jwt.ExpiredSignatureError as error:
            raise Unauthorized("The token has expired. Get a new one.", code="TOKEN_EXPIRED") from error
        except (jwt.InvalidTokenError, ValueError, OverflowError) as error:
            raise Unauthorized(_why(error), code="TOKEN_INVALID") from error

    def _claims(self, token: str) -> dict[str, Any]:
        algorithm = str(jwt.get_unverified_header(token).get("alg"))
        key = self._keys.get(algorithm)
        if key is None:
            raise jwt.InvalidAlgorithmError(algorithm)
        return jwt.decode(
            token,
            key,
            algorithms=[algorithm],
            audience=self._audience,
            issuer=self._issuer,
            leeway=_LEEWAY,
            options={"require": _REQUIRED},
        )

    def _identity(self, claims: Mapping[str, Any]) -> Identity:
        return Identity(
            user_of(claims["sub"], self._issuer),
            _scopes(claims.get("scope")),
            datetime.fromtimestamp(int(claims["exp"]), UTC),
            datetime.fromtimestamp(int(claims["iat"]), UTC) if "iat" in claims else None,
        )


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
            return "The token is not signed in a way that is accepted here."
        case jwt.InvalidSignatureError():
            return "The token's signature is not good."
        case jwt.MissingRequiredClaimError():
            return f"The token lacks the claim {error.claim!r}."
        case jwt.InvalidAudienceError():
            return "The token is meant for another service."
        case jwt.InvalidIssuerError():
            return "The token comes from an issuer that is not trusted here."
        case jwt.ImmatureSignatureError():
            return "The token is not good yet."
    return "The token cannot be read."
