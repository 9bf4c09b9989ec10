"""Settings, read once from the environment into frozen values.

Ours bear the prefix ``STORYTROUPE_``; those that the whole field shares (``DATABASE_URL``,
``REDIS_URL``, ``OPENAI_API_KEY`` …) keep their usual names.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import AliasChoices, Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

Role = Literal["http", "actors", "relay", "reconcile"]
ROLES: tuple[Role, ...] = ("http", "actors", "relay", "reconcile")


def _shared(name: str) -> AliasChoices:
    """A setting under its usual name, or under ours."""
    return AliasChoices(f"STORYTROUPE_{name}", name)


class Settings(BaseSettings):
    """Everything that an operator may set. Field docs say units and defaults' reasons."""

    model_config = SettingsConfigDict(
        env_prefix="STORYTROUPE_", frozen=True, extra="ignore", populate_by_name=True
    )

    database_url: str = Field("", validation_alias=_shared("DATABASE_URL"))
    redis_url: str = Field("", validation_alias=_shared("REDIS_URL"))
    redis_namespace: str = "storytroupe"

    host: str = "127.0.0.1"
    port: int = Field(8080, ge=0, le=65535)
    public_url: str = ""
    roles: Annotated[tuple[Role, ...], NoDecode] = ROLES

    #: Whether the person at this machine is let into the studio without a token, as `up` does.
    local_studio: bool = False

    jwt_secret: SecretStr = SecretStr("")
    jwt_issuer: str = "storytroupe"
    jwt_audience: str = "storytroupe"

    files_dir: Path = Path("data/files")
    cdn_base_url: str = ""

    openai_api_key: SecretStr = Field(SecretStr(""), validation_alias=_shared("OPENAI_API_KEY"))
    elevenlabs_api_key: SecretStr = Field(SecretStr(""), validation_alias=_shared("ELEVENLABS_API_KEY"))

    text_provider: Literal["offline", "openai"] = "offline"
    image_provider: Literal["offline", "openai"] = "offline"
    speech_provider: Literal["offline", "elevenlabs"] = "offline"
    offline_latency: float = Field(0.0, ge=0.0)

    image_size: str = Field("1024x1024", pattern=r"^\d{3,4}x\d{3,4}$")
    validation: Literal["review", "strict"] = "review"
    global_style: str = "warm storybook illustration, soft gouache, gentle light, clear silhouettes"

    image_concurrency: int = Field(8, ge=1)
    image_concurrency_per_process: int = Field(4, ge=1)
    concurrency_per_process: int = Field(8, ge=1)
    cpu_processes: int = Field(2, ge=1)
    database_pool: int = Field(16, ge=4)
    max_backlog: int = Field(200_000, ge=1)

    lease_seconds: float = Field(12.0, gt=0)
    drain_seconds: float = Field(20.0, ge=0)
    job_deadline_seconds: float = Field(900.0, gt=0)

    attempts: dict[str, int] = Field(default_factory=dict)

    #: For the commands that talk to a running service.
    api_url: str = ""
    token: SecretStr = SecretStr("")

    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["console", "json"] = "console"

    @field_validator("roles", mode="before")
    @classmethod
    def _split_roles(cls, value: object) -> object:
        """Roles from the environment are a list with commas."""
        return tuple(part.strip() for part in value.split(",")) if isinstance(value, str) else value
