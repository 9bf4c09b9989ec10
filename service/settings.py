"""The settings, read once from the environment.

Their names have the prefix ``STORYTROUPE_``. Settings with a common name (``DATABASE_URL``, ``REDIS_URL``,
``OPENAI_API_KEY`` …) also have that name.
"""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AliasChoices, Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from service.attribute_docs import describe_fields

_ORIGIN = re.compile(r"https?://[a-z0-9.\[\]:-]+")

_ADDRESS = re.compile(r"([\w.-]+|\[[0-9a-fA-F:.]+\]):\d{1,5}")

Role = Literal["http", "actors", "relay", "reconcile"]
ROLES: tuple[Role, ...] = ("http", "actors", "relay", "reconcile")


def _shared(name: str) -> AliasChoices:
    """The names of a setting: its common name, or the name with the prefix."""
    return AliasChoices(f"STORYTROUPE_{name}", name)


#: Time after the longest call to store its answer and to settle its job, in seconds.
DRAIN_MARGIN_SECONDS = 10.0


class Settings(BaseSettings):
    """Everything that an operator may set. ``docs/reference/settings.md`` is written from it."""

    model_config = SettingsConfigDict(
        env_prefix="STORYTROUPE_",
        frozen=True,
        extra="ignore",
        populate_by_name=True,
        json_schema_extra=describe_fields,
    )

    # Servers
    database_url: str = Field("", validation_alias=_shared("DATABASE_URL"))
    """PostgreSQL, as `postgresql://user:password@host:5432/name`. The login owns the tables."""
    database_http_url: str = Field("", validation_alias=_shared("DATABASE_HTTP_URL"))
    """The same database for requests of users. The login may only act for one user at a time. Empty: those
    requests use `DATABASE_URL`, with a warning."""
    database_pool: int = Field(16, ge=4)
    """Greatest number of connections of one process to PostgreSQL, beside two for notifications. With
    `DATABASE_HTTP_URL` and the role `http`, half of them are for requests of users."""
    redis_url: str = Field("", validation_alias=_shared("REDIS_URL"))
    """Redis or Valkey, as `redis://user:password@host:6379/0`."""
    redis_namespace: str = "storytroupe"
    """Beginning of each key in Redis. Services that share a Redis server need different ones."""

    # The process
    roles: Annotated[tuple[Role, ...], NoDecode] = ROLES
    """What the process does: `http` answers requests, `actors` makes assets, `relay` publishes events,
    `reconcile` repairs what other processes lost."""
    host: str = "127.0.0.1"
    """Address that the API listens at. `0.0.0.0` is every address of the machine."""
    port: int = Field(8080, ge=0, le=65535)
    """Port that the API listens at. 0: any free port."""
    public_url: str = ""
    """URL by which browsers reach the service, if a proxy gives it another one."""
    metrics_address: str = ""
    """Address as `host:port` where `/metrics` needs no token. Empty: only at the API, with a token."""
    lease_seconds: float = Field(12.0, gt=0)
    """How long a process may be silent before others take over its jobs, in seconds."""
    drain_seconds: float | None = Field(None, ge=0)
    """How long a process that ends waits for its paid calls, in seconds. Not set: the longest timeout of a
    call and 10 seconds."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """Least severe level that is logged."""
    log_format: Literal["console", "json"] = "console"
    """Form of the log on standard error: lines for a person, or one JSON object for each event."""

    # Tokens
    jwt_secret: SecretStr = SecretStr("")
    """Secret that signs and checks bearer tokens (HS256): 32 bytes or more, the same in every process.
    `up` makes its own."""
    jwt_issuer: str = "storytroupe"
    """Issuer (`iss`) that tokens of this service name."""
    jwt_audience: str = "storytroupe"
    """Audience (`aud`) that tokens must name."""
    jwks_url: str = ""
    """URL of the public keys (JWKS) of another issuer. Its tokens are accepted, too. It must be https, unless
    it is on this machine."""
    jwks_issuer: str = ""
    """Issuer (`iss`) of the tokens that are checked with the keys of `STORYTROUPE_JWKS_URL`."""
    jwks_audience: str = ""
    """Audience (`aud`) of those tokens. Empty: `STORYTROUPE_JWT_AUDIENCE`."""
    jwt_leeway_seconds: float = Field(30.0, ge=0, le=300)
    """How much the clocks of issuers may differ from this one, in seconds."""
    jwt_longest_days: float = Field(366.0, ge=1, le=3660)
    """Longest validity of a token, in days. A sign-out is remembered as long."""

    # Requests
    cors_origins: Annotated[tuple[str, ...], NoDecode] = ()
    """Origins whose pages may call the API with a token, as `https://host:port`. `*`: any."""
    rate_per_second: float = Field(200.0, ge=0)
    """Requests a second of each user to one process, in the long run. 0: no limit."""
    rate_burst: int = Field(1000, ge=1)
    """Requests of each user that one process answers at once before the rate counts."""
    transactions_per_user: int = Field(4, ge=1)
    """Transactions of one user that a process runs at once."""
    requests_in_line: int = Field(256, ge=0)
    """Requests of one user that may wait for a transaction. More are answered 429."""
    max_backlog: int = Field(200_000, ge=1)
    """Waiting jobs of all users above which new work is answered 429. From half of it on, a user with a
    tenth of it waiting can add no more."""

    # Connections
    head_seconds: float = Field(15.0, gt=0)
    """Longest time for the head of a request, in seconds."""
    idle_seconds: float = Field(75.0, gt=0)
    """Longest time between two requests of a connection, in seconds."""
    body_seconds: float = Field(300.0, gt=0)
    """Longest time for the body of a request, in seconds."""
    body_bytes_per_second: int = Field(4096, ge=0)
    """Least speed of a body, in bytes a second. A body of more than 64 KiB must come four times as fast."""
    stall_seconds: float = Field(60.0, gt=0)
    """Longest time for which a client may read nothing of its answer, in seconds."""
    connections: int = Field(8192, ge=0)
    """Open connections of one process. 0: no limit."""
    connections_per_address: int = Field(512, ge=0)
    """Open connections of one process to one client address (IPv6: to one /64). 0: no limit, as behind a
    proxy."""
    body_bytes: int = Field(32 << 20, ge=1 << 20)
    """Bodies of more than 64 KiB that one process holds in memory for all users, in bytes."""
    body_bytes_per_user: int = Field(8 << 20, ge=1 << 20)
    """The same for one user, in bytes."""
    file_bytes: int = Field(256 << 20, ge=1 << 20)
    """Files that one process sends at once to all users, in bytes."""
    file_bytes_per_user: int = Field(64 << 20, ge=1 << 20)
    """The same for one user, in bytes."""
    uploads: int = Field(16, ge=1)
    """Pictures that one process receives at once from all users."""
    uploads_per_user: int = Field(2, ge=1)
    """The same from one user."""
    webhook_private_addresses: bool = False
    """Whether webhooks may have private addresses, and may use plain http."""

    # Other systems
    publish_tries: int = Field(20, ge=1, le=100)
    """Tries to publish events that the events stream or a sink refuses, with growing pauses. Then they are a
    dead letter. A try at a server that does not answer does not count."""
    integration_stream: bool = False
    """Whether events also go to the Redis stream `{namespace}:integration`, as CloudEvents, for consumer
    groups of other systems."""
    integration_keep_hours: float = Field(168.0, gt=0, le=8784)
    """How long entries of that stream stay, in hours."""
    kafka_servers: str = ""
    """Brokers of Kafka that also get the events, as `host:port,host:port`. Empty: none. Needs the extra
    `kafka`."""
    kafka_topics: str = Field("storytroupe", pattern=r"^[A-Za-z0-9._-]{1,200}$")
    """Beginning of the names of topics. Each kind of aggregate has a topic: `storytroupe.story`,
    `storytroupe.genesis`."""
    kafka_security: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = "PLAINTEXT"
    """How connections to the brokers are secured."""
    kafka_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = "PLAIN"
    """How the service signs in at the brokers, if `SASL` is used."""
    kafka_username: str = ""
    """Name for the brokers."""
    kafka_password: SecretStr = SecretStr("")
    """Password for the brokers."""

    # Files
    files_dir: Path = Path("data/files")
    """Folder for files, if they are not in S3. All processes must share it."""
    cdn_base_url: str = ""
    """URL at which clients find files. Empty: at the API."""
    s3_bucket: str = Field("", validation_alias=_shared("S3_BUCKET"))
    """Bucket for files. Empty: files are in `STORYTROUPE_FILES_DIR`."""
    s3_endpoint_url: str = Field("", validation_alias=_shared("S3_ENDPOINT_URL"))
    """URL of an S3-compatible server. Empty: AWS."""
    aws_region: str = Field("us-east-1", validation_alias=_shared("AWS_REGION"))
    """Region of the bucket."""
    aws_access_key_id: str = Field("", validation_alias=_shared("AWS_ACCESS_KEY_ID"))
    """Id of the key for the bucket."""
    aws_secret_access_key: SecretStr = Field(SecretStr(""), validation_alias=_shared("AWS_SECRET_ACCESS_KEY"))
    """Secret of the key for the bucket."""
    store_tries: int = Field(3, ge=1, le=10)
    """Tries to store a file if the failure may pass, as with a full disk. Then the attempt fails."""

    # Providers
    text_provider: Literal["offline", "openai"] = "offline"
    """Who writes the text."""
    image_provider: Literal["offline", "openai"] = "offline"
    """Who draws the pictures."""
    speech_provider: Literal["offline", "elevenlabs"] = "offline"
    """Who speaks the narration."""
    openai_api_key: SecretStr = Field(SecretStr(""), validation_alias=_shared("OPENAI_API_KEY"))
    """Key for the provider `openai`."""
    openai_base_url: str = Field("https://api.openai.com/v1", validation_alias=_shared("OPENAI_BASE_URL"))
    """URL of OpenAI, or of a compatible server."""
    elevenlabs_api_key: SecretStr = Field(SecretStr(""), validation_alias=_shared("ELEVENLABS_API_KEY"))
    """Key for the provider `elevenlabs`."""
    elevenlabs_base_url: str = Field(
        "https://api.elevenlabs.io", validation_alias=_shared("ELEVENLABS_BASE_URL")
    )
    """URL of ElevenLabs."""
    offline_latency: float = Field(0.0, ge=0.0)
    """How long offline providers take, as a share of the time of paid ones. 0: no delay."""
    # Models are retired every few months: no other place in the code names them.
    text_model: str = "gpt-6.1-terra"
    """Model that writes."""
    vision_model: str = "gpt-6-luna"
    """Model that looks at pictures."""
    image_model: str = "gpt-image-2.5-sunburst"
    """Model that draws."""
    moderation_model: str = "omni-moderation-latest"
    """Model that moderates. Empty: nothing is moderated, for compatible servers without such a model."""
    voice_model: str = "eleven_multilingual_v2"
    """Model that speaks."""
    voice: str = "JBFqnCBsd6RMkjVDRZzb"
    """Voice of stories that name none: an id of the provider."""

    # Calls to providers
    text_concurrency: int = Field(32, ge=1)
    """Calls of one process to one language model at once. The service makes fewer while it is throttled."""
    voice_concurrency: int = Field(4, ge=1)
    """Calls of one process for voices at once."""
    text_timeout_seconds: float = Field(240.0, gt=0)
    """Longest time of a call to a language model, in seconds."""
    image_timeout_seconds: float = Field(300.0, gt=0)
    """Longest time of a call that draws, in seconds."""
    voice_timeout_seconds: float = Field(180.0, gt=0)
    """Longest time of a call that speaks, in seconds."""
    provider_cooldown_seconds: float = Field(15.0, gt=0)
    """How long a failing provider is not called, in seconds. Then one call tries. After a refused key or an
    empty account the time doubles, up to eight times as long."""
    prices: dict[str, dict[str, Decimal]] = Field(default_factory=dict)
    """Prices by model, in US dollars: `input`, `cached_input`, `output` and `image_input` a million tokens,
    `image` a picture, `characters` a thousand. They override the built-in table."""
    user_month_usd: Decimal | None = Field(None, ge=0)
    """Most that all calls for one user may cost in a month, in US dollars. Not set: no limit but the
    tier's."""

    # Pictures
    image_size: str = Field("1024x1024", pattern=r"^\d{3,4}x\d{3,4}$")
    """Width and height of pictures, in pixels."""
    image_quality: Literal["low", "medium", "high", "xhigh", "max", "auto"] = "high"
    """Quality that the illustrator is asked for."""
    image_format: Literal["png", "jpeg", "webp"] = "jpeg"
    """File format of pictures."""
    global_style: str = "warm storybook illustration, soft gouache, gentle light, clear silhouettes"
    """Style of every picture, where the style of the request leaves it open."""
    scene_references: Literal["cover", "cover+refs"] = "cover"
    """What the illustrator sees for a scene. With the cover alone poses differ more; with the reference
    pictures, too, the heroes look more alike."""
    validation: Literal["review", "strict"] = "review"
    """What happens to a picture that misses a trait at its last try. `review`: it is used and marked.
    `strict`: it fails."""
    picture_tries: int = Field(3, ge=1, le=10)
    """Pictures that are drawn in all for one place in the book, while the check misses something."""
    trait_levels: dict[str, Literal["V", "P", "N"]] = Field(default_factory=dict)
    """How strictly traits are checked, by trait, as `{"glasses": "P"}`. `V`: must be seen. `P`: a miss is a
    warning. `N`: not asked. Other traits have the registry's level."""
    photographs: bool = False
    """Whether photographs of people may be reference pictures."""

    # Work
    image_concurrency: int = Field(8, ge=1)
    """Pictures that are drawn, or are next, in all processes together."""
    image_concurrency_per_process: int = Field(4, ge=1)
    """Pictures that one process draws at once. Half as many more are prepared meanwhile."""
    concurrency_per_process: int = Field(8, ge=1)
    """Attempts of each other actor group that one process runs at once."""
    cpu_processes: int = Field(2, ge=1)
    """Processes for drawing, sound and typesetting, beside each process with the role `actors`."""
    job_deadline_seconds: float = Field(900.0, gt=0, le=86_400)
    """Longest time of one attempt, in seconds. Then it fails with `JOB_TIMEOUT`."""
    attempts: dict[str, Annotated[int, Field(ge=1, le=100)]] = Field(default_factory=dict)
    """Attempts of a job in all, by actor group, as `{"content": 5}`, each 1 to 100. Other groups keep
    their own number, 2 or 3. A group that does not exist ends the start."""

    # Genesis
    genesis_life_days: float = Field(30.0, gt=0, le=3660)
    """How long a Genesis session lives after its last decision, in days. Then it expires."""
    genesis_reminder_days: float = Field(3.0, ge=0, le=3660)
    """How long before its end a person is reminded of a session, in days."""
    genesis_grace_days: float = Field(30.0, ge=0, le=3660)
    """How long an expired session can be extended, in days. Then it is deleted, and so is an abandoned
    one."""
    genesis_purge: bool = True
    """Whether sessions are deleted after their grace. `up` deletes none."""
    genesis_inbox_days: float = Field(30.0, gt=0, le=3660)
    """How long commands of ended sessions are remembered, in days. A later repetition counts as new."""

    # Commands that call a running service
    api_url: str = ""
    """URL of the service for `storytroupe create` and `watch`."""
    token: SecretStr = SecretStr("")
    """Bearer token for these commands."""

    @property
    def drain_grace(self) -> float:
        """How long a process that ends waits for its paid calls, in seconds."""
        if self.drain_seconds is not None:
            return self.drain_seconds
        longest = max(self.text_timeout_seconds, self.image_timeout_seconds, self.voice_timeout_seconds)
        return longest + DRAIN_MARGIN_SECONDS

    @property
    def secret_values(self) -> list[str]:
        """The secrets, which must never be shown or logged."""
        return [value.get_secret_value() for _, value in self if isinstance(value, SecretStr)]

    @field_validator("roles", "cors_origins", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        """Split a list, which the environment writes with commas."""
        return tuple(filter(None, map(str.strip, value.split(",")))) if isinstance(value, str) else value

    @field_validator("metrics_address")
    @classmethod
    def _check_address(cls, value: str) -> str:
        if value and _ADDRESS.fullmatch(value) is None:
            raise ValueError(f"{value!r} is not an address: write host:port")
        return value

    @field_validator("cors_origins")
    @classmethod
    def _check_origins(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        wrong = [origin for origin in value if origin != "*" and _ORIGIN.fullmatch(origin) is None]
        if wrong:
            raise ValueError(f"{wrong[0]!r} is not an origin: write https://host or https://host:port")
        return value
