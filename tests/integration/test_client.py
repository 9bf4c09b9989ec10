"""The Python client: a method for each call of a user, answered by the service's own models."""

from __future__ import annotations

import inspect
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, get_type_hints
from uuid import uuid4

import aiohttp
import pytest
from aiohttp import web

from service.api.requests import StoryRequest
from service.api.responses import Problem
from service.client.api import Client, connect, every
from service.client.transport import Transport
from service.domain.traits import registry
from service.errors import InvalidInput, NotFound, QuotaExceeded, Unauthorized
from service.http.app.routes import ROUTES, Route
from service.http.docs.examples import example_of
from service.http.docs.openapi import tag_of, template_of
from tests.http_service import Caller, HttpService, a_request
from tests.stubs.service_api import serving

#: The socket has a protocol of its own, and ``Follower`` speaks it.
APART = {"GET /api/v1/ws"}
OF_USERS = [
    route
    for route in ROUTES
    if tag_of(route) not in ("admin", "documents", "service") and f"{route.method} {route.path}" not in APART
]
METHODS = [
    (name, method)
    for name, method in inspect.getmembers(Client, inspect.isfunction)
    if not name.startswith("_") and name not in vars(Transport)
]


@asynccontextmanager
async def client_of(user: Caller) -> AsyncIterator[Client]:
    async with connect(user.url, user.token or "") as client:
        yield client


class Listening:
    """A service that notes what it is asked, and has nothing."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []

    def application(self) -> web.Application:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._answer)
        return app

    async def _answer(self, request: web.Request) -> web.Response:
        self.asked.append((request.method, request.path))
        return web.json_response(example_of(Problem), status=404)


def argument(parameter: inspect.Parameter, hints: dict[str, Any]) -> Any:
    """Something to call a method with."""
    name, hint = parameter.name, hints[parameter.name]
    if name.endswith("_id"):
        return uuid4()
    values: dict[Any, Any] = {str: "cover", int: 1, bytes: b"picture", Path: Path("nowhere")}
    return values.get(hint, ["cover"] if "Sequence" in str(hint) else {})


async def call(client: Client, name: str) -> None:
    """Call a method with what it must be given."""
    method = getattr(client, name)
    hints = get_type_hints(method)
    needed = [p for p in inspect.signature(method).parameters.values() if p.default is p.empty]
    result = method(*[argument(parameter, hints) for parameter in needed])
    if inspect.isasyncgen(result):
        await anext(result)
    else:
        await result


def route_of(method: str, path: str) -> Route:
    """The first route that takes such a request."""
    for route in ROUTES:
        pattern = re.sub(r"{\w+}", "[^/]+", template_of(route))
        if route.method == method and re.fullmatch(pattern, path):
            return route
    raise AssertionError(f"There is no {method} {path}")


async def test_client_has_a_method_for_each_call_of_a_user_with_its_answer() -> None:
    listening = Listening()
    covered: dict[str, str] = {}
    async with serving(listening.application()) as url, connect(url, "token") as client:
        for name, method in METHODS:
            listening.asked.clear()
            with pytest.raises(NotFound):
                await call(client, name)
            ((verb, path),) = listening.asked
            route = route_of(verb, path)
            covered[f"{route.method} {route.path}"] = name
            if route.answer is not None:
                assert get_type_hints(method)["return"] is route.answer, name
    assert covered.keys() == {f"{route.method} {route.path}" for route in OF_USERS}
    assert len(covered) == len(METHODS)


async def test_story_is_made_read_and_listed(http_service: HttpService, maya: Caller) -> None:
    async with client_of(maya) as client:
        made = [await client.create_story(StoryRequest.model_validate(a_request(title=t))) for t in "cab"]
        story = await client.read_story(made[0].id)
        assert (story.title, story.realtime_channel) == ("c", f"stories:id={story.id}")
        listed = [item.title async for item in every(client.list_stories, sort="title", limit=2)]
        assert listed == ["a", "b", "c"]
        assert (await client.cancel(story.id)).status == "cancelled"
        assert (await client.read_status(story.id)).overall == "cancelled"
        library = await client.create_library("Bedtime")
        await client.move_story(story.id, library.id)
        assert [item.id async for item in every(client.list_stories, library_id=library.id)] == [story.id]
        assert [trait.id for trait in (await client.list_traits()).items] == list(registry())


async def test_events_of_a_story_are_read_as_they_come(maya: Caller) -> None:
    async with client_of(maya) as client:
        story = await client.create_story(a_request())
        events = client.story_events(story.id)
        first = await anext(events)
        assert (first.name, first.version) == ("snapshot", 1)
        await client.cancel(story.id)
        versions = [(await anext(events)).version for _ in range(3)]
        assert versions == [2, 3, 4]
        await events.aclose()  # type: ignore[attr-defined]
        again = client.story_events(story.id, since=2)
        assert (await anext(again)).version == 3
        await again.aclose()  # type: ignore[attr-defined]


async def test_errors_are_the_services_own(http_service: HttpService, maya: Caller, stranger: Caller) -> None:
    async with client_of(maya) as client:
        with pytest.raises(InvalidInput, match="scene_count") as wrong:
            await client.create_story(a_request(scene_count=13))
        assert wrong.value.data["errors"][0]["path"] == "scene_count"
        with pytest.raises(NotFound) as missing:
            await client.read_library(uuid4())
        assert missing.value.code == "LIBRARY_NOT_FOUND"
    async with client_of(stranger) as client:
        await client.create_story(a_request())
        await client.create_story(a_request())
        with pytest.raises(QuotaExceeded) as spent:
            await client.create_story(a_request())
        assert spent.value.data["storyLimit"] == 2
    async with connect(http_service.url, "nonsense") as client:
        with pytest.raises(Unauthorized):
            await client.read_account()


async def test_answer_of_a_newer_service_is_read_by_an_older_client(maya: Caller) -> None:
    async def newer(_: web.Request) -> web.Response:
        from service.api.responses import Library

        data = example_of(Library) | {"colour": "blue"}
        return web.json_response({"success": True, "data": data})

    app = web.Application()
    app.router.add_get("/api/v1/libraries/{id}", newer)
    async with serving(app) as url, aiohttp.ClientSession() as session:
        assert (await Client(session, url).read_library(uuid4())).name == "Bedtime"
