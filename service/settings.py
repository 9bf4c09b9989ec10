"""Settings, read once from the environment into frozen values.

Ours bear the prefix ``STORYTROUPE_``; those that the whole field shares (``DATABASE_URL``,
``REDIS_URL``, ``OPENAI_API_KEY`` …) keep their usual names.
"""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AliasChoices, Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

_ORIGIN = re.compile(r"https?://[a-z0-9.\[\]:-]+")

_ADDRESS = re.compile(r"([\w.-]+|\[[0-9a-fA-F:.]+\]):\d{1,5}")

Role = Literal["http", "actors", "relay", "reconcile"]
ROLES: tuple[Role, ...] = ("http", "actors", "relay", "reconcile")


def _shared(name: str) -> AliasChoices:
    """A setting under its usual name, or under ours."""
    return AliasChoices(f"STORYTROUPE_{name}", name)


#: After the longest call its answer is stored, and its job is settled.
DRAIN_MARGIN_SECONDS = 10.0


class Settings(BaseSettings):
    """Everything that an operator may set. Field docs say units and defaults' reasons."""

    model_config = SettingsConfigDict(
        env_prefix="STORYTROUPE_", frozen=True, extra="ignore", populate_by_name=True
    )

    database_url: str = Field("", validation_alias=_shared("DATABASE_URL"))
    #: The login of users' requests: a role that may do nothing but act for one of them.
    database_http_url: str = Field("", validation_alias=_shared("DATABASE_HTTP_URL"))
    redis_url: str = Field("", validation_alias=_shared("REDIS_URL"))
    redis_namespace: str = "storytroupe"

    host: str = "127.0.0.1"
    port: int = Field(8080, ge=0, le=65535)
    public_url: str = ""
    #: Where `/metrics` is without a token, as host:port, beside the API's own; empty is nowhere.
    metrics_address: str = ""
    roles: Annotated[tuple[Role, ...], NoDecode] = ROLES

    jwt_secret: SecretStr = SecretStr("")
    jwt_issuer: str = "storytroupe"
    jwt_audience: str = "storytroupe"
    #: Tokens of another issuer are good, too, by the public keys at this URL.
    jwks_url: str = ""
    jwks_issuer: str = ""
    #: Empty: ``jwt_audience``.
    jwks_audience: str = ""
    #: How far the clocks of issuers may be off.
    jwt_leeway_seconds: float = Field(30.0, ge=0, le=300)

    #: No token may be good for longer, so that sign-outs need not be remembered for ever.
    jwt_longest_days: float = Field(366.0, ge=1, le=3660)

    #: Pages of these origins (https://host:port; * for any) may ask the API with a token.
    cors_origins: Annotated[tuple[str, ...], NoDecode] = ()
    #: How often each user may ask one process: in the long run, and at once. 0 a second is no limit.
    rate_per_second: float = Field(200.0, ge=0)
    rate_burst: int = Field(1000, ge=1)

    #: Transactions of one user that a process runs at once, and requests of the user that may wait for one.
    transactions_per_user: int = Field(4, ge=1)
    requests_in_line: int = Field(256, ge=0)

    #: How long a request's head may take, and a connection may be idle, in seconds.
    head_seconds: float = Field(15.0, gt=0)
    idle_seconds: float = Field(75.0, gt=0)
    #: How long a body may take in all, and how fast it must come at the least while it is waited for.
    body_seconds: float = Field(300.0, gt=0)
    body_bytes_per_second: int = Field(4096, ge=0)
    #: How long a client may take nothing of what is sent to it.
    stall_seconds: float = Field(60.0, gt=0)
    #: Open connections of a process, and of one client's address; 0 is no limit.
    connections: int = Field(8192, ge=0)
    connections_per_address: int = Field(512, ge=0)
    #: Bytes of bodies that are held in memory at once, of all users and of one.
    body_bytes: int = Field(32 << 20, ge=1 << 20)
    body_bytes_per_user: int = Field(8 << 20, ge=1 << 20)
    #: The same of files that are being sent: a client may be slow to take them.
    file_bytes: int = Field(256 << 20, ge=1 << 20)
    file_bytes_per_user: int = Field(64 << 20, ge=1 << 20)
    #: Pictures that are given at once, by all users and by one.
    uploads: int = Field(16, ge=1)
    uploads_per_user: int = Field(2, ge=1)

    files_dir: Path = Path("data/files")
    cdn_base_url: str = ""
    #: A bucket's name puts files into S3 instead of ``files_dir``.
    s3_bucket: str = Field("", validation_alias=_shared("S3_BUCKET"))
    s3_endpoint_url: str = Field("", validation_alias=_shared("S3_ENDPOINT_URL"))
    aws_region: str = Field("us-east-1", validation_alias=_shared("AWS_REGION"))
    aws_access_key_id: str = Field("", validation_alias=_shared("AWS_ACCESS_KEY_ID"))
    aws_secret_access_key: SecretStr = Field(SecretStr(""), validation_alias=_shared("AWS_SECRET_ACCESS_KEY"))

    openai_api_key: SecretStr = Field(SecretStr(""), validation_alias=_shared("OPENAI_API_KEY"))
    openai_base_url: str = Field("https://api.openai.com/v1", validation_alias=_shared("OPENAI_BASE_URL"))
    elevenlabs_api_key: SecretStr = Field(SecretStr(""), validation_alias=_shared("ELEVENLABS_API_KEY"))
    elevenlabs_base_url: str = Field(
        "https://api.elevenlabs.io", validation_alias=_shared("ELEVENLABS_BASE_URL")
    )

    #: Models are retired every few months: their names are here and nowhere else in the code's paths.
    text_model: str = "gpt-6.1-terra"
    vision_model: str = "gpt-6-luna"
    image_model: str = "gpt-image-2.5-sunburst"
    #: Empty: nothing is moderated, as where a compatible server has no such model.
    moderation_model: str = "omni-moderation-latest"
    voice_model: str = "eleven_multilingual_v2"
    #: The voice of stories that name none: a provider's voice id.
    voice: str = "JBFqnCBsd6RMkjVDRZzb"
    #: US dollars a million tokens (input, cached_input, output, image_input), each picture (image) or
    #: a thousand characters (characters), by model; over the table of ``service.providers.prices``.
    prices: dict[str, dict[str, Decimal]] = Field(default_factory=dict)

    #: How many calls a process makes at once of one language model, and of the voice's.
    text_concurrency: int = Field(32, ge=1)
    voice_concurrency: int = Field(4, ge=1)
    #: How long a provider that fails, or turned us away, is left alone before one call tries it again.
    provider_cooldown_seconds: float = Field(15.0, gt=0)
    #: What one call may take, in seconds, before it is given up.
    text_timeout_seconds: float = Field(240.0, gt=0)
    image_timeout_seconds: float = Field(300.0, gt=0)
    voice_timeout_seconds: float = Field(180.0, gt=0)

    text_provider: Literal["offline", "openai"] = "offline"
    image_provider: Literal["offline", "openai"] = "offline"
    speech_provider: Literal["offline", "elevenlabs"] = "offline"
    offline_latency: float = Field(0.0, ge=0.0)

    image_size: str = Field("1024x1024", pattern=r"^\d{3,4}x\d{3,4}$")
    image_quality: Literal["low", "medium", "high", "xhigh", "max", "auto"] = "high"
    image_format: Literal["png", "jpeg", "webp"] = "jpeg"
    #: What a scene is drawn from: the cover alone makes poses differ, with the heroes they keep closer.
    scene_references: Literal["cover", "cover+refs"] = "cover"
    validation: Literal["review", "strict"] = "review"
    global_style: str = "warm storybook illustration, soft gouache, gentle light, clear silhouettes"

    #: How many pictures are drawn, or are next to be, in all processes; and how many one draws at once.
    image_concurrency: int = Field(8, ge=1)
    image_concurrency_per_process: int = Field(4, ge=1)
    concurrency_per_process: int = Field(8, ge=1)
    cpu_processes: int = Field(2, ge=1)
    database_pool: int = Field(16, ge=4)
    max_backlog: int = Field(200_000, ge=1)

    #: Whether webhooks may lead to addresses that are not public, and over plain http.
    webhook_private_addresses: bool = False

    lease_seconds: float = Field(12.0, gt=0)
    #: How long a process that leaves waits for its paid calls; none: as long as the longest call may take.
    drain_seconds: float | None = Field(None, ge=0)
    #: The longest that one attempt may take.
    job_deadline_seconds: float = Field(900.0, gt=0, le=86_400)

    #: Attempts in all of each actor group, over those of its spec: 1 gives up at once.
    attempts: dict[str, Annotated[int, Field(ge=1, le=100)]] = Field(default_factory=dict)
    #: How often a file is put into the store, in all, before the attempt that made it fails.
    store_tries: int = Field(3, ge=1, le=10)
    #: Pictures in all for one place in the book, while the check of traits misses something.
    picture_tries: int = Field(3, ge=1, le=10)
    #: Whether photographs of people may be given to the illustrator as references.
    photographs: bool = False
    #: How strictly a trait is looked for, over the registry's own level: V must be seen, P warns,
    #: N is not asked.
    trait_levels: dict[str, Literal["V", "P", "N"]] = Field(default_factory=dict)
    #: What all calls for one user may cost in a month, in US dollars; none is no cap.
    user_month_usd: Decimal | None = Field(None, ge=0)

    #: For the commands that talk to a running service.
    api_url: str = ""
    token: SecretStr = SecretStr("")

    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["console", "json"] = "console"

    @property
    def drain_grace(self) -> float:
        """How long a process that leaves waits for its paid calls, in seconds."""
        if self.drain_seconds is not None:
            return self.drain_seconds
        longest = max(self.text_timeout_seconds, self.image_timeout_seconds, self.voice_timeout_seconds)
        return longest + DRAIN_MARGIN_SECONDS

    @property
    def secret_values(self) -> list[str]:
        """What must be shown nowhere."""
        return [value.get_secret_value() for _, value in self if isinstance(value, SecretStr)]

    @field_validator("roles", "cors_origins", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        """Lists from the environment are written with commas."""
        return tuple(filter(None, map(str.strip, value.split(",")))) if isinstance(value, str) else value

    @field_validator("metrics_address")
    @classmethod
    def _check_address(cls, value: str) -> str:
        if value and _ADDRESS.fullmatch(value) is None:
            raise ValueError(f"an address is written host:port, not {value!r}")
        return value

    @field_validator("cors_origins")
    @classmethod
    def _check_origins(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        wrong = [origin for origin in value if origin != "*" and _ORIGIN.fullmatch(origin) is None]
        if wrong:
            raise ValueError(f"an origin is written https://host or https://host:port, not {wrong[0]!r}")
        return value
