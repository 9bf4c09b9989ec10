"""Which server has which role, by the settings. Each role may have a server of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from pydantic import SecretStr

from service.settings import Settings

OPENAI_URL = Settings.model_fields["openai_base_url"].default

ServerRole = Literal["text", "planner", "vision", "image", "speech", "moderation"]


@dataclass(frozen=True, slots=True)
class Server:
    """A server that speaks OpenAI's protocol, and the key for it. The key may be empty."""

    base_url: str
    key: SecretStr

    @property
    def lacks_key(self) -> bool:
        """Whether the server is OpenAI's own, which needs a key, and has none."""
        return self.base_url == OPENAI_URL and not self.key.get_secret_value()


def server_of(settings: Settings, role: ServerRole) -> Server:
    """The server of a role. The key of the shared server never goes to a server that a role has of its
    own."""
    own = "text" if role == "planner" else role
    url: str = getattr(settings, f"{own}_base_url")
    key: SecretStr = getattr(settings, f"{own}_api_key")
    if url and url != settings.openai_base_url:
        return Server(url, key)
    return Server(settings.openai_base_url, key if key.get_secret_value() else settings.openai_api_key)


def models_of(settings: Settings) -> dict[ServerRole, str]:
    """The model of each role that OpenAI, or a compatible server, has."""
    has: Mapping[ServerRole, tuple[str, str]] = {
        "text": (settings.text_provider, settings.text_model),
        "planner": settings.plans_with,
        "image": (settings.image_provider, settings.image_model),
        "vision": (settings.checks_with, settings.vision_model),
        "speech": (settings.speech_provider, settings.voice_model),
    }
    models = {role: model for role, (provider, model) in has.items() if provider == "openai"}
    # A moderator checks the texts and pictures that models make. A voice makes neither.
    if settings.moderation_model and set(models) - {"speech"}:
        models["moderation"] = settings.moderation_model
    return models


def servers_of(settings: Settings) -> dict[Server, list[str]]:
    """The models on each server that the settings use."""
    servers: dict[Server, list[str]] = {}
    for role, model in models_of(settings).items():
        servers.setdefault(server_of(settings, role), []).append(model)
    return servers
