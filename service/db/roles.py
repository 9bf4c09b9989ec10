"""Creates and checks the two database logins of the service: the owner of all tables, and a login that can
only act for a user.

Migrations, actors, background loops and the operators' routes log in as the owner. The owner is not a
superuser. Requests of users use the other login. That login owns nothing, and ``storytroupe_user`` is the
only role that it can take.
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
#: The default number of SCRAM iterations in PostgreSQL.
_ROUNDS = 4096
_MAKE = "`storytroupe roles` creates the role."
_WHERE = "do the steps in docs/operations.md under Logins of the database by hand."


@dataclass(frozen=True, slots=True)
class Login:
    """A role with its password."""

    name: str
    password: str

    @classmethod
    def of(cls, url: str, setting: str) -> Login:
        """Return the login of a URL. Raises ``SetupProblem`` if the URL has no user or no password. The
        message names the setting."""
        parts = urlsplit(url)
        if not parts.username or not parts.password:
            raise SetupProblem(
                f"{setting} has no user with a password: write postgresql://user:password@host/name."
            )
        return cls(unquote(parts.username), unquote(parts.password))


async def set_up(admin_url: str, url: str, http_url: str) -> None:
    """Create the roles of both URLs. Connects as a superuser to do this. Raises ``SetupProblem`` if that
    fails."""
    owner, http = Login.of(url, "DATABASE_URL"), Login.of(http_url, "DATABASE_HTTP_URL")
    try:
        connection = await asyncpg.connect(admin_url, timeout=CONNECT_SECONDS)
    except REFUSED as problem:
        raise SetupProblem(
            f"The service cannot connect to PostgreSQL at DATABASE_ADMIN_URL ({problem or 'no answer'}): "
            "check that it runs, and check the URL."
        ) from problem
    try:
        await prepare(connection, owner, http)
    except asyncpg.InsufficientPrivilegeError as refused:
        raise SetupProblem(
            f"The login at DATABASE_ADMIN_URL may not do this ({refused}): use a superuser, or {_WHERE}"
        ) from refused
    finally:
        await connection.close()


async def prepare(connection: asyncpg.Connection[asyncpg.Record], owner: Login, http: Login) -> None:
    """Create both roles. Make the first one the owner of the connection's database and of all its objects
    from an older release.

    Roles and owners that are already correct do not change. The connection needs a role that may do all this,
    for example a superuser. Raises ``SetupProblem`` if an existing role of the same name has more privileges
    than the service may have. Raises asyncpg's errors.
    """
    names = [owner.name, http.name]
    if len({*names, "storytroupe_user"}) < len(names) + 1:
        raise SetupProblem(
            "DATABASE_URL and DATABASE_HTTP_URL need two different users. Neither may be storytroupe_user."
        )
    async with connection.transaction():
        for row in await connection.fetch(_SQL["roles_powers"], names):
            powers = ", ".join(row["powers"])
            raise SetupProblem(
                f"The role {row['name']} has {powers}, which the service must not have: put another "
                "role into the URL. It is created if it does not exist."
            )
        hashed = [_verifier(login.password) for login in (owner, http)]
        await _run(connection, _SQL["roles_lacking"], *names)
        await _run(connection, _SQL["roles_settled"], *names, *hashed)
        await _run(connection, _SQL["database_settled"], *names)
        await _run(connection, _SQL["objects_to_hand_over"], owner.name)


async def change_password(connection: asyncpg.Connection[asyncpg.Record], login: Login) -> None:
    """Give the login's role the login's password."""
    await _run(connection, _SQL["password_of"], login.name, _verifier(login.password))


async def _run(connection: asyncpg.Connection[asyncpg.Record], query: str, *values: str) -> None:
    """Run the SQL statements that a query returns."""
    for row in await connection.fetch(query, *values):
        await connection.execute(row["statement"])


def _verifier(password: str) -> str:
    """Return the SCRAM verifier that PostgreSQL stores for a password (RFC 5803). The statement contains the
    verifier, so no server log contains the password.

    Raises ``SetupProblem`` for a password with characters outside printable ASCII.
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
    """Check the database logins before the service accepts requests. Logs a warning if the owner is a
    superuser, or if no separate login for users' requests is set.

    Raises ``SetupProblem`` in the cases of ``demand_restricted``.
    """
    if http_url:
        await demand_restricted(http_url)
    else:
        _log.warning("users' requests log in as the owner of the database: set DATABASE_HTTP_URL")
    try:
        owner = await powers_of(url)
    except REFUSED:
        return  # the pool reports this error when it opens
    if owner.superuser:
        _log.warning("the login at DATABASE_URL is a superuser: use another role", role=owner.name)


async def demand_restricted(url: str) -> None:
    """Check the login at DATABASE_HTTP_URL.

    Raises ``SetupProblem`` if the login can do more than act for a user, if it cannot act for a user, or if
    PostgreSQL refuses it.
    """
    try:
        powers = await powers_of(url)
    except REFUSED as problem:
        raise SetupProblem(
            f"The service cannot connect to PostgreSQL at DATABASE_HTTP_URL ({problem or 'no answer'}): "
            f"check the URL. {_MAKE}"
        ) from problem
    if powers.too_much:
        raise SetupProblem(
            f"The login at DATABASE_HTTP_URL {powers.too_much}. A user's request must not have that: "
            f"use a role that is a member of storytroupe_user only. {_MAKE}"
        )
    if not powers.acts:
        raise SetupProblem(
            f"The login at DATABASE_HTTP_URL ({powers.name}) is not a member of storytroupe_user, so "
            f"it has no rights. {_MAKE}"
        )


@dataclass(frozen=True, slots=True)
class Powers:
    """The privileges of a login. ``too_much`` completes the sentence "The login ..." with the privileges that
    go beyond acting for a user. It is empty if no such privileges exist. ``acts`` says whether the login can
    act for a user."""

    name: str
    superuser: bool
    too_much: str
    acts: bool


async def powers_of(url: str) -> Powers:
    """Return the privileges of a URL's login. Raises asyncpg's errors."""
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
