"""``GET /api/v1/traits``: the registry of traits, which is the same for all users."""

from __future__ import annotations

from aiohttp import web

from service.api.responses import Items
from service.domain.traits import Trait, registry
from service.http.io.bodies import success


async def index(_request: web.Request) -> web.Response:
    """GET /api/v1/traits: list the traits that characters can have."""
    response = success(Items[Trait](items=list(registry().values())))
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response
