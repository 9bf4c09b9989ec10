"""The providers of OpenAI or of compatible servers, with one client for each server."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import date

from service.providers.guard import Guard
from service.providers.models import Sunset, sunsets
from service.providers.openai.client import Link, open_client, shutdown_dates
from service.providers.openai.image import OpenAIImage
from service.providers.openai.moderation import OpenAIModeration
from service.providers.openai.planner.planner import OpenAIPlanner
from service.providers.openai.speech import OpenAISpeech
from service.providers.openai.structured import Answers
from service.providers.openai.text import OpenAIText
from service.providers.openai.vision import OpenAIVision
from service.providers.openai.writing import OpenAIWriter
from service.providers.prices import PriceTable
from service.providers.protocols import Providers
from service.providers.roles import Server, ServerRole, models_of, server_of, servers_of
from service.settings import Settings


@asynccontextmanager
async def open_openai(
    settings: Settings, prices: PriceTable, guards: Mapping[str, Guard], others: Providers
) -> AsyncIterator[Providers]:
    """``others``, with the providers of the roles that the settings give to OpenAI or to compatible servers.
    They work while the block runs, which keeps their clients open."""
    async with AsyncExitStack() as stack:
        links = {
            server: Link(
                await stack.enter_async_context(open_client(server.key, server.base_url)), prices, guards
            )
            for server in servers_of(settings)
        }
        yield _replaced(settings, links, others)


def _replaced(settings: Settings, links: Mapping[Server, Link], providers: Providers) -> Providers:
    models = models_of(settings)

    def link(role: ServerRole) -> Link:
        return links[server_of(settings, role)]

    def answers(role: ServerRole) -> Answers:
        return Answers(link(role), models[role], settings.text_timeout_seconds)

    if "text" in models:
        written = Answers(link("text"), models["text"], settings.text_timeout_seconds, settings.text_effort)
        providers = replace(providers, text=OpenAIText(written), writer=OpenAIWriter(written))
    if "planner" in models:
        providers = replace(providers, planner=OpenAIPlanner(answers("planner")))
    if "image" in models:
        providers = replace(providers, image=_image(settings, link("image")))
    if "vision" in models:
        providers = replace(providers, vision=OpenAIVision(answers("vision")))
    if "speech" in models:
        providers = replace(providers, speech=_speech(settings, link("speech")))
    if "moderation" in models:
        moderator = OpenAIModeration(link("moderation"), models["moderation"], settings.text_timeout_seconds)
        providers = replace(providers, moderation=moderator)
    return providers


def _image(settings: Settings, link: Link) -> OpenAIImage:
    return OpenAIImage(
        link,
        settings.image_model,
        quality=settings.image_quality,
        complexity=settings.image_complexity,
        form=settings.image_format,
        timeout=settings.image_timeout_seconds,
    )


def _speech(settings: Settings, link: Link) -> OpenAISpeech:
    return OpenAISpeech(
        link,
        settings.voice_model,
        voice=settings.voice,
        transcriber=settings.transcription_model,
        timeout=settings.voice_timeout_seconds,
    )


async def ending_models(server: Server, models: list[str], today: date) -> tuple[Sunset, ...]:
    """The models of a server that will be shut down, by the server's own list and by ours.

    Raises ``ProviderError`` if the list is not available: ``ProviderBlocked`` for an invalid key.
    """
    async with open_client(server.key, server.base_url) as client:
        return sunsets(models, await shutdown_dates(client), today)
