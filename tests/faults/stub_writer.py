"""A writer of chapters of 500 words a scene, whose calls are paid for at the stub provider."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from actors import chapter
from actors.chapter import NovelTools, work_of
from actors.runtime.context import Context
from service.jobs.outcomes import Outcome
from service.providers.replies import Reply, Usage
from service.providers.writing import OnText, PassageAsk, SceneAsk
from service.runtime.ledger import Work
from tests.faults.config import ProcessConfig

Provider = Callable[[str, Context, Work], Awaitable[Reply[str]]]
WORDS = 500


def words_of(scene: int) -> str:
    """The text of a scene."""
    return " ".join(f"w{scene}-{number}" for number in range(WORDS))


@dataclass(frozen=True, slots=True)
class StubWriter:
    """The writer of one attempt: the stub is told whose call it is."""

    ask: Provider
    config: ProcessConfig
    context: Context
    model: str = "stub"

    @property
    def provider(self) -> str:
        return self.config.provider

    async def write_scene(self, ask: SceneAsk, on_text: OnText) -> Reply[str]:
        work = work_of(self, ask, self.context.job.input["version"])
        reply = await self.ask(work.key(self.context.job.aggregate_id), self.context, work)
        text = words_of(ask.number)
        on_text(text)
        return Reply(text, self.model, Usage(cost_usd=self.config.usd), reply.request_id)

    async def rewrite_passage(self, ask: PassageAsk, on_text: OnText) -> Reply[str]:
        raise NotImplementedError


async def perform_chapter(provider: Provider, config: ProcessConfig, context: Context) -> Outcome:
    """The real actor, with a writer that counts."""
    tools = NovelTools(StubWriter(provider, config, context))
    deps = replace(context.deps, by_type={**context.deps.by_type, NovelTools: tools})
    return await chapter.perform(replace(context, deps=deps))
