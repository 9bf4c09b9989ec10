"""The settings, read once from the environment.

Their names have the prefix ``STORYTROUPE_``. Settings with a common name (``DATABASE_URL``, ``REDIS_URL``,
``OPENAI_API_KEY`` …) also have that name.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import NoDecode, SettingsConfigDict

from service.attribute_docs import describe_fields
from service.provider_settings import ProviderSettings, shared_name

_ORIGIN = re.compile(r"https?://[a-z0-9.\[\]:-]+")

_ADDRESS = re.compile(r"([\w.-]+|\[[0-9a-fA-F:.]+\]):\d{1,5}")

Role = Literal["http", "actors", "relay", "reconcile"]
ROLES: tuple[Role, ...] = ("http", "actors", "relay", "reconcile")


#: Time after the longest call to store its answer and to settle its job, in seconds.
DRAIN_MARGIN_SECONDS = 10.0


class Settings(ProviderSettings):
    """All settings of an operator. ``docs/reference/settings.md`` is generated from this class."""

    model_config = SettingsConfigDict(
        env_prefix="STORYTROUPE_",
        frozen=True,
        extra="ignore",
        populate_by_name=True,
        json_schema_extra=describe_fields,
    )

    # Servers
    database_url: str = Field("", validation_alias=shared_name("DATABASE_URL"))
    """PostgreSQL, as `postgresql://user:password@host:5432/name`. The login owns the tables."""
    database_http_url: str = Field("", validation_alias=shared_name("DATABASE_HTTP_URL"))
    """URL of the same database with the login for requests of users. This login may only act for one user at
    a time. Empty: requests of users use `DATABASE_URL`, with a warning."""
    database_pool: int = Field(16, ge=4)
    """Maximum number of connections of one process to PostgreSQL, in addition to two for notifications. With
    `DATABASE_HTTP_URL` and the role `http`, half of these connections are for requests of users."""
    redis_url: str = Field("", validation_alias=shared_name("REDIS_URL"))
    """Redis or Valkey, as `redis://user:password@host:6379/0`."""
    redis_namespace: str = "storytroupe"
    """Prefix of each key in Redis. Services that share a Redis server need different prefixes."""

    # The process
    roles: Annotated[tuple[Role, ...], NoDecode] = ROLES
    """What the process does: `http` answers requests, `actors` makes assets, `relay` publishes events,
    `reconcile` repairs what other processes lost."""
    host: str = "127.0.0.1"
    """Address on which the API listens. `0.0.0.0` means every address of the machine."""
    port: int = Field(8080, ge=0, le=65535)
    """Port on which the API listens. 0: any free port."""
    public_url: str = ""
    """URL at which browsers reach the service, if a proxy makes it different from host and port."""
    metrics_address: str = ""
    """Address as `host:port` where `/metrics` needs no token. Empty: only the API serves `/metrics`, with a
    token."""
    lease_seconds: float = Field(12.0, gt=0)
    """How long a process may fail to renew its lease before other processes take over its jobs, in
    seconds."""
    drain_seconds: float | None = Field(None, ge=0)
    """How long a process that shuts down waits for its paid calls, in seconds. Not set: the longest timeout
    of a call plus 10 seconds."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """Lowest level of log events that are written."""
    log_format: Literal["console", "json"] = "console"
    """Form of the log on standard error: lines for a person, or one JSON object for each event."""

    # Tokens
    jwt_secret: SecretStr = SecretStr("")
    """Secret that signs and checks bearer tokens (HS256): 32 bytes or more, the same in every process.
    `up` makes its own."""
    jwt_issuer: str = "storytroupe"
    """Issuer (`iss`) of the tokens that this service makes."""
    jwt_audience: str = "storytroupe"
    """Audience (`aud`) that tokens must name."""
    jwks_url: str = ""
    """URL of the public keys (JWKS) of another issuer, whose tokens are then accepted, too. It must be https,
    unless the server is on this machine."""
    jwks_issuer: str = ""
    """Issuer (`iss`) of the tokens that are checked with the keys of `STORYTROUPE_JWKS_URL`."""
    jwks_audience: str = ""
    """Audience (`aud`) of the tokens that are checked with the keys of `STORYTROUPE_JWKS_URL`. Empty:
    `STORYTROUPE_JWT_AUDIENCE`."""
    jwt_leeway_seconds: float = Field(30.0, ge=0, le=300)
    """How much the clock of an issuer may differ from the clock of this machine, in seconds."""
    jwt_longest_days: float = Field(366.0, ge=1, le=3660)
    """Longest validity of a token, in days. A sign-out is remembered for the same time."""

    # Requests
    cors_origins: Annotated[tuple[str, ...], NoDecode] = ()
    """Origins whose pages may call the API with a token, as `https://host:port`. `*`: any."""
    rate_per_second: float = Field(200.0, ge=0)
    """Average number of requests per second that one process accepts from one user. 0: no limit."""
    rate_burst: int = Field(1000, ge=1)
    """Number of requests of one user that one process accepts at once, before the rate applies."""
    transactions_per_user: int = Field(4, ge=1)
    """Number of transactions of one user that one process runs at once."""
    requests_in_line: int = Field(256, ge=0)
    """Number of requests of one user that may wait for a transaction. Further requests get the status 429."""
    max_backlog: int = Field(200_000, ge=1)
    """Number of waiting jobs of all users from which requests for new work get the status 429. From half of
    this number on, a user who has a tenth of this number waiting cannot add jobs."""

    # Connections
    head_seconds: float = Field(15.0, gt=0)
    """Longest time in which the head of a request must arrive, in seconds."""
    idle_seconds: float = Field(75.0, gt=0)
    """Longest time between two requests on one connection, in seconds."""
    body_seconds: float = Field(300.0, gt=0)
    """Longest time in which the body of a request must arrive, in seconds."""
    body_bytes_per_second: int = Field(4096, ge=0)
    """Lowest speed at which a body may arrive, in bytes per second. A body of more than 64 KiB must arrive
    four times as fast."""
    stall_seconds: float = Field(60.0, gt=0)
    """Longest time during which a client may read no byte of its answer, in seconds."""
    connections: int = Field(8192, ge=0)
    """Maximum number of open connections of one process. 0: no limit."""
    connections_per_address: int = Field(512, ge=0)
    """Maximum number of open connections of one process to one client address (IPv6: to one /64). 0: no
    limit, for use behind a proxy."""
    body_bytes: int = Field(32 << 20, ge=1 << 20)
    """Memory of one process for bodies of more than 64 KiB, for all users together, in bytes."""
    body_bytes_per_user: int = Field(8 << 20, ge=1 << 20)
    """Memory of one process for bodies of more than 64 KiB, for one user, in bytes."""
    file_bytes: int = Field(256 << 20, ge=1 << 20)
    """Total size of the files that one process sends to all users at the same time, in bytes."""
    file_bytes_per_user: int = Field(64 << 20, ge=1 << 20)
    """Total size of the files that one process sends to one user at the same time, in bytes."""
    uploads: int = Field(16, ge=1)
    """Number of pictures that one process receives from all users at the same time."""
    uploads_per_user: int = Field(2, ge=1)
    """Number of pictures that one process receives from one user at the same time."""
    webhook_private_addresses: bool = False
    """Whether webhooks may use private addresses and plain http."""

    # Other systems
    publish_tries: int = Field(20, ge=1, le=100)
    """Number of tries to publish events that the events stream or a sink refuses, with growing pauses. After
    the last try, the events are a dead letter. A try does not count if the server does not answer."""
    integration_stream: bool = False
    """Whether events also go to the Redis stream `{namespace}:integration`, as CloudEvents, for consumer
    groups of other systems."""
    integration_keep_hours: float = Field(168.0, gt=0, le=8784)
    """How long entries of the stream `{namespace}:integration` are kept, in hours."""
    kafka_servers: str = ""
    """Kafka brokers that also get the events, as `host:port,host:port`. Empty: no Kafka. This setting needs
    the extra `kafka`."""
    kafka_topics: str = Field("storytroupe", pattern=r"^[A-Za-z0-9._-]{1,200}$")
    """Prefix of the names of Kafka topics. Each kind of aggregate has a topic: `storytroupe.story`,
    `storytroupe.genesis`."""
    kafka_security: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = "PLAINTEXT"
    """Security protocol of connections to the Kafka brokers."""
    kafka_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = "PLAIN"
    """SASL mechanism with which the service signs in at the Kafka brokers."""
    kafka_username: str = ""
    """User name for the Kafka brokers."""
    kafka_password: SecretStr = SecretStr("")
    """Password for the Kafka brokers."""

    # Files
    files_dir: Path = Path("data/files")
    """Folder for files, if files are not in S3. All processes must share this folder."""
    cdn_base_url: str = ""
    """Base URL at which clients find files. Empty: the API serves the files."""
    s3_bucket: str = Field("", validation_alias=shared_name("S3_BUCKET"))
    """Bucket for files. Empty: files are in `STORYTROUPE_FILES_DIR`."""
    s3_endpoint_url: str = Field("", validation_alias=shared_name("S3_ENDPOINT_URL"))
    """URL of an S3-compatible server. Empty: AWS."""
    aws_region: str = Field("us-east-1", validation_alias=shared_name("AWS_REGION"))
    """Region of the bucket."""
    aws_access_key_id: str = Field("", validation_alias=shared_name("AWS_ACCESS_KEY_ID"))
    """Id of the key for the bucket."""
    aws_secret_access_key: SecretStr = Field(
        SecretStr(""), validation_alias=shared_name("AWS_SECRET_ACCESS_KEY")
    )
    """Secret of the key for the bucket."""
    store_tries: int = Field(3, ge=1, le=10)
    """Number of tries to store a file, if the failure may be temporary, for example a full disk. After the
    last try, the attempt fails."""

    # Work
    image_concurrency: int = Field(8, ge=1)
    """Number of pictures that all processes together draw at once, including those that are being
    prepared."""
    image_concurrency_per_process: int = Field(4, ge=1)
    """Number of pictures that one process draws at once. Half as many further pictures are prepared
    meanwhile."""
    concurrency_per_process: int = Field(8, ge=1)
    """Number of attempts that one process runs at once, for each actor group that does not draw."""
    cpu_processes: int = Field(2, ge=1)
    """Number of helper processes that each process with the role `actors` starts for drawing, sound and
    typesetting."""
    job_deadline_seconds: float = Field(900.0, gt=0, le=86_400)
    """Longest time of one attempt, in seconds. Then the attempt fails with `JOB_TIMEOUT`."""
    attempts: dict[str, Annotated[int, Field(ge=1, le=100)]] = Field(default_factory=dict)
    """Total number of attempts of a job, by actor group, as `{"content": 5}`; each 1 to 100. All other groups
    keep their default, 2 or 3. If a group does not exist, the process does not start."""

    # Genesis
    genesis_life_days: float = Field(30.0, gt=0, le=3660)
    """How long a Genesis session stays active after its last decision, in days. Then it expires."""
    genesis_reminder_days: float = Field(3.0, ge=0, le=3660)
    """How long before a session expires its user is reminded, in days."""
    genesis_grace_days: float = Field(30.0, ge=0, le=3660)
    """How long an expired session can be extended, in days. After this time, expired and abandoned sessions
    are deleted."""
    genesis_purge: bool = True
    """Whether expired and abandoned sessions are deleted after their grace period. `up` deletes no
    session."""
    genesis_inbox_days: float = Field(30.0, gt=0, le=3660)
    """How long commands of ended sessions are remembered, in days. A repetition after this time counts as a
    new command."""

    # Commands that call a running service
    api_url: str = ""
    """URL of the service for `storytroupe create` and `watch`."""
    token: SecretStr = SecretStr("")
    """Bearer token for `storytroupe create` and `watch`."""

    @property
    def drain_grace(self) -> float:
        """How long a process that shuts down waits for its paid calls, in seconds."""
        if self.drain_seconds is not None:
            return self.drain_seconds
        longest = max(self.text_timeout_seconds, self.image_timeout_seconds, self.voice_timeout_seconds)
        return longest + DRAIN_MARGIN_SECONDS

    @property
    def secret_values(self) -> list[str]:
        """The values of all secret settings. They must never be shown or logged."""
        return [value.get_secret_value() for _, value in self if isinstance(value, SecretStr)]

    @field_validator("roles", "cors_origins", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        """Split a list that the environment separates with commas."""
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
