"""Creates the providers that the settings name: text, plans, pictures, vision and speech. Each provider has a
guard for its model."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import structlog

from service.domain.limits import Breaker
from service.domain.offline import OFFLINE
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
from service.providers.roles import ServerRole, models_of, server_of, servers_of
from service.settings import Settings

_log = structlog.get_logger()

ELEVENLABS_URL = Settings.model_fields["elevenlabs_base_url"].default


@dataclass(frozen=True, slots=True)
class ProviderSet:
    """All providers of a process, and the guards of the providers that are called over the network, by
    model."""

    providers: Providers
    guards: Mapping[str, Guard]


def lacks(settings: Settings) -> dict[str, str]:
    """The settings that the chosen providers need and that are not set. The mapping contains an advice for
    each of these settings.

    A self-hosted server with another base URL may need no key.
    """
    lacking: dict[str, str] = {}
    keyless = [role for role in models_of(settings) if server_of(settings, role).lacks_key]
    if keyless == ["moderation"]:
        lacking["OPENAI_API_KEY"] = (
            "Set OPENAI_API_KEY for the moderation, or set STORYTROUPE_MODERATION_MODEL to nothing."
        )
    elif keyless:
        lacking["OPENAI_API_KEY"] = "Set OPENAI_API_KEY, or choose offline."
    if settings.speech_provider == "elevenlabs" and (
        settings.elevenlabs_base_url == ELEVENLABS_URL and not settings.elevenlabs_api_key.get_secret_value()
    ):
        lacking["ELEVENLABS_API_KEY"] = "Set ELEVENLABS_API_KEY, or choose offline."
    if settings.speech_provider == "openai" and settings.voice_model.startswith("eleven_"):
        lacking["STORYTROUPE_VOICE_MODEL"] = (
            "Set STORYTROUPE_VOICE_MODEL to a model of the server that speaks."
        )
    return lacking


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
        if models_of(settings):
            # Its client takes a second to load, so it is imported only if it is used.
            from service.providers.openai.providers import open_openai

            providers = await stack.enter_async_context(open_openai(settings, prices, guards, providers))
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
        vision=OfflineVision(cpu, pace, own=settings.image_provider == "offline"),
        speech=OfflineSpeech(cpu, pace),
        planner=OfflinePlanner(pace),
        writer=OfflineWriter(pace),
    )


def guards_of(settings: Settings, on_recovered: Callable[[], None]) -> dict[str, Guard]:
    """Make a guard for each model that is called over the network."""
    most: dict[ServerRole, int] = {
        "image": settings.image_concurrency_per_process,
        "speech": settings.voice_concurrency,
    }
    at_once = {
        model: ("openai", most.get(role, settings.text_concurrency))
        for role, model in models_of(settings).items()
    }
    for provider, model, count in (
        (settings.image_provider, settings.image_model, settings.image_concurrency_per_process),
        (settings.speech_provider, settings.voice_model, settings.voice_concurrency),
    ):
        if provider not in (OFFLINE, "openai"):
            at_once[model] = (provider, count)
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
    for server, models in servers_of(settings).items():
        from service.providers.openai.providers import ending_models

        try:
            ending = await ending_models(server, models, datetime.now(UTC).date())
        except ProviderError as error:
            _log.warning("the list of models cannot be had", url=server.base_url, error=error)
            continue
        for sunset in ending:
            _log.warning("model will be shut down", model=sunset.model, on=str(sunset.on), advice=str(sunset))
