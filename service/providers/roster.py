"""The cast by the settings: who writes, draws, looks and speaks, each behind a guard of its model."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime

import structlog
from openai import AsyncOpenAI

from service.errors import ProviderError, SetupProblem
from service.providers.cpu import CpuPool
from service.providers.elevenlabs.speech import ElevenLabsSpeech, open_session
from service.providers.guard import Guard
from service.providers.models import Sunset, sunsets
from service.providers.offline.image import OfflineImage
from service.providers.offline.pace import Pace
from service.providers.offline.speech import OfflineSpeech
from service.providers.offline.text import OfflineText
from service.providers.offline.vision import OfflineVision
from service.providers.openai.client import Link, open_client, shutdown_dates
from service.providers.openai.image import OpenAIImage
from service.providers.openai.moderation import OpenAIModeration
from service.providers.openai.structured import Answers
from service.providers.openai.text import OpenAIText
from service.providers.openai.vision import OpenAIVision
from service.providers.prices import PriceTable
from service.providers.protocols import Image, Moderation, Providers, Speech, Text, Vision
from service.settings import Settings

_log = structlog.get_logger()

OPENAI_URL = Settings.model_fields["openai_base_url"].default
ELEVENLABS_URL = Settings.model_fields["elevenlabs_base_url"].default


@dataclass(frozen=True, slots=True)
class Cast:
    """The providers, and the guards of those that are called over the network, by model."""

    providers: Providers
    guards: Mapping[str, Guard]


def wants_openai(settings: Settings) -> bool:
    """Whether anything is made by OpenAI or a server like it."""
    return "openai" in (settings.text_provider, settings.image_provider)


def lacks(settings: Settings) -> dict[str, str]:
    """The keys that the chosen providers need and do not have: what to do, by setting.

    A server of one's own, by another base URL, may need none.
    """
    needed = {
        "OPENAI_API_KEY": wants_openai(settings)
        and settings.openai_base_url == OPENAI_URL
        and not settings.openai_api_key.get_secret_value(),
        "ELEVENLABS_API_KEY": settings.speech_provider == "elevenlabs"
        and settings.elevenlabs_base_url == ELEVENLABS_URL
        and not settings.elevenlabs_api_key.get_secret_value(),
    }
    return {name: f"Set {name}, or choose offline." for name, lacking in needed.items() if lacking}


@asynccontextmanager
async def open_cast(settings: Settings, cpu: CpuPool) -> AsyncIterator[Cast]:
    """The cast, with one warm client for each provider. Raises ``SetupProblem`` where a key is lacking."""
    if missing := lacks(settings):
        raise SetupProblem(" ".join(missing.values()))
    try:
        prices = PriceTable(settings.prices)
    except ValueError as wrong:
        raise SetupProblem(f"STORYTROUPE_PRICES: {wrong}") from wrong
    guards = guards_of(settings)
    async with AsyncExitStack() as stack:
        link = None
        if wants_openai(settings):
            client = await stack.enter_async_context(
                open_client(settings.openai_api_key, settings.openai_base_url)
            )
            link = Link(client, prices, guards)
        speech: Speech = OfflineSpeech(cpu, Pace(settings.offline_latency))
        if settings.speech_provider == "elevenlabs":
            session = await stack.enter_async_context(
                open_session(
                    settings.elevenlabs_api_key,
                    settings.elevenlabs_base_url,
                    settings.voice_timeout_seconds,
                )
            )
            speech = ElevenLabsSpeech(session, settings.voice_model, voice=settings.voice, prices=prices)
        yield Cast(_providers(settings, cpu, link, speech), guards)


def guards_of(settings: Settings) -> dict[str, Guard]:
    """A guard for each model that is called over the network."""
    guards: dict[str, Guard] = {}
    if wants_openai(settings):
        for model in (settings.text_model, settings.vision_model, settings.moderation_model):
            guards[model] = Guard(f"openai {model}", at_once=settings.text_concurrency)
        guards[settings.image_model] = Guard(
            f"openai {settings.image_model}", at_once=settings.image_concurrency_per_process
        )
    if settings.speech_provider == "elevenlabs":
        guards[settings.voice_model] = Guard(
            f"elevenlabs {settings.voice_model}", at_once=settings.voice_concurrency
        )
    return guards


def _providers(settings: Settings, cpu: CpuPool, link: Link | None, speech: Speech) -> Providers:
    pace = Pace(settings.offline_latency)
    text: Text = OfflineText(pace)
    image: Image = OfflineImage(cpu, pace)
    vision: Vision = OfflineVision(cpu, pace)
    moderation: Moderation | None = None
    if link is not None:
        patience = settings.text_timeout_seconds
        if settings.text_provider == "openai":
            text = OpenAIText(Answers(link, settings.text_model, patience))
        if settings.image_provider == "openai":
            image = OpenAIImage(
                link,
                settings.image_model,
                quality=settings.image_quality,
                form=settings.image_format,
                timeout=settings.image_timeout_seconds,
            )
            vision = OpenAIVision(Answers(link, settings.vision_model, patience))
        if settings.moderation_model:
            moderation = OpenAIModeration(link, settings.moderation_model, patience)
    return Providers(text=text, image=image, vision=vision, speech=speech, moderation=moderation)


async def ending_models(settings: Settings, client: AsyncOpenAI, today: date) -> tuple[Sunset, ...]:
    """Which of the settings' models will be shut down, by the provider's own list.

    Raises ``ProviderError`` where the list cannot be had: ``ProviderStopped`` for a bad key.
    """
    models = (settings.text_model, settings.vision_model, settings.image_model)
    return sunsets(models, await shutdown_dates(client), today)


async def warn_of_sunsets(settings: Settings) -> None:
    """Say at start which models will not be there for long, and whether the key is a good one."""
    if not wants_openai(settings):
        return
    try:
        async with open_client(settings.openai_api_key, settings.openai_base_url) as client:
            ending = await ending_models(settings, client, datetime.now(UTC).date())
    except ProviderError as error:
        _log.warning("the list of models cannot be had", reason=error.message)
        return
    for sunset in ending:
        _log.warning("model will be shut down", model=sunset.model, on=str(sunset.on), advice=str(sunset))
