"""Connects to a service on this machine through its Unix socket."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import aiohttp
from aiohttp.client_exceptions import UnixClientConnectorError
from yarl import URL


class SocketConnector(aiohttp.TCPConnector):
    """A connector that reaches the service at ``url`` through its socket. Other hosts, which the service may
    redirect to, are reached over the network.

    Another program can take over a port between two connections. It cannot take over a socket in a folder
    that belongs to the user.
    """

    def __init__(self, url: str, socket: Path) -> None:
        super().__init__()
        self._origin = URL(url).origin()
        self._socket = str(socket)

    async def _create_connection(self, req: Any, traces: Any, timeout: aiohttp.ClientTimeout) -> Any:
        url: URL = req.url
        if (url.host, url.port) != (self._origin.host, self._origin.port):
            return await super()._create_connection(req, traces, timeout)
        try:
            _, protocol = await self._loop.create_unix_connection(self._factory, self._socket)
        except OSError as error:
            raise UnixClientConnectorError(self._socket, req.connection_key, error) from error
        return protocol
