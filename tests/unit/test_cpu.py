"""The processes for CPU work: they do it, survive each other, and never outlive their parent."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest

from service.errors import ProviderRetryable
from service.providers.cpu import CpuPool
from tests.servers import eventually

pytestmark = pytest.mark.slow


@pytest.fixture
async def pool() -> AsyncIterator[CpuPool]:
    pool = CpuPool(1)
    yield pool
    pool.close()


async def test_work_is_done_in_another_process(pool: CpuPool) -> None:
    assert await pool.run(os.getpid) != os.getpid()


async def test_work_stands_back_where_processors_are_short(pool: CpuPool) -> None:
    here = os.getpriority(os.PRIO_PROCESS, 0)
    assert here < await pool.run(os.getpriority, os.PRIO_PROCESS, 0) or here == 19


async def test_an_error_is_raised_as_it_was(pool: CpuPool) -> None:
    with pytest.raises(ZeroDivisionError):
        await pool.run(divmod, 1, 0)


async def test_a_process_that_dies_is_replaced(pool: CpuPool) -> None:
    with pytest.raises(ProviderRetryable):
        await pool.run(os._exit, 3)
    assert await pool.run(os.getpid) != os.getpid()


async def test_a_pool_that_is_closed_ends_what_it_is_busy_with(pool: CpuPool, tmp_path: Path) -> None:
    process = await pool.run(os.getpid)
    busy, begun = (
        [asyncio.create_task(pool.run(_begin_and_go_on, tmp_path / name)) for name in "ab"],
        tmp_path / "a",
    )
    await eventually(begun.exists)
    pool.close()
    for end in await asyncio.gather(*busy, return_exceptions=True):
        assert isinstance(end, ProviderRetryable)
    await eventually(lambda: not _lives(process))
    with pytest.raises(ProviderRetryable):
        await pool.run(os.getpid)


def _begin_and_go_on(mark: Path) -> None:
    mark.touch()
    time.sleep(600)


_LEAVING = """
import asyncio, os, time
from service.providers.cpu import CpuPool

async def main():
    pool = CpuPool(1)
    await pool.run(os.getpid)
    busy = asyncio.create_task(pool.run(time.sleep, 600))
    await asyncio.sleep(0.2)
    pool.close()
    await asyncio.gather(busy, return_exceptions=True)

if __name__ == "__main__":
    asyncio.run(main())
"""


async def test_a_process_that_leaves_does_not_wait_for_its_pool(tmp_path: Path) -> None:
    (program := tmp_path / "leaving.py").write_text(_LEAVING)
    leaving = await asyncio.create_subprocess_exec(sys.executable, program)
    async with asyncio.timeout(60):
        assert await leaving.wait() == 0


_PARENT = """
import asyncio, os, time
from service.providers.cpu import CpuPool

async def main():
    pool = CpuPool(1)
    print(await pool.run(os.getpid), flush=True)
    await pool.run(time.sleep, 60)

if __name__ == "__main__":
    asyncio.run(main())
"""


@pytest.fixture
def parent_program(tmp_path: Path) -> Path:
    path = tmp_path / "parent.py"
    path.write_text(_PARENT)
    return path


async def test_processes_end_with_a_parent_that_was_killed(parent_program: Path) -> None:
    parent = await asyncio.create_subprocess_exec(sys.executable, parent_program, stdout=subprocess.PIPE)
    assert parent.stdout is not None
    child = int(await parent.stdout.readline())
    parent.send_signal(signal.SIGKILL)
    await parent.wait()
    await eventually(lambda: not _lives(child))


def _lives(pid: int) -> bool:
    try:
        return str(psutil.Process(pid).status()) != "zombie"
    except psutil.NoSuchProcess:
        return False
