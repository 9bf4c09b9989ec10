"""Bearer tokens: which are good, for whom, and why the others are not."""

from __future__ import annotations

import base64
import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

import jwt
import pytest

from service.access.tokens import Identity, Tokens
from service.errors import InvalidInput, SetupProblem, Unauthorized
from service.settings import Settings
from tests.cases import for_each

SECRET = "a secret of the tests that is long enough to sign by HS512, too: 64"
ISSUER = "https://issuer.example"
TOKENS = Tokens(SECRET, ISSUER, "storytroupe")
USER = uuid4()


def sign(secret: str = SECRET, algorithm: str = "HS256", **changes: Any) -> str:
    """A token with some claims changed; None leaves a claim out."""
    claims = {
        "sub": str(USER),
        "iss": ISSUER,
        "aud": "storytroupe",
        "exp": datetime.now(UTC) + timedelta(hours=1),
    } | changes
    return jwt.encode({k: v for k, v in claims.items() if v is not None}, secret, algorithm=algorithm)


def refusal(token: str) -> Unauthorized:
    with pytest.raises(Unauthorized) as refused:
        TOKENS.verify(token)
    return refused.value


def test_issued_token_stands_for_its_user() -> None:
    identity = TOKENS.verify(TOKENS.issue(USER, scopes={"operator"}, ttl=timedelta(minutes=5)))
    assert identity.user_id == USER
    assert identity.operator
    assert timedelta(minutes=4) < identity.expires_at - datetime.now(UTC) <= timedelta(minutes=5)


def test_token_without_scopes_is_no_operators() -> None:
    assert TOKENS.verify(sign()).scopes == frozenset()


@pytest.mark.parametrize("scope", ["read operator", ["read", "operator"]])
def test_scopes_may_be_a_text_or_a_list(scope: object) -> None:
    assert TOKENS.verify(sign(scope=scope)).scopes == {"read", "operator"}


def test_subject_that_is_no_uuid_becomes_one_of_its_issuer() -> None:
    identity = TOKENS.verify(sign(sub="auth0|maya"))
    assert identity.user_id == uuid5(uuid5(NAMESPACE_URL, ISSUER), "auth0|maya")
    elsewhere = Tokens(SECRET, "https://another.example", "storytroupe")
    assert elsewhere.verify(sign(sub="auth0|maya", iss="https://another.example")).user_id != identity.user_id


def test_expired_token_says_so() -> None:
    assert refusal(sign(exp=datetime.now(UTC) - timedelta(seconds=31))).code == "TOKEN_EXPIRED"


def test_token_that_was_verified_before_still_ends_at_its_time() -> None:
    exact = Tokens(SECRET, ISSUER, "storytroupe", leeway=timedelta(0))
    token, first = verified(exact)
    with pytest.raises(Unauthorized) as refused:
        while exact.verify(token) == first:
            time.sleep(0.01)
    assert refused.value.code == "TOKEN_EXPIRED"
    assert datetime.now(UTC) >= first.expires_at


def verified(tokens: Tokens) -> tuple[str, Identity]:
    """A token that ends within a second, and was good just now."""
    while True:
        token = tokens.issue(USER, ttl=timedelta(seconds=1))
        try:
            return token, tokens.verify(token)
        except Unauthorized:
            """It tells whole seconds, so its time may have been over at once."""


def test_token_that_differs_from_a_verified_one_is_looked_at() -> None:
    TOKENS.verify(token := sign())
    claims, _, signature = token.rpartition(".")
    assert refusal(f"{claims}.{signature[::-1]}").code == "TOKEN_INVALID"


def test_clock_may_be_off_by_half_a_minute() -> None:
    assert TOKENS.verify(sign(exp=datetime.now(UTC) - timedelta(seconds=20))).user_id == USER
    assert TOKENS.verify(sign(nbf=datetime.now(UTC) + timedelta(seconds=20))).user_id == USER


