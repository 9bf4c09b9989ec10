"""The providers of OpenAI or a compatible server, with one client."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date

from service.providers.guard import Guard
from service.providers.models import Sunset, sunsets
from service.providers.openai.client import Link, open_client, shutdown_dates
from service.providers.openai.image import OpenAIImage
from service.providers.openai.moderation import OpenAIModeration
from service.providers.openai.planner.planner import OpenAIPlanner
from service.providers.openai.structured import Answers
from service.providers.openai.text import OpenAIText
from service.providers.openai.vision import OpenAIVision
from service.providers.openai.writing import OpenAIWriter
from service.providers.prices import PriceTable
from service.providers.protocols import Moderation
from service.settings import Settings


@dataclass(frozen=True, slots=True)
class OpenAIProviders:
    """All of its providers. The settings say which of them are used."""

    text: OpenAIText
    writer: OpenAIWriter
    image: OpenAIImage
    vision: OpenAIVision
    planner: OpenAIPlanner
    moderation: Moderation | None


@asynccontextmanager
async def open_openai(
    settings: Settings, prices: PriceTable, guards: Mapping[str, Guard]
) -> AsyncIterator[OpenAIProviders]:
    """The providers. They work while the block runs, which keeps their client open."""
    async with open_client(settings.openai_api_key, settings.openai_base_url) as client:
        link, patience = Link(client, prices, guards), settings.text_timeout_seconds
        yield OpenAIProviders(
            text=OpenAIText(Answers(link, settings.text_model, patience)),
            writer=OpenAIWriter(Answers(link, settings.text_model, patience)),
            image=OpenAIImage(
                link,
                settings.image_model,
                quality=settings.image_quality,
                form=settings.image_format,
                timeout=settings.image_timeout_seconds,
            ),
            vision=OpenAIVision(Answers(link, settings.vision_model, patience)),
            planner=OpenAIPlanner(Answers(link, settings.plans_with[1], patience)),
            moderation=OpenAIModeration(link, settings.moderation_model, patience)
            if settings.moderation_model
            else None,
        )


async def ending_models(settings: Settings, today: date) -> tuple[Sunset, ...]:
    """The configured models that will be shut down, by the provider's own list and by ours.

    Raises ``ProviderError`` if the list is not available: ``ProviderBlocked`` for an invalid key.
    """
    models = (settings.text_model, settings.plans_with[1], settings.vision_model, settings.image_model)
    async with open_client(settings.openai_api_key, settings.openai_base_url) as client:
        return sunsets(models, await shutdown_dates(client), today)
