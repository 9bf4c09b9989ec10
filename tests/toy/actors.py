"""The actors of aquaria: one buys a fish, which is paid for; one draws its label, which is free."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from decimal import Decimal

from actors.pictures import PICTURES
from actors.runtime.context import Context
from actors.runtime.spec import Actor, ActorSpec
from service.domain.offline import OFFLINE
from service.jobs.outcomes import Done, Outcome
from service.jobs.retry import RetryPolicy
from service.providers.replies import Reply
from service.runtime.ledger import Answer, Work
from tests.toy.kind import AQUARIUM

FISH = ActorSpec(group="aquarium_fish", kind=AQUARIUM, timeout=60, retry=RetryPolicy(2))
#: It shares the pool of all that draws, and fails more often than anything of a story may.
LABEL = ActorSpec(group="aquarium_label", kind=AQUARIUM, timeout=60, retry=RetryPolicy(4), pool=PICTURES)


@dataclass(frozen=True, slots=True)
class Dealer:
    """Who is called for fish and labels, and what a fish costs, in US dollars."""

    ask: Callable[[str, Context, Work], Awaitable[Reply[str]]]
    price: Decimal


class NoteCodec:
    """A short text, kept inline in the ledger."""

    async def dump(self, value: str) -> Answer:
        return Answer({"note": value})

    async def restore(self, answer: Answer) -> str:
        return str(answer.result["note"])


async def buy(context: Context) -> Outcome:
    """One paid call; the aquarium keeps what it brings."""
    context.progress(10)
    dealer = context.dependency(Dealer)
    work = Work("fish", "a-dealer", context.job.name, provider="dealer", usd=dealer.price)
    return Done(patch={context.job.name: await _ask(context, dealer, work)})


async def draw(context: Context) -> Outcome:
    """One call that costs nothing, as what is drawn on this machine; what it draws is a file."""
    context.progress(10)
    job, work = context.job, Work("label", "a-pencil", context.job.name, provider=OFFLINE)
    note = await _ask(context, context.dependency(Dealer), work)
    key = f"user_{job.user_id}/aquarium_{job.aggregate_id}/{job.name}.png"
    await context.deps.store.put(key, note.encode(), "image/png")
    return Done(result={"file": key}, patch={job.name: note})


async def _ask(context: Context, dealer: Dealer, work: Work) -> str:
    key = work.key(context.job.aggregate_id)
    return await context.call(work, NoteCodec(), lambda: dealer.ask(key, context, work))


ACTORS = {spec.group: Actor(spec, perform) for spec, perform in ((FISH, buy), (LABEL, draw))}
