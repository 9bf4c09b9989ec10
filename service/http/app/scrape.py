"""``/metrics`` at an address of its own, which only operators reach: no token is asked for there."""

from __future__ import annotations

from aiohttp import web

from service.http.app.keys import GAUGES, POLICY
from service.http.app.meta import measured
from service.http.app.middleware import error_middleware, observe


def make_scrape_app(app: web.Application) -> web.Application:
    """An application with nothing but what ``app`` measures."""
    scrape = web.Application(middlewares=[observe, error_middleware])
    scrape[GAUGES] = app[GAUGES]
    scrape[POLICY] = app[POLICY]
    scrape.router.add_get("/metrics", measured)
    return scrape
