"""The library feed: true whenever it is published, and published whenever it has changed."""

from __future__ import annotations

import asyncio
from uuid import UUID

from service.hub.codes import ErrorCode
from service.hub.entries import DurableEntry
from service.hub.hub import Hub
from tests.stubs.event_log import EventLog, GatedLog, channel_name
from tests.stubs.hub_listener import Listener
from tests.stubs.kinds import TWO_KINDS

OWNER, OTHER = UUID(int=7), UUID(int=8)
LIBRARY = f"users:id={OWNER}"


def log_of(stories: int, log: EventLog | None = None) -> EventLog:
    log = log or EventLog()
    for number in range(1, stories + 1):
        log.create(channel_name(number), OWNER)
        log.append(channel_name(number), {"title": f"Story {number}"})
    return log


async def settle() -> None:
    """Let everything that can go on go on; nothing here waits for a clock."""
    for _ in range(80):
        await asyncio.sleep(0)


async def joined(hub: Hub, user: UUID = OWNER) -> Listener:
    listener = Listener(user)
    hub.subscribe(listener, LIBRARY)
    await settle()
    return listener


def hub_on(log: EventLog) -> Hub:
    return Hub(log, kinds=TWO_KINDS, gather_seconds=0.0)


async def test_a_user_sees_all_that_is_in_the_library() -> None:
    listener = await joined(hub_on(log_of(2)))
    assert (listener.modes, listener.version) == (["snapshot"], 0)
    assert [story["title"] for story in listener.state["stories"]] == ["Story 1", "Story 2"]


async def test_another_persons_library_is_not_there() -> None:
    listener = await joined(hub_on(log_of(1)), OTHER)
    assert (listener.refusals, listener.live) == ([ErrorCode.NOT_FOUND], False)


async def test_a_change_of_a_story_is_told_with_the_whole_story() -> None:
    log = log_of(2)
    hub = hub_on(log)
    listener = await joined(hub)
    await hub.deliver([log.append(channel_name(2), {"title": "Renamed"})])
    await settle()
    (tick,) = listener.ticks
    assert (tick["channel"], tick["key"]) == (LIBRARY, f"story.{UUID(int=2)}")
    assert (tick["data"]["title"], tick["data"]["version"]) == ("Renamed", 2)


async def test_many_changes_are_read_together_and_only_what_changed_is_told() -> None:
    log = log_of(3)
    hub = hub_on(log)
    listeners = [await joined(hub) for _ in range(4)]
    log.reads.clear()
    await hub.deliver([log.append(channel_name(1), {"n": number}) for number in range(40)])
    await settle()
    assert [len(listener.ticks) for listener in listeners] == [1] * 4
    assert log.reads["libraries"] == 1


async def test_a_new_story_and_one_that_is_gone_are_told() -> None:
    log = log_of(2)
    hub = hub_on(log)
    listener = await joined(hub)
    log.delete(channel_name(1))
    log.create(channel_name(9), OWNER)
    await hub.deliver([log.append(channel_name(9), {"title": "New"})])
    await settle()
    assert [(tick["key"], tick["data"] and tick["data"]["title"]) for tick in listener.ticks] == [
        (f"story.{UUID(int=1)}", None),
        (f"story.{UUID(int=9)}", "New"),
    ]


async def test_a_story_of_somebody_else_reads_nothing() -> None:
    log = log_of(1)
    log.create(channel_name(5), OTHER)
    hub = hub_on(log)
    listener = await joined(hub)
    log.reads.clear()
    await hub.deliver([log.append(channel_name(5), {})])
    await settle()
    assert (listener.ticks, log.reads["libraries"]) == ([], 0)


async def test_an_entry_that_says_no_owner_is_made_good_by_the_check() -> None:
    log = log_of(1)
    hub = hub_on(log)
    listener = await joined(hub)
    told = log.append(channel_name(1), {"title": "Quiet"})
    await hub.deliver([DurableEntry(told.channel, told.version, told.body)])
    await settle()
    assert listener.ticks == []
    await hub.check()
    await settle()
    assert listener.ticks[0]["data"]["title"] == "Quiet"


async def test_a_change_while_a_reading_is_under_way_is_told_after_it() -> None:
    log = GatedLog()
    log_of(1, log)
    hub = hub_on(log)
    listener = Listener(OWNER)
    hub.subscribe(listener, LIBRARY)
    for _ in range(3):  # who it is; up to the reading's look at the log, and past it
        await settle()
        log.let_go(0)
    entry = log.append(channel_name(1), {"title": "Late"})
    await hub.deliver([entry])
    log.let_all_go()
    await settle()
    titles = [story["title"] for story in listener.state["stories"]]
    assert [*titles, *(tick["data"]["title"] for tick in listener.ticks)][-1] == "Late"


async def test_a_log_that_is_away_refuses_who_joins_and_is_late_for_who_listens() -> None:
    log = log_of(1)
    hub = hub_on(log)
    listener = await joined(hub)
    late = Listener(OWNER)
    entry = log.append(channel_name(1), {"title": "Missed"})

    async def fail(moment: str) -> None:
        if log.reads["libraries"] == 2:
            raise ConnectionError

    log.gate = fail  # type: ignore[method-assign]
    hub.subscribe(late, LIBRARY)
    await hub.deliver([entry])
    await settle()
    assert (late.refusals, listener.ticks) == ([ErrorCode.UNAVAILABLE], [])
    await hub.check()
    await settle()
    assert listener.ticks[0]["data"]["title"] == "Missed"


async def test_one_who_left_is_told_nothing_and_leaves_nothing() -> None:
    log = log_of(1)
    hub = hub_on(log)
    listener = await joined(hub)
    hub.unsubscribe(listener, LIBRARY)
    assert hub.channels == 0
    await hub.deliver([log.append(channel_name(1), {})])
    await settle()
    assert listener.ticks == []
