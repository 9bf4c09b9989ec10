"""A real S3 server for tests, SeaweedFS, on loopback, with its files in a folder of its own."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aioboto3
import aiohttp
from pydantic import SecretStr

from service.devstack.ports import choose_port
from service.settings import Settings

ACCESS_KEY = "storytroupe-test"
SECRET_KEY = "a secret of the tests"
BUCKET = "books"


@dataclass(frozen=True, slots=True)
class S3Server:
    """Where it listens, and who may come in."""

    url: str
    process: subprocess.Popen[bytes]
    access_key: str = ACCESS_KEY
    secret_key: str = SECRET_KEY

    def kill(self) -> None:
        """End it without a word."""
        self.process.kill()
        self.process.wait()


def program() -> Path | None:
    """The server's program beside this interpreter or on PATH; None where it is not installed."""
    beside = Path(sys.executable).parent / "weed"
    found = beside if beside.is_file() else shutil.which("weed")
    return Path(found) if found else None


def settings_for(server: S3Server, **changes: object) -> Settings:
    """Settings whose files go to the server's bucket."""
    values: dict[str, object] = {
        "s3_bucket": BUCKET,
        "s3_endpoint_url": server.url,
        "aws_access_key_id": server.access_key,
        "aws_secret_access_key": SecretStr(server.secret_key),
    }
    return Settings.model_validate(values | changes)


async def make_bucket(server: S3Server) -> None:
    """The one bucket of the settings."""
    session = aioboto3.Session(server.access_key, server.secret_key, region_name="us-east-1")
    async with session.client("s3", endpoint_url=server.url) as client:
        await client.create_bucket(Bucket=BUCKET)


@asynccontextmanager
async def s3_server(folder: Path, program: Path) -> AsyncIterator[S3Server]:
    """The server while it runs; it takes no secret but its own."""
    ports = dict(zip(_PORTS, _free_ports(len(_PORTS)), strict=True))
    process = _started(folder, program, ports)
    try:
        url = f"http://127.0.0.1:{ports['s3.port']}"
        await _ready(url, process)
        yield S3Server(url, process)
    finally:
        process.kill()
        process.wait()


_PORTS = (
    "s3.port",
    "filer.port",
    "filer.port.grpc",
    "master.port",
    "master.port.grpc",
    "volume.port",
    "volume.port.grpc",
    "webdav.port",
    "admin.port",
    "admin.port.grpc",
    "s3.port.grpc",
    "s3.port.iceberg",
    "s3.port.lance",
)


def _started(folder: Path, program: Path, ports: Mapping[str, int]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [
            program,
            "mini",
            f"-dir={folder}",
            "-ip=127.0.0.1",
            "-ip.bind=127.0.0.1",
            *(f"-{name}={port}" for name, port in ports.items()),
        ],
        env={
            "PATH": os.defpath,
            "HOME": str(folder),
            "AWS_ACCESS_KEY_ID": ACCESS_KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
        },
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def _free_ports(count: int) -> set[int]:
    """So many different ones: none of them is taken while they are chosen, so that one may come up twice."""
    found: set[int] = set()
    while len(found) < count:
        found.add(choose_port(None))
    return found


async def _ready(url: str, process: subprocess.Popen[bytes]) -> None:
    async with asyncio.timeout(60), aiohttp.ClientSession() as session:
        while True:
            assert process.poll() is None, "The server ended at its start."
            try:
                async with session.get(url):
                    return
            except aiohttp.ClientConnectionError:
                await asyncio.sleep(0.02)
