"""Connections to a service of this machine by its socket."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import aiohttp
from aiohttp.client_exceptions import UnixClientConnectorError
from yarl import URL


class SocketConnector(aiohttp.TCPConnector):
    """Reaches the service at ``url`` by its socket, and other hosts, to which it may redirect, as usual.

    Another program may take over a port between two connections, but not a socket in a folder of the user's.
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
