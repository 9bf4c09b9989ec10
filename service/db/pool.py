"""The pools of PostgreSQL connections. A transaction runs either as a user or as the owner.

``as_user`` is for the HTTP service: row level security applies, and only the user's rows are visible. If
``DATABASE_HTTP_URL`` is set, these connections log in as a role that can only act for a user. ``as_owner`` is
for the actors and the background loops: all rows are visible, so every query must select its rows itself.
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

#: Errors of PostgreSQL or of the connection after which the same transaction may succeed if it runs again.
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
    # The driver raises this if the server ended the connection while this process was frozen, or if the
    # server dies in the middle of an answer.
    asyncpg.InternalClientError,
    asyncpg.QueryCanceledError,
    asyncpg.InsufficientResourcesError,
    # A statement removed the session's prepared statements. The connection is closed.
    asyncpg.InvalidSQLStatementNameError,
)
#: The errors of ``_RETRYABLE``, network errors and time-outs.
TRANSIENT: tuple[type[BaseException], ...] = (*AWAY, OSError, TimeoutError)

_RETRYABLE: tuple[type[BaseException], ...] = (*TRANSIENT, Unavailable)

#: Begins a user's transaction. All statements are in one message, since a request waits for each message. A
#: request is not repeated, so its transaction may be idle for longer than others. Only a UUID and hexadecimal
#: digits are inserted into this text.
_BEGIN_AS_USER = (
    "BEGIN; SELECT set_config('role', 'storytroupe_user', true),"
    " set_config('storytroupe.user_id', '{}', true),"
    " set_config('idle_in_transaction_session_timeout', '5s', true)"
)
#: Sent in the message that ends a user's transaction. It removes everything that an injected SQL statement
#: may have left in the session, before another user's request gets the connection. Prepared statements stay,
#: since they save most of a request's time: see ``_Connection._get_unique_id``.
_AS_IF_NEW = (
    "; RESET SESSION AUTHORIZATION; RESET ALL; UNLISTEN *; CLOSE ALL; DISCARD TEMP; DISCARD SEQUENCES;"
    " SELECT pg_catalog.pg_advisory_unlock_all()"
)
_KEY = "SELECT secret FROM acting_key"
#: The time limit for connecting to the server, in seconds.
CONNECT_SECONDS = 3.0
#: Types with a lower number are built into PostgreSQL. They are the same on every server.
_FIRST_OID_OF_USERS = 16384
_BACKOFF = (0.05, 0.1, 0.2, 0.4, 0.8, 1.0)


def to_json(value: Any) -> str:
    """Return JSON without NUL characters. PostgreSQL refuses NUL characters, and one NUL would fail a whole
    batch."""
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
    """A connection that shares its knowledge of PostgreSQL's own types with the other connections of this
    process.

    Without this class, each new connection asks the server about each array type. The queries take some round
    trips and six milliseconds of planning, often when many requests arrive at once.
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
        """Return a random name for a prepared statement. An attacker who knows the name of a prepared
        statement could replace the statement, and later requests of other users would run the replacement.
        ``storytroupe roles`` hides the list of prepared statements."""
        return f"__asyncpg_{prefix}_{secrets.token_hex(16)}__"


async def _leave_as_it_is(_connection: Connection) -> None:
    """Skip the driver's reset, which costs a round trip.

    The reset is not needed. Roles and settings are set for a transaction, not for the session. The end of a
    user's transaction cleans the session. The driver ends an open transaction.
    """


async def _end(connection: Connection, how: str) -> None:
    """End a user's transaction and clean the session. Close the connection if that fails."""
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
            # A process that expires this worker finds the worker's connections by this name.
            "application_name": session,
            # A process that is stopped, for example by SIGSTOP, must not hold its locks for long. Its
            # transactions may wait for each other, so waiting for a lock has a limit too.
            "idle_in_transaction_session_timeout": "2s",
            "lock_timeout": "4s",
            "timezone": "UTC",
            "jit": "off",
        },
    )


class Database:
    """The connection pools. ``pool`` is for the owner, and ``user_pool`` is for users' requests. Both may be
    the same pool.

    ``connect`` opens the pools. ``close`` closes them.
    """

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
        """Open pools of at most ``size`` connections together. Raises asyncpg's errors.

        ``url`` logs in as the owner, and ``user_url`` as a role that can only act for a user. Each pool gets
        half of the connections. Without a ``user_url``, there is one pool: its connections log in as the
        owner and take the user's role for a request.
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
        """Fail all calls that still wait for the database after ``seconds``. So a process that was asked to
        stop ends even if the database does not answer."""
        self._giving_up = asyncio.get_running_loop().call_later(seconds, self._give_up)

    def _give_up(self) -> None:
        _log.warning("stopping: calls that wait for the database fail now")
        self._given_up = True
        for pool in self._pools:
            pool.terminate()

    @property
    def _pools(self) -> frozenset[Pool]:
        return frozenset((self.pool, self.user_pool))

    async def close(self) -> None:
        """Close all connections. Waits up to five seconds for connections in use."""
        if self._giving_up is not None:
            self._giving_up.cancel()
        try:
            await asyncio.wait_for(asyncio.gather(*(pool.close() for pool in self._pools)), 5)
        except TimeoutError:
            for pool in self._pools:
                pool.terminate()

    @asynccontextmanager
    async def as_owner(self) -> AsyncIterator[Connection]:
        """Open a transaction that sees all rows. Raises ``Unavailable`` if no connection is available."""
        async with self._connection() as connection, connection.transaction():
            yield connection

    @asynccontextmanager
    async def as_user(self, user_id: UUID) -> AsyncIterator[Connection]:
        """Open a transaction that sees only this user's rows. It cannot be nested. Raises the errors of
        ``as_owner``."""
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
                # If the connection is lost, the server rolls the transaction back.
                with suppress(*TRANSIENT):
                    await _end(connection, "ROLLBACK")
                raise
            await _end(connection, "COMMIT")

    async def _read_key(self) -> bytes:
        """Read and return the key for the proofs of ``acting_for``. Only the owner can read this key."""
        async with self._connection() as connection:
            self._key = bytes(await connection.fetchval(_KEY))
        return self._key

    @asynccontextmanager
    async def _connection(self, pool: Pool | None = None) -> AsyncIterator[Connection]:
        pool = pool or self.pool
        try:
            connection = await pool.acquire(timeout=self._acquire_seconds)
        except TRANSIENT as error:
            # A refused connection means that the database is unavailable. The caller did nothing wrong.
            raise Unavailable("The database does not answer.") from error
        try:
            yield connection
        finally:
            await pool.release(connection)

    async def retry_transaction(self, work: Callable[[Connection], Awaitable[R]]) -> R:
        """Run ``work`` in a transaction of the owner, and retry until it commits or fails permanently.

        Use it only for work that may run twice (fenced, or compare-and-set), because work runs again if the
        answer to its commit was lost. Raises ``Unavailable`` after about three seconds.
        """
        return await self._retry(self.as_owner, work)

    async def retry_statement(self, work: Callable[[Connection], Awaitable[R]]) -> R:
        """Run and retry a single statement, as ``retry_transaction`` does for a transaction."""
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
        """Run and retry a single statement for as long as the database does not answer. Use it for writes
        that must not be lost.

        Raises ``Unavailable`` only if this process stops before the database answers.
        """
        while True:
            try:
                return await self.retry_statement(work)
            except Unavailable as error:
                if self._given_up:
                    raise
                _log.warning("the database does not answer; writes wait for it", error=error.__cause__)
