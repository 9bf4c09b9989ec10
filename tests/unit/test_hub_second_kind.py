"""A second kind on the hub, with statuses and a feed of its own: it gets all that stories get."""

from __future__ import annotations

import asyncio
from uuid import UUID

from service.hub.entries import TransientEntry
from service.hub.hub import Hub
from service.runtime.channels import channel_of, library_channel
from tests.stubs.event_log import EventLog, channel_name
from tests.stubs.hub_listener import Listener
from tests.stubs.kinds import KINDS, TWO_KINDS

OWNER = UUID(int=7)
SESSION = channel_of("genesis", UUID(int=3))
STORY = channel_name(1)


async def settle() -> None:
    """Let everything that can go on go on; nothing here waits for a clock."""
    for _ in range(80):
        await asyncio.sleep(0)


async def joined(hub: Hub, channel: str) -> Listener:
    listener = Listener(OWNER)
    hub.subscribe(listener, channel)
    await settle()
    return listener


def log_of_both() -> EventLog:
    log = EventLog()
    for channel in (STORY, SESSION):
        log.create(channel, OWNER)
    log.append(STORY, {"title": "A story"})
    log.append(SESSION, {"title": "A session"})
    return log


def hub_on(log: EventLog) -> Hub:
    return Hub(log, kinds=TWO_KINDS, gather_seconds=0.0)


def words(stage: str, text: bytes, attempt: int = 1) -> TransientEntry:
    return TransientEntry(SESSION, f"{stage}.words", attempt, text)


async def test_a_late_joiner_gets_the_ticks_of_what_runs_and_of_nothing_that_has_ended() -> None:
    log = log_of_both()
    hub = hub_on(log)
    await hub.deliver([words("concept", b'"dead"'), words("theme", b'"alive"')])
    ended = log.append(SESSION, {"stages": {"concept": {"phase": "written"}}, "attempt": 1}, "stage.written")
    await hub.deliver([ended, words("concept", b'"late"')])
    assert (await joined(hub, SESSION)).ticks == ["alive"]


async def test_a_snapshot_alone_tells_which_ticks_are_dead() -> None:
    log = log_of_both()
    log.append(SESSION, {"stages": {"concept": {"phase": "written"}, "theme": {"phase": "writes"}}})
    hub = hub_on(log)
    await hub.deliver([words("concept", b'"dead"'), words("theme", b'"alive"')])
    assert (await joined(hub, SESSION)).ticks == ["alive"]


async def test_a_stage_that_is_written_again_has_ticks_again() -> None:
    log = log_of_both()
    hub = hub_on(log)
    listener = await joined(hub, SESSION)
    phases = ("written", "waits", "writes")
    await hub.deliver([log.append(SESSION, {"stages": {"concept": {"phase": phase}}}) for phase in phases])
    await hub.deliver([words("concept", b'"again"')])
    await settle()
    assert (listener.ticks, listener.faults) == (["again"], [])


async def test_a_status_that_the_kind_cannot_read_is_counted_and_read_from_the_log() -> None:
    log = log_of_both()
    hub = hub_on(log)
    listener = await joined(hub, SESSION)
    broken = log.append(SESSION, {"stages": {"concept": {"phase": "nobody knows"}}})
    log.logs[SESSION][-1] = log.logs[SESSION][0]
    await hub.deliver([broken])
    await settle()
    assert hub.counters.unreadable == 1
    assert (await joined(hub, STORY)).state["title"] == "A story"
    assert listener.refusals == []


async def test_a_library_feed_has_each_kind_under_its_own_name() -> None:
    log = log_of_both()
    hub = hub_on(log)
    listener = await joined(hub, library_channel(OWNER))
    assert {name: [each["title"] for each in newest] for name, newest in listener.state.items()} == {
        "stories": ["A story"],
        "sessions": ["A session"],
    }
    await hub.deliver([log.append(SESSION, {"title": "Renamed"})])
    await settle()
    assert [(tick["key"], tick["data"]["title"]) for tick in listener.ticks] == [
        (f"genesis.{UUID(int=3)}", "Renamed")
    ]
    log.delete(SESSION)
    hub.doubt()
    await hub.check()
    await settle()
    assert (listener.ticks[-1]["key"], listener.ticks[-1]["data"]) == (f"genesis.{UUID(int=3)}", None)


async def test_events_of_a_kind_that_nobody_here_knows_are_passed_over() -> None:
    log = log_of_both()
    hub = Hub(log, kinds=KINDS, gather_seconds=0.0)
    listener = await joined(hub, STORY)
    await hub.deliver([log.append(SESSION, {"stages": {}}), log.append(STORY, {"title": "Renamed"})])
    assert (listener.state["title"], hub.counters.unreadable) == ("Renamed", 0)
