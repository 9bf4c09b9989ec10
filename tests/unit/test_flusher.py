"""The flusher: every item is written once and answered, whenever flushes end."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence

from service.background.flusher import LEAST, MOST, Flusher


async def test_items_that_come_at_any_moment_of_a_flush_are_answered() -> None:
    """Flushes end at once, or some turns of the loop later; items come at every such moment."""
    chance = random.Random(7)
    batches: list[Sequence[int]] = []

    async def flush(items: Sequence[int]) -> Sequence[int]:
        batches.append(items)
        for _ in range(chance.randrange(4)):
            await asyncio.sleep(0)
        return [-item for item in items]

    async def later(item: int) -> int:
        for _ in range(chance.randrange(60)):
            await asyncio.sleep(0)
        return await one.submit(item)

    one: Flusher[int, int] = Flusher(flush)
    for start in range(0, 2_000, 100):
        numbers = range(start, start + 100)
        async with asyncio.timeout(10):
            assert await asyncio.gather(*map(later, numbers)) == [-number for number in numbers]
    assert sorted(item for batch in batches for item in batch) == list(range(2_000))


async def test_a_caller_that_is_cancelled_takes_no_write_with_it() -> None:
    wait, written = asyncio.Event(), list[int]()

    async def flush(items: Sequence[int]) -> Sequence[int]:
        await wait.wait()
        written.extend(items)
        return items

    one: Flusher[int, int] = Flusher(flush)
    callers = [asyncio.create_task(one.submit(number)) for number in range(3)]
    await asyncio.sleep(0)
    callers[1].cancel()
    wait.set()
    answers = await asyncio.gather(*callers, return_exceptions=True)
    assert (answers[0], answers[2], written) == (0, 2, [0, 1, 2])
    assert isinstance(answers[1], asyncio.CancelledError)


async def test_batches_grow_under_load_and_the_first_after_a_pause_is_small() -> None:
    sizes: list[int] = []

    async def flush(items: Sequence[int]) -> Sequence[int]:
        sizes.append(len(items))
        return items

    one: Flusher[int, int] = Flusher(flush)
    await asyncio.gather(*map(one.submit, range(1_000)))
    assert sizes[:5] == [LEAST, 2 * LEAST, 4 * LEAST, MOST, MOST]
    await one.submit(0)
    sizes.clear()
    await asyncio.gather(*map(one.submit, range(300)))
    assert sizes[:2] == [LEAST, 2 * LEAST], "what the first sets free does not wait for the rest"
