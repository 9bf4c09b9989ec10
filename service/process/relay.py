"""The role ``relay``: it publishes events to the stream, removes old ones, and posts them to webhooks."""

from __future__ import annotations

from contextlib import AsyncExitStack

from service.background.event_sweeper import EventSweeper
from service.background.nudges import DELETED, OUTBOX
from service.background.relay import Relay
from service.background.webhooks import Deliverer
from service.process.components import run
from service.process.core import Core


async def run_relay(stack: AsyncExitStack, core: Core) -> None:
    """Start the relay, the sweeper of the stream and the deliverer of webhooks."""
    relay = Relay(core.database, core.events, kinds=core.kinds)
    core.nudges.on(OUTBOX, relay.nudge)
    sweeper = EventSweeper(core.database, core.events, kinds=core.kinds)
    core.nudges.on(DELETED, sweeper.deleted)
    await run(
        stack,
        relay,
        sweeper,
        Deliverer(core.database, kinds=core.kinds, private=core.settings.webhook_private_addresses),
    )
