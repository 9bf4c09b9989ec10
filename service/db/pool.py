"""The pools of connections, and the two doors to PostgreSQL.

``as_user`` is for the HTTP service: row level security applies, and only the user's rows exist. Its
connections log in as a role that may become nobody else, where there is a URL of such a login.
``as_owner`` is the actors' and the loops': everything is seen, so every query names its rows.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from typing import Any, ClassVar, TypeAlias, TypeVar
from uuid import UUID, uuid4

import asyncpg
import orjson
import structlog

from service.db.acting import acting_for
from service.errors import Unavailable

_log = structlog.get_logger()

Connection: TypeAlias = (
    "asyncpg.Connection[asyncpg.Record] | asyncpg.pool.PoolConnectionProxy[asyncpg.Record]"
)
Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"
R = TypeVar("R")
Door: TypeAlias = Callable[[], AbstractAsyncContextManager[Connection]]

#: What PostgreSQL or the way to it says when the same transaction may succeed if it is run again.
AWAY: tuple[type[BaseException], ...] = (
    asyncpg.PostgresConnectionError,
    asyncpg.DeadlockDetectedError,
    asyncpg.LockNotAvailableError,
    asyncpg.SerializationError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.IdleInTransactionSessionTimeoutError,
    asyncpg.InterfaceError,
    # A connection that was ended while this process was frozen is no more in step with us.
    # The same is said when the server dies under the driver in the middle of an answer.
    asyncpg.InternalClientError,
    asyncpg.QueryCanceledError,
    asyncpg.InsufficientResourcesError,
    # Somebody took the session's prepared statements away. The connection is given up.
    asyncpg.InvalidSQLStatementNameError,
)
#: The same, and what the network and the clock say of it.
TRANSIENT: tuple[type[BaseException], ...] = (*AWAY, OSError, TimeoutError)

_RETRYABLE: tuple[type[BaseException], ...] = (*TRANSIENT, Unavailable)

#: Begins a user's transaction: one message, since a request waits for each. A person's request is
#: repeated by nobody, so it may stand still for longer. What is put in is a UUID and hexadecimal digits.
_BEGIN_AS_USER = (
    "BEGIN; SELECT set_config('role', 'storytroupe_user', true),"
    " set_config('storytroupe.user_id', '{}', true),"
    " set_config('idle_in_transaction_session_timeout', '5s', true)"
)
#: Goes with the message that ends it: whatever a statement put into a request left in the session is gone
#: before another user's request has the connection. The prepared statements stay, since they are most of
#: what makes a request quick: see ``_Connection._get_unique_id``.
_AS_IF_NEW = (
    "; RESET SESSION AUTHORIZATION; RESET ALL; UNLISTEN *; CLOSE ALL; DISCARD TEMP; DISCARD SEQUENCES;"
    " SELECT pg_catalog.pg_advisory_unlock_all()"
)
_KEY = "SELECT secret FROM acting_key"
#: What it may take to reach the server.
CONNECT_SECONDS = 3.0
#: Types below this number are PostgreSQL's own, and the same on every server.
_FIRST_OID_OF_USERS = 16384
_BACKOFF = (0.05, 0.1, 0.2, 0.4, 0.8, 1.0)


def to_json(value: Any) -> str:
    """JSON for PostgreSQL, which has no NUL: one NUL in one text would fail a whole batch."""
    encoded = orjson.dumps(value, default=str, option=orjson.OPT_NON_STR_KEYS)
    if b"\\u0000" in encoded:
        encoded = orjson.dumps(_without_nul(value), default=str, option=orjson.OPT_NON_STR_KEYS)
    return encoded.decode()


def _without_nul(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\0", "")
    if isinstance(value, dict):
        return {_without_nul(key): _without_nul(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_without_nul(item) for item in value]
    return value


async def _set_codecs(connection: Connection) -> None:
    await connection.set_type_codec(
        "jsonb", schema="pg_catalog", encoder=to_json, decoder=orjson.loads, format="text"
    )


class _Connection(asyncpg.Connection):  # type: ignore[misc]
    """A connection that knows of PostgreSQL's own types what others of this process were told.

    The driver asks each new connection about each kind of array, once: some round trips and six
    milliseconds of the server's planning, again and again just when many requests come at once.
    """

    _introspected: ClassVar[dict[tuple[int, ...], Any]] = {}

    async def _introspect_types(self, typeoids: Iterable[int], *args: Any, **kwargs: Any) -> Any:
        oids = tuple(sorted(typeoids))
        if oids[-1] >= _FIRST_OID_OF_USERS:
            return await super()._introspect_types(oids, *args, **kwargs)
        if oids not in self._introspected:
            self._introspected[oids] = await super()._introspect_types(oids, *args, **kwargs)
        return self._introspected[oids]

    def _get_unique_id(self, prefix: str) -> str:
        """A name that nobody guesses: who knew that of a prepared statement could put another in its place,
        which later requests of others would run. ``storytroupe roles`` closes the list of them."""
        return f"__asyncpg_{prefix}_{secrets.token_hex(16)}__"


async def _leave_as_it_is(_connection: Connection) -> None:
    """We set nothing in a session: roles and settings are a transaction's. A user's ends with a cleaning of
    its own. An open transaction is ended by the driver; the rest of its way costs a round trip each time."""


async def _end(connection: Connection, how: str) -> None:
    """End a user's transaction, and clean the session. What cannot be cleaned is used no more."""
    try:
        await connection.execute(how + _AS_IF_NEW)
    except BaseException:
        connection.terminate()
        raise


