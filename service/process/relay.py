"""The role ``relay``: it publishes events to the events stream and to the sinks, removes old entries from the
streams, and posts events to webhooks."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from importlib import import_module

from service.background.event_sweeper import EventSweeper
from service.background.nudges import DELETED, OUTBOX
from service.background.relay import Relay
from service.background.sinks import SinkRelay
from service.background.webhooks import Deliverer
from service.errors import SetupProblem
from service.process.components import run
from service.process.core import Core
from service.runtime.channels import ChannelNames
from service.settings import Settings
from service.sinks.sink import Sink
from service.sinks.stream import StreamSink
from service.streams.integration import IntegrationStream


async def run_relay(stack: AsyncExitStack, core: Core) -> None:
    """Start the relay, the sinks, the sweeper of the streams and the deliverer of webhooks.

    Raises ``SetupProblem`` if a setting needs an extra that is not installed.
    """
    settings = core.settings
    integration = IntegrationStream(
        core.redis, settings.redis_namespace, keep_seconds=settings.integration_keep_hours * 3600
    )
    sinks = [
        SinkRelay(name, core.database, opened, kinds=core.kinds, tries=settings.publish_tries)
        for name, opened in _sinks(core, integration).items()
    ]
    relay = Relay(core.database, core.events, kinds=core.kinds, sinks=sinks, tries=settings.publish_tries)
    core.nudges.on(OUTBOX, relay.nudge)
    sweeper = EventSweeper(core.database, core.events, integration, kinds=core.kinds)
    core.nudges.on(DELETED, sweeper.deleted)
    deliverer = Deliverer(core.database, kinds=core.kinds, private=settings.webhook_private_addresses)
    await run(stack, relay, *sinks, sweeper, deliverer)


def _sinks(
    core: Core, integration: IntegrationStream
) -> Mapping[str, Callable[[], AbstractAsyncContextManager[Sink]]]:
    """The functions that open the sinks which the settings enable."""

    @asynccontextmanager
    async def stream() -> AsyncIterator[Sink]:
        yield StreamSink(integration, ChannelNames(core.kinds))

    found: dict[str, Callable[[], AbstractAsyncContextManager[Sink]]] = {}
    if core.settings.integration_stream:
        found["stream"] = stream
    if core.settings.kafka_servers:
        open_kafka = _kafka()
        found["kafka"] = lambda: open_kafka(core.settings)
    return found


def _kafka() -> Callable[[Settings], AbstractAsyncContextManager[Sink]]:
    try:
        opener: Callable[[Settings], AbstractAsyncContextManager[Sink]] = import_module(
            "service.sinks.kafka"
        ).open_kafka
    except ImportError as error:
        raise SetupProblem(
            "STORYTROUPE_KAFKA_SERVERS is set, but aiokafka is missing: pip install 'storytroupe[kafka]'."
        ) from error
    return opener
