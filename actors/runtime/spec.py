"""An actor is one module: a frozen spec, and how it performs. The registry holds all kinds and actors."""

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
#: Makes what the actors of some kind need beside what every actor has.
MakeDependency = Callable[[Providers, Store], object]


@dataclass(frozen=True, slots=True)
class Pool:
    """Groups that share one bound: how many of their jobs run at once, over all processes."""

    name: str
    bound: Callable[[Settings], int | None]


def usual_slots(settings: Settings) -> int:
    """How many attempts of a group one process runs at once, where its spec says nothing else."""
    return settings.concurrency_per_process


@dataclass(frozen=True, slots=True)
class ActorSpec:
    """All that is declared of an actor; no other table says anything of its group.

    ``group`` names its stream; ``kind`` is the kind of aggregate whose jobs it performs; ``timeout`` bounds
    one attempt, in seconds; ``retry`` says how often and when a failed job is tried again. ``pool`` is None
    where the group has no bound; ``slots`` is how many attempts one process runs at once.
    """

    group: str
    kind: str
    timeout: float
    retry: RetryPolicy
    pool: Pool | None = None
    slots: Callable[[Settings], int] = usual_slots

    def retry_by(self, attempts: Mapping[str, int]) -> RetryPolicy:
        """The policy, with the operator's number of attempts where one is set for the group."""
        return replace(self.retry, attempts=attempts.get(self.group, self.retry.attempts))


@dataclass(frozen=True, slots=True)
class Actor:
    """A spec with its performance. Planned endings are returned; only failures are raised."""

    spec: ActorSpec
    perform: Perform


@dataclass(frozen=True, slots=True)
class Registry:
    """The kinds of aggregates and the actors of a process, by name and by group; ``files`` are what
    kinds keep in the store, where lost ones are made again; ``dependencies`` make what actors ask their
    context for, by type. It is built once, and passed by keyword."""

    kinds: Kinds
    actors: Mapping[str, Actor]
    files: Sequence[KeptFiles] = ()
    dependencies: Mapping[type, MakeDependency] = field(default_factory=dict)

    @property
    def groups(self) -> tuple[str, ...]:
        return tuple(self.actors)

    def slots(self, settings: Settings) -> dict[str, int]:
        """How many attempts of each group one process runs at once."""
        return {group: actor.spec.slots(settings) for group, actor in self.actors.items()}

    def attempts(self, settings: Settings) -> dict[str, int]:
        """How often a job of each group is tried in all."""
        return {
            group: actor.spec.retry_by(settings.attempts).attempts for group, actor in self.actors.items()
        }

    def pools(self, settings: Settings) -> dict[str, tuple[str, int | None]]:
        """The pool of each group, with its bound over all processes; a group alone is a pool of its own."""
        pools = {group: actor.spec.pool for group, actor in self.actors.items()}
        return {
            group: (pool.name, pool.bound(settings)) if pool else (group, None)
            for group, pool in pools.items()
        }


def actors_of(*modules: ModuleType) -> dict[str, Actor]:
    """The actors of some modules, each with its ``SPEC`` and its ``perform``, by group."""
    return {module.SPEC.group: Actor(module.SPEC, module.perform) for module in modules}
