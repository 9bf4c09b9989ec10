"""A PostgreSQL cluster that listens only at a private socket and checks passwords with SCRAM. It ends with
this process."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar
from urllib.parse import quote

import asyncpg

from service.db.pool import TRANSIENT
from service.db.roles import Login, change_password, prepare
from service.devstack.children import Account, Child, program, spawn
from service.devstack.programs import PostgresPrograms
from service.devstack.server import Server
from service.devstack.sockets import clear
from service.errors import SetupProblem

DATABASE = "storytroupe"
#: The owner of the database, and the login for users' requests. Only this module logs in as the superuser.
OWNER, HTTP = "storytroupe_owner", "storytroupe_http"
#: The name of the superuser of a new cluster. Up to 0.1.0, the superuser was the only login.
SUPERUSER, FORMER_SUPERUSER = "postgres", "storytroupe"


@dataclass(frozen=True, slots=True)
class Logins:
    """The passwords of a cluster. ``former`` is the password that the superuser may still have if an older
    release created the folder."""

    superuser: Login
    former: str
    owner: Login
    http: Login


#: The port number in the name of the socket. The server does not listen at this port.
PORT = 5432
#: Settings for a small machine that also makes pictures and narration. The server does not listen at a port,
#: because a client cannot know which program listens at a port.
SETTINGS: Mapping[str, str] = {
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "synchronous_commit": "on",
    "password_encryption": "scram-sha-256",  # nosec B105
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "512MB",
    # A recycled segment of the write-ahead log would keep old data: see ``sweeper``. The log for people has
    # failed statements without their values.
    "wal_recycle": "off",
    "log_error_verbosity": "terse",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
}


class PostgresServer(Server):
    """The PostgreSQL server of the folder ``cluster``. The first start creates the cluster and the
    database."""

    name: ClassVar[str] = "PostgreSQL"
    stop_signals = (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL)  # fast, immediate, crash

    def __init__(
        self,
        programs: PostgresPrograms,
        cluster: Path,
        *,
        logins: Logins,
        account: Account | None,
        sockets: Path,
        log: Path,
        mark: Path,
        settings: Mapping[str, str],
    ) -> None:
        super().__init__(files=cluster, sockets=sockets, log=log, mark=mark)
        self._programs = programs
        self._logins = logins
        self._account = account
        self._settings = {**SETTINGS, **settings}

    def url(self, database: str = DATABASE) -> str:
        """Return the URL of a database of this cluster, with the login of its owner."""
        return postgres_url(self._logins.owner, self.sockets, database)

    def http_url(self, database: str = DATABASE) -> str:
        """Return the URL with the login for users' requests. This login can act for only one user at a
        time."""
        return postgres_url(self._logins.http, self.sockets, database)

    def admin_url(self, database: str = DATABASE) -> str:
        """Return the URL with the superuser's login. It is for creating databases and roles, and for sweeping
        deleted data."""
        return postgres_url(self._logins.superuser, self.sockets, database)

    async def prepare(self) -> None:
        """Create the cluster if it does not exist, and delete a pid file that names another program. Raises
        ``SetupProblem`` if that fails."""
        clear(self.sockets)
        if not (self.files / "PG_VERSION").exists():
            await self._make_cluster()
        pid_file = self.files / "postmaster.pid"
        with contextlib.suppress(OSError, ValueError, IndexError):
            pid = int(pid_file.read_text().splitlines()[0])
            # PostgreSQL refuses to start if any process with that pid runs, whatever its program. PostgreSQL
            # itself deletes the pid file of a dead process, after it has checked for orphaned child
            # processes.
            if program(pid) not in ("postgres", ""):
                pid_file.unlink()

    async def _make_cluster(self) -> None:
        """Create the cluster under a temporary name, and rename it when it is complete. So a killed run
        leaves no incomplete cluster."""
        part = self.files.with_name(f"{self.files.name}.part")
        password_file = self.files.with_name(f"{self.files.name}.password")
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(mode=0o700)
        password_file.touch(mode=0o600)
        password_file.write_text(self._logins.superuser.password)
        if self._account is not None:
            for path in (part, password_file):
                os.chown(path, self._account.uid, self._account.gid)
        try:
            await self._initdb(part, password_file)
        finally:
            password_file.unlink()
        part.rename(self.files)

    async def _initdb(self, folder: Path, password_file: Path) -> None:
        options = ["-U", self._logins.superuser.name, "--auth=scram-sha-256", f"--pwfile={password_file}"]
        options += ["-E", "UTF8", "--no-instructions", *await self._locale()]
        if self._settings.get("fsync") == "off":
            options.append("--no-sync")
        await self._run([self._programs.initdb, "-D", folder, *options])

    async def _locale(self) -> list[str]:
        """Return the locale options: UTF-8 without the machine's locales, because the machine may have none.
        PostgreSQL 17 and later has a locale of its own."""
        await self._run([self._programs.postgres, "--version"])
        version = re.search(r"\) (\d+)", self.log.read_text())
        if version is None or int(version[1]) < 17:
            return ["--locale=C.UTF-8"]
        return ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]

    async def _run(self, command: list[str | Path]) -> None:
        """Run a program until it ends, with its output in the log. Raises ``SetupProblem`` if the program
        fails."""
        child = spawn(command, log=self.log, account=self._account, death_signal=signal.SIGKILL)
        if await child.finish() != 0:
            raise self.explain()

    def spawn(self) -> Child:
        """Start PostgreSQL. It does a fast shutdown when this process dies."""
        settings = {**self._settings, "unix_socket_directories": _quoted(self.sockets)}
        flags = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        command: list[str | Path] = [self._programs.postgres, "-D", self.files, *flags]
        return spawn(command, log=self.log, account=self._account, death_signal=signal.SIGINT)

    async def answers(self) -> bool:
        """Return whether the server accepts connections. If it does, create the database and its logins if
        they are missing. Raises ``SetupProblem`` if they cannot be created."""
        try:
            await self._make_database()
            await self._prepare_database()
        except asyncpg.InvalidAuthorizationSpecificationError as refused:
            raise SetupProblem(
                f"PostgreSQL at {self.files} refuses the password in stack.json:"
                " restore the stack.json of this data folder, or give another --data folder."
            ) from refused
        except TRANSIENT:
            return False  # it still starts, or it has ended: the caller checks which
        except asyncpg.PostgresError as refused:
            raise SetupProblem(
                f"PostgreSQL at {self.files} cannot be set up ({refused}): see {self.log}."
            ) from refused
        return True

    async def _make_database(self) -> None:
        connection = await self._enter()
        try:
            if not await connection.fetchval("SELECT true FROM pg_database WHERE datname = $1", DATABASE):
                await connection.execute(f'CREATE DATABASE "{DATABASE}"')
            # Only the superuser may connect to the standard databases.
            await connection.execute("REVOKE CONNECT, TEMPORARY ON DATABASE postgres, template1 FROM PUBLIC")
        finally:
            await connection.close()

    async def _enter(self) -> asyncpg.Connection[asyncpg.Record]:
        """Open a connection of the superuser. If the superuser has a former password, it gets a new password
        that was never sent to another program."""
        try:
            return await asyncpg.connect(self.admin_url("postgres"), timeout=10)
        except asyncpg.InvalidAuthorizationSpecificationError:
            if not self._logins.former:
                raise
            name = self._logins.superuser.name
            former = postgres_url(Login(name, self._logins.former), self.sockets, "postgres")
            connection = await asyncpg.connect(former, timeout=10)
        await change_password(connection, self._logins.superuser)
        return connection

    async def _prepare_database(self) -> None:
        connection = await asyncpg.connect(self.admin_url(), timeout=10)
        try:
            await prepare(connection, self._logins.owner, self._logins.http)
        finally:
            await connection.close()


def postgres_url(login: Login, sockets: Path, database: str = DATABASE) -> str:
    """Return the URL of a stack's PostgreSQL. Its socket is in the folder ``sockets``."""
    return f"postgresql://{login.name}:{login.password}@{quote(str(sockets), safe='')}:{PORT}/{database}"


def _quoted(folder: Path) -> str:
    """Return the path of a folder, quoted for a list in a PostgreSQL setting."""
    escaped = str(folder).replace('"', '""')
    return f'"{escaped}"'
