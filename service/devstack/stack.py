"""Both servers together, on one data folder.

The folder holds ``stack.json`` (ports, passwords, where PostgreSQL's files are), ``stack.lock``,
the servers' files and ``logs``. Nothing else needs to be remembered between runs.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import secrets
import shutil
from collections import deque
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import structlog
from pydantic import BaseModel, ConfigDict, ValidationError

from service.db.roles import Login
from service.devstack.places import choose_account, place_cluster, reachable_programs
from service.devstack.postgres import (
    FORMER_SUPERUSER,
    HTTP,
    OWNER,
    SUPERUSER,
    Logins,
    PostgresServer,
    postgres_url,
)
from service.devstack.private import close_contents, make_private, write_private
from service.devstack.programs import find_postgres, find_valkey
from service.devstack.server import Server
from service.devstack.valkey import ValkeyServer, valkey_url
from service.errors import SetupProblem

log = structlog.get_logger(__name__)

_MEGABYTE = 1024 * 1024
#: What a new cluster takes, with some books.
MINIMUM_FREE = 300 * _MEGABYTE
_WATCH_SECONDS = 0.2
_RESTARTS, _WITHIN_SECONDS = 5, 60.0


class Record(BaseModel):
    """What is remembered between runs."""

    model_config = ConfigDict(frozen=True)

    #: Valkey's; and of a folder of 0.1.0 PostgreSQL's, too, until the next start.
    password: str
    #: PostgreSQL's superuser, whose password is for this module alone.
    superuser: str = FORMER_SUPERUSER
    superuser_password: str = ""
    owner_password: str = ""
    http_password: str = ""
    #: Relative to the data folder where it is inside of it, so that the folder may be moved.
    cluster: Path
    postgres_port: int | None = None
    valkey_port: int | None = None


class Stack:
    """PostgreSQL and Valkey while the block runs. ``SetupProblem`` says in one line what is wrong.

    ``postgres_settings`` and ``valkey_settings`` override the defaults of each server;
    ``minimum_free`` is in bytes. One process at a time may hold a data folder.
    """

    postgres: PostgresServer
    valkey: ValkeyServer

    def __init__(
        self,
        data_dir: Path,
        *,
        postgres_settings: Mapping[str, str] | None = None,
        valkey_settings: Mapping[str, str] | None = None,
        minimum_free: int = MINIMUM_FREE,
    ) -> None:
        self.data_dir = data_dir.expanduser().resolve()
        self._postgres_settings = postgres_settings or {}
        self._valkey_settings = valkey_settings or {}
        self._minimum_free = minimum_free
        self._lock: IO[str] | None = None

    @property
    def database_url(self) -> str:
        return self.postgres.url()

    @property
    def database_http_url(self) -> str:
        """The database for users' requests, whose login may only act for one of them."""
        return self.postgres.http_url()

    @property
    def redis_url(self) -> str:
        return self.valkey.url

    async def __aenter__(self) -> Self:
        try:
            record = self._open()
            await self._start()
        except OSError as problem:
            await self._close()
            raise SetupProblem(
                f"{problem.filename or self.data_dir} cannot be used ({problem.strerror}):"
                " mend it, or give another --data folder."
            ) from problem
        except BaseException:
            await self._close()
            raise
        ports = {"postgres_port": self.postgres.port, "valkey_port": self.valkey.port}
        self._remember(record.model_copy(update=ports))
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._close()

    async def supervise(self) -> None:
        """Start a server again when it dies, until cancelled.

        Raises ``SetupProblem`` when they die too often (5 times in a minute), or cannot come back
        under the address that everyone knows.
        """
        deaths: deque[float] = deque(maxlen=_RESTARTS)
        clock = asyncio.get_running_loop().time
        while True:
            await asyncio.sleep(_WATCH_SECONDS)
            for server in (self.postgres, self.valkey):
                if server.running:
                    continue
                log.warning("A server of the stack died and is started again", server=server.name)
                deaths.append(clock())
                if len(deaths) == _RESTARTS and deaths[-1] - deaths[0] < _WITHIN_SECONDS:
                    raise SetupProblem(f"{server.name} dies again and again: see {server.log}.")
                port = server.port
                await server.start()
                if server.port != port:
                    raise SetupProblem(
                        f"{server.name} lost its port to another program: start Storytroupe again."
                    )

    def _open(self) -> Record:
        """Take the folder, and set up both servers from its record."""
        if not self.data_dir.is_dir():
            make_private(self.data_dir, passed_through=os.geteuid() == 0)
        self._take_lock()
        self._check_space(self.data_dir)
        programs, valkey = find_postgres(), find_valkey()
        record = self._recall()
        cluster = self.data_dir / record.cluster
        account = choose_account(cluster)
        self._check_space(cluster.parent)
        logs = self.data_dir / "logs"
        self._close_to_others(logs, passed_through=account is not None and self._holds(cluster))
        self.postgres = PostgresServer(
            reachable_programs(programs, account),
            cluster,
            logins=_logins_of(record),
            account=account,
            port=record.postgres_port,
            log=logs / "postgres.log",
            mark=self.data_dir / "postgres.pid",
            settings=self._postgres_settings,
        )
        self.valkey = ValkeyServer(
            valkey,
            self.data_dir / "valkey",
            password=record.password,
            port=record.valkey_port,
            log=logs / "valkey.log",
            mark=self.data_dir / "valkey.pid",
            settings=self._valkey_settings,
        )
        return record

    async def _start(self) -> None:
        """Both at once; the first failure is told when both have come to an end."""
        ends = await asyncio.gather(self.postgres.start(), self.valkey.start(), return_exceptions=True)
        for end in ends:
            if isinstance(end, BaseException):
                raise end

    async def _close(self) -> None:
        servers = [getattr(self, name) for name in ("postgres", "valkey") if hasattr(self, name)]
        await asyncio.gather(*(server.stop() for server in servers if isinstance(server, Server)))
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def _take_lock(self) -> None:
        """Held by an open file, so that it ends with this process, however it ends."""
        self._lock = (self.data_dir / "stack.lock").open("a+")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._lock.seek(0)
            holder = self._lock.read().strip() or "unknown"
            raise SetupProblem(
                f"Storytroupe already runs on {self.data_dir} (process {holder}):"
                " stop that one, or give another --data folder."
            ) from None
        self._lock.truncate(0)
        self._lock.write(str(os.getpid()))
        self._lock.flush()

    def _holds(self, cluster: Path) -> bool:
        return cluster.is_relative_to(self.data_dir)

    def _close_to_others(self, logs: Path, *, passed_through: bool) -> None:
        """Also what earlier versions left open."""
        make_private(self.data_dir, passed_through=passed_through)
        make_private(logs)
        for folder in (self.data_dir, logs):
            close_contents(folder)

    def _check_space(self, folder: Path) -> None:
        free = shutil.disk_usage(folder).free
        if free < self._minimum_free:
            raise SetupProblem(
                f"Only {free // _MEGABYTE} MB are free at {folder}, and {self._minimum_free // _MEGABYTE} MB"
                " are needed: free some space, or give another --data folder."
            )

    def _recall(self) -> Record:
        """The folder's record; a new one, written before anything is made by it, if there is none."""
        path = self.data_dir / "stack.json"
        if path.exists():
            try:
                return self._completed(Record.model_validate_json(path.read_bytes()))
            except ValidationError as problem:
                raise SetupProblem(
                    f"{path} cannot be read: put it back, or give another --data folder."
                ) from problem
        cluster = place_cluster(self.data_dir, choose_account(self.data_dir / "postgres"))
        if self._holds(cluster):
            cluster = cluster.relative_to(self.data_dir)
        return self._completed(
            Record(password=secrets.token_urlsafe(24), superuser=SUPERUSER, cluster=cluster)
        )

    def _completed(self, record: Record) -> Record:
        """The record with the passwords that it lacks, which are written down before anything has them."""
        names = ("superuser_password", "owner_password", "http_password")
        lacking = {name: secrets.token_urlsafe(24) for name in names if not getattr(record, name)}
        record = record.model_copy(update=lacking)
        if lacking:
            self._remember(record)
        return record

    def _remember(self, record: Record) -> None:
        """Replace the record in one step; it holds the password, so nobody else may read it."""
        write_private(self.data_dir / "stack.json", record.model_dump_json(indent=2))


def recall_urls(data_dir: Path) -> tuple[str, str] | None:
    """The URLs of PostgreSQL and Valkey of whoever runs on this folder; None where nobody has."""
    path = data_dir.expanduser().resolve() / "stack.json"
    if not path.exists():
        return None
    record = Record.model_validate_json(path.read_bytes())
    if record.postgres_port is None or record.valkey_port is None:
        return None
    # Without an owner's password it is a release that had one login for everything.
    login = _logins_of(record).owner if record.owner_password else Login(record.superuser, record.password)
    return postgres_url(login, record.postgres_port), valkey_url(record.password, record.valkey_port)


def _logins_of(record: Record) -> Logins:
    return Logins(
        superuser=Login(record.superuser, record.superuser_password),
        former=record.password,
        owner=Login(OWNER, record.owner_password),
        http=Login(HTTP, record.http_password),
    )