async def _open_pool(url: str, size: int, session: str) -> Pool:
    return await asyncpg.create_pool(
        url,
        min_size=1,
        max_size=size,
        init=_set_codecs,
        connection_class=_Connection,
        reset=_leave_as_it_is,
        timeout=CONNECT_SECONDS,
        command_timeout=30,
        server_settings={
            # By which the worker that expires this one ends its connections.
            "application_name": session,
            # A stopped process must not hold its locks for long; nor may those of its
            # transactions that wait for one another fall idle in turn, for ever.
            "idle_in_transaction_session_timeout": "2s",
            "lock_timeout": "4s",
            "timezone": "UTC",
            "jit": "off",
        },
    )


class Database:
    """The pools: ``pool`` is the owner's, ``user_pool`` that of users' requests, which may be the same.
    Open them with ``connect``; close them with ``close``."""

    def __init__(self, pool: Pool, user_pool: Pool, url: str, acquire_seconds: float) -> None:
        self.pool = pool
        self.user_pool = user_pool
        self.url = url
        self._acquire_seconds = acquire_seconds
        self._key = b""
        self._given_up = False
        self._giving_up: asyncio.TimerHandle | None = None

    @classmethod
    async def connect(
        cls, url: str, *, user_url: str = "", size: int = 16, acquire_seconds: float = 10.0
    ) -> Database:
        """Open pools of at most ``size`` connections together. Raises what asyncpg raises.

        ``url`` logs in as the owner, ``user_url`` as who may only act for a user. They have half of the
        connections each; without a ``user_url`` the owner has all, and takes the user's role on.
        """
        session = f"storytroupe-{uuid4().hex}"
        if not user_url:
            pool = await _open_pool(url, size, session)
            return cls(pool, pool, url, acquire_seconds)
        pool = await _open_pool(url, size - size // 2, session)
        try:
            user_pool = await _open_pool(user_url, size // 2, session)
        except BaseException:
            pool.terminate()
            raise
        return cls(pool, user_pool, url, acquire_seconds)

    def give_up_in(self, seconds: float) -> None:
        """Whatever still waits for the database after this time fails at once: a process that is asked
        to leave does so, though the database is away."""
        self._giving_up = asyncio.get_running_loop().call_later(seconds, self._give_up)

    def _give_up(self) -> None:
        _log.warning("leaving: what waits for the database is given up")
        self._given_up = True
        for pool in self._pools:
            pool.terminate()

    @property
    def _pools(self) -> frozenset[Pool]:
        return frozenset((self.pool, self.user_pool))

    async def close(self) -> None:
        """Close all connections, waiting a little for those in use."""
        if self._giving_up is not None:
            self._giving_up.cancel()
        try:
            await asyncio.wait_for(asyncio.gather(*(pool.close() for pool in self._pools)), 5)
        except TimeoutError:
            for pool in self._pools:
                pool.terminate()

    @asynccontextmanager
    async def as_owner(self) -> AsyncIterator[Connection]:
        """A transaction that sees all rows. Raises ``Unavailable`` where no connection can be had."""
        async with self._connection() as connection, connection.transaction():
            yield connection

    @asynccontextmanager
    async def as_user(self, user_id: UUID) -> AsyncIterator[Connection]:
        """A transaction in which only this user's rows exist, and none within it. Raises as ``as_owner``."""
        key = self._key or await self._read_key()
        async with self._connection(self.user_pool) as connection:
            identity = acting_for(user_id, connection.get_server_pid(), key)
            try:
                await connection.execute(_BEGIN_AS_USER.format(identity))
                yield connection
            except asyncpg.InvalidSQLStatementNameError:
                connection.terminate()
                raise
            except BaseException:
                # What is lost with its connection is rolled back by the server.
                with suppress(*TRANSIENT):
                    await _end(connection, "ROLLBACK")
                raise
            await _end(connection, "COMMIT")

    async def _read_key(self) -> bytes:
        """What proves for whom we act. Only the owner may read it."""
        async with self._connection() as connection:
            self._key = bytes(await connection.fetchval(_KEY))
        return self._key

    @asynccontextmanager
    async def _connection(self, pool: Pool | None = None) -> AsyncIterator[Connection]:
        pool = pool or self.pool
        try:
            connection = await pool.acquire(timeout=self._acquire_seconds)
        except TRANSIENT as error:
            # A refused connection is the database's absence, whoever asks: no failure of theirs.
            raise Unavailable("The database does not answer.") from error
        try:
            yield connection
        finally:
            await pool.release(connection)

    async def retry_transaction(self, work: Callable[[Connection], Awaitable[R]]) -> R:
        """Run ``work`` in an owner's transaction until it commits or fails for good.

        For work that may be done twice (fenced, or compare-and-set): a commit whose
        answer was lost is run again. Raises ``Unavailable`` after about three seconds.
        """
        return await self._retry(self.as_owner, work)

    async def retry_statement(self, work: Callable[[Connection], Awaitable[R]]) -> R:
        """As ``retry_transaction``, for a single statement, which is a transaction by itself."""
        return await self._retry(self._connection, work)

    async def _retry(self, door: Door, work: Callable[[Connection], Awaitable[R]]) -> R:
        for pause in (*_BACKOFF, None):
            try:
                async with door() as connection:
                    return await work(connection)
            except _RETRYABLE as error:
                if pause is None or self._given_up:
                    raise Unavailable("The database does not answer.") from error
                await asyncio.sleep(pause)
        raise AssertionError("unreachable")

    async def retry_forever(self, work: Callable[[Connection], Awaitable[R]]) -> R:
        """As ``retry_statement``, but for as long as the database is away: for what must not be lost.

        Raises ``Unavailable`` only where this process leaves without having been heard.
        """
        while True:
            try:
                return await self.retry_statement(work)
            except Unavailable as error:
                if self._given_up:
                    raise
                _log.warning("the database is away; what must be written waits", error=repr(error.__cause__))
