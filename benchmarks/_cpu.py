"""CPU seconds of this process and of the servers of a stack."""

from __future__ import annotations

from dataclasses import dataclass

import psutil

from service.devstack.stack import Stack


@dataclass(frozen=True, slots=True)
class Cpu:
    """CPU seconds, user and system: of this process, of PostgreSQL and of Redis."""

    ours: float
    postgres: float
    redis: float

    def since(self, earlier: Cpu) -> Cpu:
        """The seconds after an earlier reading."""
        return Cpu(self.ours - earlier.ours, self.postgres - earlier.postgres, self.redis - earlier.redis)

    def micros(self, count: int) -> str:
        """The microseconds of one of ``count`` jobs: ours, PostgreSQL's, Redis's."""
        return " / ".join(f"{each / count * 1e6:.0f}" for each in (self.ours, self.postgres, self.redis))


def cpu_of(stack: Stack) -> Cpu:
    """The present reading. Children of a server that have ended count, too."""
    assert stack.valkey is not None
    return Cpu(_tree(psutil.Process().pid, alone=True), _tree(stack.postgres.pid), _tree(stack.valkey.pid))


def _tree(pid: int, *, alone: bool = False) -> float:
    process = psutil.Process(pid)
    times = process.cpu_times()
    total = float(times.user + times.system)
    if alone:
        return total
    total += float(times.children_user + times.children_system)
    for child in process.children(recursive=True):
        try:
            of_child = child.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += float(of_child.user + of_child.system)
    return total
