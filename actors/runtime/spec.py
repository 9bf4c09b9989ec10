"""An actor is one module: a frozen spec and a function. The registry holds all kinds and actors."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import ModuleType

from actors.runtime.context import Context
from service.jobs.outcomes import Outcome
from service.jobs.retry import RetryPolicy
from service.providers.protocols import Providers
from service.runtime.files import KeptFiles
from service.runtime.kinds import Kinds
from service.settings import Settings
from service.storage.store import Store

Perform = Callable[[Context], Awaitable[Outcome]]
#: A function that makes the dependencies which the actors of one kind need in addition to those of every
#: actor.
MakeDependency = Callable[[Providers, Store], object]


@dataclass(frozen=True, slots=True)
class Pool:
    """A pool of actor groups that share one limit: how many of their jobs run at once, over all processes."""

    name: str
    bound: Callable[[Settings], int | None]


def usual_slots(settings: Settings) -> int:
    """The number of attempts of a group that one process runs at once, unless its spec gives another
    number."""
    return settings.concurrency_per_process


@dataclass(frozen=True, slots=True)
class ActorSpec:
    """The declaration of an actor, and the only description of the actor's group.

    ``group`` names its stream. ``kind`` is the kind of aggregate whose jobs it performs. ``timeout`` is the
    time limit of one attempt, in seconds. ``retry`` says how often and when a failed job is tried again.
    ``pool`` is None if the group has no limit. ``slots`` is the number of attempts that one process runs at
    once.
    """

    group: str
    kind: str
    timeout: float
    retry: RetryPolicy
    pool: Pool | None = None
    slots: Callable[[Settings], int] = usual_slots

    def retry_by(self, attempts: Mapping[str, int]) -> RetryPolicy:
        """The retry policy. If the operator has set a number of attempts for the group, the policy has this
        number."""
        return replace(self.retry, attempts=attempts.get(self.group, self.retry.attempts))


@dataclass(frozen=True, slots=True)
class Actor:
    """An actor: its spec and its function. The function returns planned outcomes, and raises failures
    only."""

    spec: ActorSpec
    perform: Perform


@dataclass(frozen=True, slots=True)
class Registry:
    """The kinds of aggregates and the actors of a process, by name and by group. It is built once and passed
    by keyword.

    ``files`` finds the stored files of each kind, so that lost files can be made again. ``dependencies``
    contains a function for each type of dependency that actors take from their context.
    """

    kinds: Kinds
    actors: Mapping[str, Actor]
    files: Sequence[KeptFiles] = ()
    dependencies: Mapping[type, MakeDependency] = field(default_factory=dict)

    @property
    def groups(self) -> tuple[str, ...]:
        """The names of all groups."""
        return tuple(self.actors)

    def slots(self, settings: Settings) -> dict[str, int]:
        """The number of attempts of each group that one process runs at once."""
        return {group: actor.spec.slots(settings) for group, actor in self.actors.items()}

    def attempts(self, settings: Settings) -> dict[str, int]:
        """The total number of attempts of a job, by group."""
        return {
            group: actor.spec.retry_by(settings.attempts).attempts for group, actor in self.actors.items()
        }

    def pools(self, settings: Settings) -> dict[str, tuple[str, int | None]]:
        """The pool of each group with its limit over all processes. A group without a pool counts as a pool
        of one group."""
        pools = {group: actor.spec.pool for group, actor in self.actors.items()}
        return {
            group: (pool.name, pool.bound(settings)) if pool else (group, None)
            for group, pool in pools.items()
        }


def actors_of(*modules: ModuleType) -> dict[str, Actor]:
    """The actors of modules by group. Each module has a ``SPEC`` and a function ``perform``."""
    return {module.SPEC.group: Actor(module.SPEC, module.perform) for module in modules}
