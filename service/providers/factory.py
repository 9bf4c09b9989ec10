"""Creates the providers that the settings name: text, plans, pictures, vision and speech. Each provider has a
guard for its model."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import structlog

from service.domain.limits import Breaker
from service.errors import ProviderError, SetupProblem
from service.providers.cpu import CpuPool
from service.providers.elevenlabs.speech import ElevenLabsSpeech, open_session
from service.providers.guard import Guard
from service.providers.offline.image import OfflineImage
from service.providers.offline.pace import Pace
from service.providers.offline.planning import OfflinePlanner
from service.providers.offline.speech import OfflineSpeech, not_installed
from service.providers.offline.speech import lacking as lacking_voice
from service.providers.offline.synopsis import OfflineWriter
from service.providers.offline.text import OfflineText
from service.providers.offline.vision import OfflineVision
from service.providers.prices import PriceTable
from service.providers.protocols import Providers
from service.settings import Settings

_log = structlog.get_logger()

OPENAI_URL = Settings.model_fields["openai_base_url"].default
ELEVENLABS_URL = Settings.model_fields["elevenlabs_base_url"].default


@dataclass(frozen=True, slots=True)
class ProviderSet:
    """All providers of a process, and the guards of the providers that are called over the network, by
    model."""

    providers: Providers
    guards: Mapping[str, Guard]


def wants_openai(settings: Settings) -> bool:
    """Whether the settings give OpenAI, or a compatible server, any role."""
    return "openai" in (settings.text_provider, settings.image_provider, settings.plans_with[0])


def lacks(settings: Settings) -> dict[str, str]:
    """The settings that the chosen providers need and that are not set. The mapping contains an advice for
    each of these settings.

    A self-hosted server with another base URL may need no key.
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


def absent_parts(settings: Settings) -> list[str]:
    """The parts of the chosen offline providers that are not installed. Each is a sentence that also says
    what to do.

    Books are made without the assets of these parts.
    """
    module = lacking_voice() if settings.speech_provider == "offline" else None
    return [] if module is None else [f"Books are made without narration. {not_installed(module)}"]


def price_table(settings: Settings) -> PriceTable:
    """The built-in prices, overridden by the prices in the settings. Raises ``SetupProblem`` if the prices in
    the settings are malformed."""
    try:
        return PriceTable(settings.prices)
    except ValueError as wrong:
        raise SetupProblem(f"STORYTROUPE_PRICES: {wrong}") from wrong


@asynccontextmanager
async def open_providers(
    settings: Settings, cpu: CpuPool, on_recovered: Callable[[], None]
) -> AsyncIterator[ProviderSet]:
    """Open the providers that the settings name, each with one client. At the end of the block, the clients
    are closed.

    ``on_recovered`` is called when a provider that blocked this service works again. Raises ``SetupProblem``
    if a key or the voice is missing.
    """
    if missing := lacks(settings):
        raise SetupProblem(" ".join(missing.values()))
    prices, guards = price_table(settings), guards_of(settings, on_recovered)
    providers = offline_providers(settings, cpu)
    async with AsyncExitStack() as stack:
        if wants_openai(settings):
            providers = await _with_openai(stack, settings, prices, guards, providers)
        if settings.speech_provider == "elevenlabs":
            session = await stack.enter_async_context(
                open_session(
                    settings.elevenlabs_api_key, settings.elevenlabs_base_url, settings.voice_timeout_seconds
                )
            )
            model, guard = settings.voice_model, guards.get(settings.voice_model)
            voice = ElevenLabsSpeech(session, model, voice=settings.voice, prices=prices, guard=guard)
            providers = replace(providers, speech=voice)
        yield ProviderSet(providers, guards)


def offline_providers(settings: Settings, cpu: CpuPool) -> Providers:
    """The providers that need no key and no network."""
    pace = Pace(settings.offline_latency)
    return Providers(
        text=OfflineText(pace),
        image=OfflineImage(cpu, pace),
        vision=OfflineVision(cpu, pace),
        speech=OfflineSpeech(cpu, pace),
        planner=OfflinePlanner(pace),
        writer=OfflineWriter(pace),
    )


async def _with_openai(
    stack: AsyncExitStack,
    settings: Settings,
    prices: PriceTable,
    guards: Mapping[str, Guard],
    providers: Providers,
) -> Providers:
    # Its client takes a second to load, so it is imported only if it is used.
    from service.providers.openai.providers import open_openai

    openai = await stack.enter_async_context(open_openai(settings, prices, guards))
    if settings.text_provider == "openai":
        providers = replace(providers, text=openai.text, writer=openai.writer)
    if settings.image_provider == "openai":
        providers = replace(providers, image=openai.image, vision=openai.vision)
    if settings.plans_with[0] == "openai":
        providers = replace(providers, planner=openai.planner)
    return replace(providers, moderation=openai.moderation)


def guards_of(settings: Settings, on_recovered: Callable[[], None]) -> dict[str, Guard]:
    """Make a guard for each model that is called over the network."""
    at_once: dict[str, tuple[str, int]] = {}
    if wants_openai(settings):
        models = (
            settings.text_model,
            settings.plans_with[1],
            settings.vision_model,
            settings.moderation_model,
        )
        for model in models:
            at_once[model] = ("openai", settings.text_concurrency)
    if settings.image_provider != "offline":
        at_once[settings.image_model] = (settings.image_provider, settings.image_concurrency_per_process)
    if settings.speech_provider != "offline":
        at_once[settings.voice_model] = (settings.speech_provider, settings.voice_concurrency)
    cooldown = settings.provider_cooldown_seconds
    return {
        model: Guard(
            f"{provider} {model}",
            at_once=most,
            breaker=Breaker(cooldown=cooldown),
            on_recovered=on_recovered,
        )
        for model, (provider, most) in at_once.items()
    }


async def warn_of_sunsets(settings: Settings) -> None:
    """Log which configured models will be shut down, and whether the key is valid. A process calls this
    function at its start."""
    if not wants_openai(settings):
        return
    from service.providers.openai.providers import ending_models

    try:
        ending = await ending_models(settings, datetime.now(UTC).date())
    except ProviderError as error:
        _log.warning("the list of models cannot be had", error=error)
        return
    for sunset in ending:
        _log.warning("model will be shut down", model=sunset.model, on=str(sunset.on), advice=str(sunset))
