"""The sink for Kafka. It needs the extra ``kafka`` (aiokafka)."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from service.domain.cloud_events import MEDIA_TYPE, Event
from service.settings import Settings
from service.sinks.sink import Range, by_aggregate

_HEADERS = [("content-type", MEDIA_TYPE.encode())]
#: The time limit of one request to the brokers, in seconds.
_REQUEST_SECONDS = 10


class KafkaSink:
    """Publishes each event to the topic ``{prefix}.{kind}``.

    The key of a message is the aggregate's id, so the events of an aggregate are in one partition, in order.
    """

    name = "kafka"

    def __init__(self, producer: AIOKafkaProducer, prefix: str) -> None:
        self._producer = producer
        self._prefix = prefix

    async def publish(self, ranges: Sequence[Range]) -> Mapping[int, str]:
        """Implements ``Sink.publish``. Events of different aggregates are published in parallel."""
        results = await asyncio.gather(*map(self._in_order, by_aggregate(ranges)))
        return {id_: reason for result in results for id_, reason in result.items()}

    async def _in_order(self, ranges: Sequence[Range]) -> dict[int, str]:
        for index, one in enumerate(ranges):
            try:
                for event in one.events:
                    await self._send(event)
            except KafkaError as error:
                if error.retriable:
                    raise ConnectionError(str(error)) from error
                return {late.id: type(error).__name__ for late in ranges[index:]}
        return {}

    async def _send(self, event: Event) -> None:
        await self._producer.send_and_wait(
            f"{self._prefix}.{event.kind}",
            event.envelope(),
            key=str(event.aggregate_id).encode(),
            headers=_HEADERS,
        )


@asynccontextmanager
async def open_kafka(settings: Settings) -> AsyncIterator[KafkaSink]:
    """Connect to the brokers. Raises aiokafka's ``KafkaConnectionError`` if none answers."""
    secured = settings.kafka_security.endswith("SSL")
    producer = AIOKafkaProducer(
        bootstrap_servers=settings.kafka_servers,
        client_id="storytroupe",
        acks="all",
        compression_type=None,
        linger_ms=2,
        request_timeout_ms=_REQUEST_SECONDS * 1000,
        security_protocol=settings.kafka_security,
        ssl_context=ssl.create_default_context() if secured else None,
        sasl_mechanism=settings.kafka_mechanism,
        sasl_plain_username=settings.kafka_username or None,
        sasl_plain_password=settings.kafka_password.get_secret_value() or None,
    )
    await producer.start()
    try:
        yield KafkaSink(producer, settings.kafka_topics)
    finally:
        await producer.stop()
