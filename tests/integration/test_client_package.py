"""The distribution ``storytroupe-client``: it needs no server, says what it does, and its examples run."""

from __future__ import annotations

import inspect
import json
import re
import tomllib
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from aiohttp.test_utils import TestServer
from packaging.requirements import Requirement
from pydantic import SecretStr

from service.access.tokens import Tokens
from service.client import public
from service.client.api import connect
from service.client.following import Follower
from service.client.view import LibraryView, StoryView
from service.process.start import open_process
from service.settings import Settings
from tests.integration.client_package import ROOT, ClientEnvironment, make_environment
from tests.servers import http_url

DOCUMENTS = ("client/README.md", "docs/api.md")
SERVERS_OWN = ("service", "actors", "asyncpg", "redis", "openai", "aioboto3", "sqlalchemy", "PIL", "orjson")

IMPORT_ALL = """
import importlib, importlib.util, json, pkgutil
import storytroupe_client
modules = [found.name for found in pkgutil.walk_packages(storytroupe_client.__path__, "storytroupe_client.")]
for name in modules:
    importlib.import_module(name)
there = [name for name in sys.argv[1:] if importlib.util.find_spec(name)]
names = [name for name in storytroupe_client.__all__ if not hasattr(storytroupe_client, name)]
print(json.dumps({"modules": modules, "there": there, "missing": names}))
"""

#: Runs blocks of Python one after another, as `python -m asyncio` does.
RUN_BLOCKS = """
import ast, asyncio, inspect, json
namespace = {"__name__": "__main__"}
for block in json.loads(sys.argv[1]):
    code = compile(block, "example", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    ended = eval(code, namespace)
    if inspect.iscoroutine(ended):
        asyncio.run(ended)
"""


@pytest.fixture(scope="module")
async def environment(tmp_path_factory: pytest.TempPathFactory) -> ClientEnvironment:
    return await make_environment(tmp_path_factory.mktemp("client"))


@dataclass(frozen=True)
class Service:
    """A service that makes whole books."""

    url: str
    tokens: Tokens

    def variables(self) -> dict[str, str]:
        """The environment of a program of a new user."""
        token = self.tokens.issue(uuid4(), ttl=timedelta(hours=1))
        return {"STORYTROUPE_URL": self.url, "STORYTROUPE_TOKEN": token}


@pytest.fixture(scope="module")
async def service(
    module_database: str, stack: Any, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Service]:
    settings = Settings(
        database_url=module_database,
        database_http_url=http_url(stack, module_database),
        redis_url=stack.redis_url,
        redis_namespace="client-package",
        offline_latency=0.02,
        image_size="256x256",
        cpu_processes=1,
        files_dir=tmp_path_factory.mktemp("files"),
        jwt_secret=SecretStr("a secret of thirty-two bytes at least"),
    )
    tokens = Tokens(settings.jwt_secret.get_secret_value(), settings.jwt_issuer, settings.jwt_audience)
    async with open_process(settings) as process:
        assert process.app is not None
        async with TestServer(process.app) as server:
            yield Service(str(server.make_url("/")), tokens)


async def test_wheel_needs_nothing_of_the_server(environment: ClientEnvironment, tmp_path: Path) -> None:
    found = json.loads(await environment.run(IMPORT_ALL, *SERVERS_OWN, folder=tmp_path))
    assert (found["there"], found["missing"]) == ([], [])
    assert "storytroupe_client.client.api" in found["modules"]
    assert (environment.package / "storytroupe_client" / "py.typed").exists()
    assert [path.name for path in environment.package.iterdir() if path.suffix != ".dist-info"] == [
        "storytroupe_client"
    ]


def test_wheel_has_the_servers_version_and_ranges(environment: ClientEnvironment) -> None:
    server = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert f"\nVersion: {server['version']}\n" in environment.metadata
    ranges = set(map(Requirement, server["dependencies"]))
    assert environment.requirements
    assert ranges.issuperset(map(Requirement, environment.requirements))


@pytest.mark.parametrize("document", DOCUMENTS)
async def test_examples_of_the_documents_run(
    environment: ClientEnvironment, service: Service, tmp_path: Path, document: str
) -> None:
    text = (ROOT / document).read_text("utf-8")
    blocks = re.findall(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert blocks
    out = await environment.run(RUN_BLOCKS, json.dumps(blocks), folder=tmp_path, **service.variables())
    assert "ready=['content'" in out
    if document == "client/README.md":
        assert "scene_count: This must be at most 12." in out
        assert (tmp_path / "maya.pdf").read_bytes().startswith(b"%PDF")


def _documented() -> Iterator[tuple[str, Any]]:
    """Each public name, and each public member of its class, with what has the docstring."""
    for name in public.__all__:
        value = getattr(public, name)
        yield name, value
        if inspect.isclass(value) and not issubclass(value, Exception):
            for member, found in inspect.getmembers(value):
                if not member.startswith("_") and (inspect.isfunction(found) or isinstance(found, property)):
                    yield f"{name}.{member}", found


def test_public_names_have_docstrings() -> None:
    assert [name for name, value in _documented() if not (value.__doc__ or "").strip()] == []


def test_story_view_prints_what_is_known() -> None:
    view = StoryView("5e1f0a52")
    assert repr(view) == (
        "StoryView(id='5e1f0a52', title=None, status='generating', version=None, progress=0, ready=[])"
    )
    assets = {
        "cover": {"status": "generating", "progress": 50},
        "content": {"status": "ready", "progress": 100},
        "direction": {"status": "pending", "progress": 0},
    }
    view.start(3, {"title": "The Kite", "overall": "generating", "assets": assets})
    assert str(view) == (
        "StoryView(id='5e1f0a52', title='The Kite', status='generating', version=3, progress=75, "
        "ready=['content'])"
    )


async def test_other_views_and_the_client_print_what_they_are() -> None:
    library = LibraryView()
    library.start(0, {"stories": [{"id": "a", "created_at": "2026-01-01", "title": "The Kite"}]})
    assert repr(library) == "LibraryView(version=0, stories=['The Kite'])"
    async with connect("http://127.0.0.1:1/", "token") as client:
        assert repr(client) == "Client('http://127.0.0.1:1')"
        follower = Follower(client, "users:id=u", library, lambda _: None)
    assert repr(follower) == f"Follower('users:id=u', {library!r})"
