"""The URL of the studio. `up` prints it, and the command ``studio-url`` prints it again."""

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
#: An address that is reserved for documentation (RFC 5737). Nothing is sent to this address.
_ELSEWHERE = ("192.0.2.1", 9)


class OpenStudio(BaseModel):
    """The address of a running `up`, its process id, and the key of its studio."""

    host: str
    port: int
    process: int
    key: str

    @property
    def urls(self) -> list[str]:
        """Return the URLs of the studio. The first URL is for this machine. If other devices may connect, one
        URL for each address of this machine follows."""
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
    """Print the studio's URL of the running `storytroupe up`.

    Everyone who has the URL can use the studio until `up` ends. With `up --host 0.0.0.0`, other devices can
    connect too. The following lines then have URLs with this machine's network addresses.
    """
    typer.echo("\n".join(_read(data.expanduser()).urls))


@contextmanager
def published(data: Path, studio: OpenStudio) -> Iterator[None]:
    """Write the studio's address and key to a file in the data folder, and remove the file when the block
    ends. Only the folder's owner can read this file."""
    from service.devstack.private import write_private

    path = data / _NAME
    write_private(path, studio.model_dump_json())
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def url_at(host: str, port: int) -> str:
    """Return the URL of a server that listens at this address, for programs on this machine."""
    host = _LOOPBACK.get(host, host)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _read(data: Path) -> OpenStudio:
    """Return the studio of the running `up`. A file that a killed `up` left is ignored. Raises
    ``SetupProblem`` if no `up` runs."""
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
    """Return the network addresses of this machine. Empty without a network."""
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.connect(_ELSEWHERE)
            address = str(probe.getsockname()[0])
    except OSError:
        return []
    return [] if ip_address(address).is_loopback else [address]
