"""The URL of the studio, which `up` prints, and ``studio-url`` prints again."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated

import typer
from pydantic import BaseModel, ValidationError

from service.cli.help_text import examples
from service.errors import SetupProblem

commands = typer.Typer()

_NAME = "studio.json"
_LOOPBACK = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # nosec B104
#: An address for documentation (RFC 5737). Nothing is sent to it.
_ELSEWHERE = ("192.0.2.1", 9)


class OpenStudio(BaseModel):
    """The address of a running `up`, its process, and the key of its studio."""

    host: str
    port: int
    process: int
    key: str

    @property
    def urls(self) -> list[str]:
        """The URLs of the studio: first for this machine, then, if other devices may connect, by each of its
        addresses."""
        hosts = [self.host]
        if self.host in _LOOPBACK:
            hosts = [_LOOPBACK[self.host], *_own_addresses()]
        return [f"{url_at(host, self.port)}/#key={self.key}" for host in hosts]


@commands.command("studio-url", epilog=examples("storytroupe studio-url --data data"))
def studio_url(
    data: Annotated[
        Path, typer.Option("--data", help="Data folder of the `storytroupe up` that runs.")
    ] = Path("data"),
) -> None:
    """Print the URL of the studio of the `storytroupe up` that runs.

    Everyone who has the URL can use the studio until `up` ends. If `up --host 0.0.0.0` lets other devices
    in, the lines after the first have this machine's addresses.
    """
    typer.echo("\n".join(_read(data.expanduser()).urls))


@contextmanager
def published(data: Path, studio: OpenStudio) -> Iterator[None]:
    """Write the studio into its data folder while the block runs. Only the folder's owner can read it."""
    from service.devstack.private import write_private

    path = data / _NAME
    write_private(path, studio.model_dump_json())
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def url_at(host: str, port: int) -> str:
    """The URL of a server at this address, for programs on this machine."""
    host = _LOOPBACK.get(host, host)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _read(data: Path) -> OpenStudio:
    """The studio of the `up` that runs. The file of a killed one is ignored. Raises ``SetupProblem``."""
    try:
        studio = OpenStudio.model_validate_json((data / _NAME).read_bytes())
        os.kill(studio.process, 0)
    except PermissionError:
        raise SetupProblem(
            f"{data} belongs to another user. Only the user who runs `storytroupe up` can read its URL."
        ) from None
    except (OSError, ValidationError):
        raise SetupProblem(
            f"No `storytroupe up` runs on {data}: start it, or give its data folder with --data."
        ) from None
    return studio


def _own_addresses() -> list[str]:
    """The addresses by which the network reaches this machine; empty without a network."""
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.connect(_ELSEWHERE)
            address = str(probe.getsockname()[0])
    except OSError:
        return []
    return [] if ip_address(address).is_loopback else [address]
