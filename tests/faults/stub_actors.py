"""Stub actors: real actors on the real story graph, whose provider is a stub that counts."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import partial

import aiohttp

from actors.registry import REGISTRY
from actors.runtime.context import Context
from actors.runtime.spec import Actor, Registry
from actors.story import done_with_file, load_story, store_asset
from service.domain.assets import CONTENT
from service.domain.story import Beat, StoryContent
from service.errors import ProviderError, ProviderPermanent, ProviderRetryable, ProviderThrottled
from service.genesis.kind import GenesisKind
from service.jobs.outcomes import Done, Outcome
from service.novels.store import NOVEL
from service.providers.replies import Reply, Usage
from service.runtime.ledger import Answer, Work
from tests.faults.config import ProcessConfig
from tests.faults.stub_planner import Provider, perform_session
from tests.faults.stub_writer import perform_chapter

MODEL = "stub"
#: The real actors with a provider that counts, by kind; stories have stub actors.
_PERFORMERS = {GenesisKind.name: perform_session, NOVEL: perform_chapter}
#: Groups whose jobs bring data instead of a file.
WITHOUT_FILE = frozenset({"content", "direction"})


class TextCodec:
    """A short text, kept inline in the ledger."""

    async def dump(self, value: str) -> Answer:
        return Answer({"text": value})

    async def restore(self, answer: Answer) -> str:
        return str(answer.result["text"])


class StubClient:
    """The stub provider over HTTP; raises the providers' errors, as a real adapter does."""

    def __init__(self, session: aiohttp.ClientSession, url: str, by: str) -> None:
        self._session = session
        self._url = url
        self._by = by

    async def __call__(self, key: str, context: Context, work: Work) -> Reply[str]:
        body = {"key": key, "group": context.job.group, "name": context.job.name, "by": self._by}
        try:
            async with self._session.post(self._url, json=body) as response:
                _raise_for(response.status, response.headers.get("Retry-After"))
                answer = await response.json()
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise ProviderRetryable(repr(error)) from error
        return Reply(answer["text"], MODEL, Usage(cost_usd=work.usd), answer["request_id"])


def _raise_for(status: int, retry_after: str | None) -> None:
    errors: dict[int, ProviderError] = {
        400: ProviderPermanent(),
        429: ProviderThrottled(retry_after=float(retry_after or 0) or None),
    }
    if status != 200:
        raise errors.get(status, ProviderRetryable(f"The stub answered {status}."))


def waiting(seconds: float) -> Provider:
    """A provider inside of the process, which takes its time and counts nothing."""

    async def wait(key: str, context: Context, work: Work) -> Reply[str]:
        await asyncio.sleep(seconds)
        return Reply(f"waited for {work.step}", MODEL)

    return wait


def make_registry(config: ProcessConfig, provider: Provider) -> Registry:
    """An actor for every group that the child has."""
    actors = {
        group: Actor(
            replace(REGISTRY.actors[group].spec, timeout=600.0),
            partial(_PERFORMERS.get(REGISTRY.actors[group].spec.kind, _perform), provider, config),
        )
        for group in config.groups
    }
    return replace(REGISTRY, actors=actors)


async def _perform(provider: Provider, config: ProcessConfig, context: Context) -> Outcome:
    steps = config.steps.get(context.job.group, 1)
    texts: list[str] = []
    for number in range(steps):
        texts.append(await _call(provider, config, context, number))
        context.progress(100 * (number + 1) // (steps + 1))
    if context.job.name == CONTENT:
        content = _content(texts)
        return Done(patch={"content": content.model_dump(mode="json"), "title": content.title})
    if not config.files or context.job.group in WITHOUT_FILE:
        return Done(metadata={"texts": texts})
    story = await load_story(context)
    stored = await store_asset(context, story, context.job.name, "\n".join(texts).encode(), "image/png")
    return done_with_file(context, story, stored, metadata={"texts": texts})


async def _call(provider: Provider, config: ProcessConfig, context: Context, number: int) -> str:
    work = Work(
        f"{context.job.name}.{number}", MODEL, {"number": number}, provider=config.provider, usd=config.usd
    )
    key = work.key(context.job.aggregate_id)
    return await context.call(work, TextCodec(), lambda: provider(key, context, work))


def _content(texts: list[str]) -> StoryContent:
    return StoryContent(
        title="The Clockwork Bird",
        summary="A bird of brass learns to fly.",
        beats=(Beat(index=1, text=" ".join(texts), alt="A brass bird."),),
    )
