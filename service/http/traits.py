"""``GET /api/v1/traits``: the registry, which is the same for everyone."""

from __future__ import annotations

from aiohttp import web

from service.domain.traits import registry
from service.http.answers import Items, TraitListed
from service.http.bodies import success


async def index(_request: web.Request) -> web.Response:
    """GET /api/v1/traits"""
    items = [TraitListed(**trait.model_dump()) for trait in registry().values()]
    response = success(Items[TraitListed](items=items))
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response
