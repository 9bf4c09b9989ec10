"""Checks for ``doctor`` whether the providers, which are outside of this machine, accept the keys."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from service.errors import ProviderBlocked, ProviderError, SetupProblem
from service.providers.factory import lacks
from service.providers.roles import Server, servers_of
from service.settings import Settings

_PATIENCE_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class ServiceCheck:
    """The result of the check of a service: the key is accepted, the key is refused, the service cannot be
    reached, or the result is unknown."""

    name: str
    state: Literal["well", "unsure", "refused", "away"]
    found: str
    advice: str = ""


async def check_services(settings: Settings) -> list[ServiceCheck]:
    """Call each service that the settings use, and return the results. A caller may cancel it."""
    checks: list[ServiceCheck] = []
    missing = lacks(settings)
    for server, models in servers_of(settings).items():
        if not server.lacks_key:
            checks += await _openai(server, models)
    if settings.speech_provider == "elevenlabs" and "ELEVENLABS_API_KEY" not in missing:
        checks.append(await _elevenlabs(settings))
    if settings.s3_bucket:
        checks.append(await _s3(settings))
    return checks


async def _openai(server: Server, models: list[str]) -> list[ServiceCheck]:
    from service.providers.openai.providers import ending_models

    try:
        ending = await ending_models(server, models, datetime.now(UTC).date())
    except ProviderError as error:
        return [_trouble("OpenAI", error)]
    aging = [
        ServiceCheck("model", "unsure", f"{sunset.model}: {sunset.state}", str(sunset)) for sunset in ending
    ]
    return [ServiceCheck("OpenAI", "well", f"{server.base_url} accepts the key"), *aging]


async def _elevenlabs(settings: Settings) -> ServiceCheck:
    from service.providers.elevenlabs.speech import check_key, open_session

    url = settings.elevenlabs_base_url
    try:
        async with open_session(settings.elevenlabs_api_key, url, _PATIENCE_SECONDS) as session:
            await check_key(session)
    except ProviderError as error:
        return _trouble("ElevenLabs", error)
    return ServiceCheck("ElevenLabs", "well", f"{url} accepts the key")


async def _s3(settings: Settings) -> ServiceCheck:
    from service.storage.s3 import open_s3

    try:
        async with open_s3(settings):
            return ServiceCheck("S3", "well", f"the bucket {settings.s3_bucket} exists")
    except SetupProblem as problem:
        return ServiceCheck(
            "S3", "refused", f"the bucket {settings.s3_bucket} cannot be used", problem.message
        )


def _trouble(name: str, error: ProviderError) -> ServiceCheck:
    """Return the result for a provider's error: the key is refused, or the provider cannot be reached."""
    if isinstance(error, ProviderBlocked):
        return ServiceCheck(name, "refused", "it refuses the key", _said(error))
    advice = f"{_said(error)} Check the network and the base URL, or choose the offline provider."
    return ServiceCheck(name, "away", "it does not answer properly", advice)


def _said(error: ProviderError) -> str:
    """Return the error message with the provider's own message. The latter is about the key, since nothing
    else was sent."""
    return f"{error.message} {error.detail}".rstrip()
