"""The two logins of a service: the owner of everything, and one that may only act for a user.

The owner migrates, and the actors, the loops and the operators' routes log in as it. It is no superuser.
A user's request goes by the other login, which owns nothing and may become nobody but ``storytroupe_user``.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

import asyncpg
import structlog

from service.db.pool import CONNECT_SECONDS
from service.db.sql import load
from service.errors import SetupProblem

_log = structlog.get_logger()

_SQL = load("roles")
REFUSED = (OSError, TimeoutError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError)
#: PostgreSQL's own count of rounds.
_ROUNDS = 4096
_MAKE = "`storytroupe roles` makes the role."
_WHERE = "do by hand what docs/operations.md says under Logins of the database."


@dataclass(frozen=True, slots=True)
class Login:
    """A role with its password."""

    name: str
    password: str

    @classmethod
    def of(cls, url: str, setting: str) -> Login:
        """The login of a URL. Raises ``SetupProblem``, which names the setting, where it has none."""
        parts = urlsplit(url)
        if not parts.username or not parts.password:
            raise SetupProblem(
                f"{setting} has no user with a password: write postgresql://user:password@host/name."
            )
        return cls(unquote(parts.username), unquote(parts.password))


async def set_up(admin_url: str, url: str, http_url: str) -> None:
    """Make the logins of both URLs by way of a superuser's. Raises ``SetupProblem`` where that fails."""
    owner, http = Login.of(url, "DATABASE_URL"), Login.of(http_url, "DATABASE_HTTP_URL")
    try:
        connection = await asyncpg.connect(admin_url, timeout=CONNECT_SECONDS)
    except REFUSED as problem:
        raise SetupProblem(
            f"PostgreSQL does not let us in at DATABASE_ADMIN_URL ({problem or 'no answer'}): see whether it "
            "runs, and look at the URL."
        ) from problem
    try:
        await prepare(connection, owner, http)
    except asyncpg.InsufficientPrivilegeError as refused:
        raise SetupProblem(
            f"The login at DATABASE_ADMIN_URL may not do this ({refused}): use a superuser's, or {_WHERE}"
        ) from refused
    finally:
        await connection.close()


async def prepare(connection: asyncpg.Connection[asyncpg.Record], owner: Login, http: Login) -> None:
    """Make both logins, and the connection's database the owner's with all that an older release made in
    it. What is so already stays. The connection's role must be allowed to: a superuser is.

    Raises ``SetupProblem`` where a name is taken by a role that may do more, and what asyncpg raises.
    """
    names = [owner.name, http.name]
    if len({*names, "storytroupe_user"}) < len(names) + 1:
        raise SetupProblem(
            "DATABASE_URL and DATABASE_HTTP_URL need a user each, and neither is storytroupe_user."
        )
    async with connection.transaction():
        for row in await connection.fetch(_SQL["roles_powers"], names):
            powers = ", ".join(row["powers"])
            raise SetupProblem(
                f"The role {row['name']} has {powers}, which the service must not have: put a role of its "
                "own into the URL. It is made if there is none."
            )
        hashed = [_verifier(login.password) for login in (owner, http)]
        await _run(connection, _SQL["roles_lacking"], *names)
        await _run(connection, _SQL["roles_settled"], *names, *hashed)
        await _run(connection, _SQL["database_settled"], *names)
        await _run(connection, _SQL["objects_to_hand_over"], owner.name)


async def change_password(connection: asyncpg.Connection[asyncpg.Record], login: Login) -> None:
    """Give a role the login's password."""
    await _run(connection, _SQL["password_of"], login.name, _verifier(login.password))


async def _run(connection: asyncpg.Connection[asyncpg.Record], query: str, *values: str) -> None:
    """Run the statements that a query gives."""
    for row in await connection.fetch(query, *values):
        await connection.execute(row["statement"])


def _verifier(password: str) -> str:
    """What PostgreSQL keeps of a password (RFC 5803), so that the password itself is in no server's log.

    Raises ``SetupProblem`` for a password that needs more than ASCII.
    """
    if not (password.isascii() and password.isprintable()):
        raise SetupProblem("A database's password may have printable ASCII characters only.")
    salt = secrets.token_bytes(16)
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, _ROUNDS)
    stored = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    server = hmac.digest(salted, b"Server Key", "sha256")
    encoded = [base64.b64encode(part).decode() for part in (salt, stored, server)]
    return f"SCRAM-SHA-256${_ROUNDS}:{encoded[0]}${encoded[1]}:{encoded[2]}"


async def look_at_logins(url: str, http_url: str) -> None:
    """Before users are served: the log tells where the owner is a superuser, or acts for users itself.

    Raises ``SetupProblem`` as ``demand_restricted`` does.
    """
    if http_url:
        await demand_restricted(http_url)
    else:
        _log.warning("users' requests log in as the owner of the database: set DATABASE_HTTP_URL")
    try:
        owner = await powers_of(url)
    except REFUSED:
        return  # said where the pool is opened
    if owner.superuser:
        _log.warning("the login at DATABASE_URL is a superuser: give it a role of its own", role=owner.name)


async def demand_restricted(url: str) -> None:
    """Raises ``SetupProblem`` where the login at DATABASE_HTTP_URL may do more than act for one user, may
    not do that, or is not let in."""
    try:
        powers = await powers_of(url)
    except REFUSED as problem:
        raise SetupProblem(
            f"PostgreSQL does not let us in at DATABASE_HTTP_URL ({problem or 'no answer'}): look at the "
            f"URL. {_MAKE}"
        ) from problem
    if powers.too_much:
        raise SetupProblem(
            f"The login at DATABASE_HTTP_URL {powers.too_much}. A user's request must not have that: "
            f"give it a role that is a member of storytroupe_user alone. {_MAKE}"
        )
    if not powers.acts:
        raise SetupProblem(
            f"The login at DATABASE_HTTP_URL ({powers.name}) is no member of storytroupe_user, so that it "
            f"may do nothing. {_MAKE}"
        )


@dataclass(frozen=True, slots=True)
class Powers:
    """Who a login is. ``too_much`` says, as the rest of a sentence, why it may do more than act for one
    user; empty, it may not. ``acts``: whether it may do that."""

    name: str
    superuser: bool
    too_much: str
    acts: bool


async def powers_of(url: str) -> Powers:
    """What the login of a URL may do. Raises what asyncpg raises."""
    connection = await asyncpg.connect(url, timeout=CONNECT_SECONDS)
    try:
        row = await connection.fetchrow(_SQL["own_powers"])
    finally:
        await connection.close()
    assert row is not None
    return Powers(row["name"], row["superuser"], _too_much(row), row["acts"])


def _too_much(row: asyncpg.Record) -> str:
    name = row["name"]
    if row["superuser"]:
        return f"({name}) is a superuser"
    if row["powerful"]:
        return f"({name}) has CREATEROLE, CREATEDB, REPLICATION or BYPASSRLS"
    if row["others"]:
        return f"({name}) may become {', '.join(row['others'])}"
    return f"({name}) owns tables" if row["owns"] else ""