@pytest.mark.parametrize("claim", ["exp", "sub", "iss", "aud"])
def test_token_that_lacks_a_claim_is_refused_by_its_name(claim: str) -> None:
    changes: dict[str, Any] = {claim: None}
    error = refusal(sign(**changes))
    assert error.code == "TOKEN_INVALID"
    assert repr(claim) in error.message


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"aud": "another"}, "another service"),
        ({"iss": "https://another.example"}, "issuer"),
        ({"nbf": datetime.now(UTC) + timedelta(hours=1)}, "not valid yet"),
        ({"sub": "  "}, "cannot be read"),
        ({"exp": 10**30}, "cannot be read"),
    ],
)
def test_token_with_a_wrong_claim_says_which(changes: dict[str, Any], why: str) -> None:
    error = refusal(sign(**changes))
    assert error.code == "TOKEN_INVALID"
    assert why in error.message


@pytest.mark.parametrize("issued", [True, False], ids=["says since when", "does not say"])
def test_token_that_outlives_what_is_remembered_of_sign_outs_is_refused(issued: bool) -> None:
    short = Tokens(SECRET, ISSUER, "storytroupe", longest=timedelta(days=2))
    now = datetime.now(UTC)
    iat = now - timedelta(days=1) if issued else None
    begin = iat or now
    good = sign(iat=iat, exp=begin + timedelta(days=2) - timedelta(seconds=5))
    assert short.verify(good).user_id == USER
    with pytest.raises(Unauthorized, match="longer than this service accepts"):
        short.verify(sign(iat=iat, exp=begin + timedelta(days=2, minutes=1)))


def test_no_token_is_issued_that_would_be_refused() -> None:
    with pytest.raises(InvalidInput, match=r"366 days.*STORYTROUPE_JWT_LONGEST_DAYS"):
        TOKENS.issue(USER, ttl=timedelta(days=367))
    assert TOKENS.verify(TOKENS.issue(USER, ttl=TOKENS.longest)).user_id == USER


def test_token_signed_by_another_is_refused() -> None:
    error = refusal(sign(secret="another secret of thirty-two bytes or more"))
    assert (error.code, "signature" in error.message) == ("TOKEN_INVALID", True)


@pytest.mark.parametrize("algorithm", ["none", "None", "HS512", "RS256"])
def test_token_of_another_algorithm_is_refused(algorithm: str) -> None:
    """Even one that is signed with our secret: the algorithm is ours to choose."""
    header = base64.urlsafe_b64encode(json.dumps({"alg": algorithm, "typ": "JWT"}).encode()).rstrip(b"=")
    _, claims, signature = sign().split(".")
    for end in ("", signature):
        error = refusal(f"{header.decode()}.{claims}.{end}")
        assert error.code == "TOKEN_INVALID"
        assert "an algorithm that this service does not accept" in error.message
    assert refusal(sign(algorithm="HS384")).code == "TOKEN_INVALID"


@for_each("token", ["", "x", "a.b.c", "é.é.é", "\udcff", "a" * 9000, "....", "null"])
def test_what_is_no_token_is_refused(token: str) -> None:
    assert refusal(token).code == "TOKEN_INVALID"


def test_secret_that_could_be_guessed_is_refused() -> None:
    with pytest.raises(SetupProblem, match="STORYTROUPE_JWT_SECRET"):
        Tokens("short", ISSUER, "storytroupe")


def test_settings_that_name_keys_must_name_their_issuer() -> None:
    values = {"jwt_secret": SECRET, "jwks_url": "https://issuer.example/keys"}
    with pytest.raises(SetupProblem, match="STORYTROUPE_JWKS_ISSUER"):
        Tokens.of(Settings.model_validate(values))
    other = Tokens.of(Settings.model_validate({**values, "jwks_issuer": ISSUER})).other
    assert other is not None
    assert (other.name, other.audience) == (ISSUER, "storytroupe")
    assert Tokens.of(Settings.model_validate({"jwt_secret": SECRET})).other is None


def test_clock_may_be_off_by_as_much_as_the_settings_say() -> None:
    late = sign(iss="storytroupe", exp=datetime.now(UTC) - timedelta(seconds=20))
    for leeway, good in ((60.0, True), (5.0, False)):
        tokens = Tokens.of(Settings.model_validate({"jwt_secret": SECRET, "jwt_leeway_seconds": leeway}))
        if good:
            assert tokens.verify(late).user_id == USER
        else:
            with pytest.raises(Unauthorized):
                tokens.verify(late)


def test_uuid_subject_stays_itself_however_it_is_written() -> None:
    assert TOKENS.verify(sign(sub=str(USER).upper())).user_id == UUID(str(USER))
