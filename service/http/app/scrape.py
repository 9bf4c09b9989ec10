"""``/metrics`` at an address of its own, which only operators can reach. It needs no token there."""

from __future__ import annotations

from aiohttp import web

from service.http.app.keys import GAUGES, POLICY
from service.http.app.meta import measured
from service.http.app.middleware import error_middleware, observe


def make_scrape_app(app: web.Application) -> web.Application:
    """Make an application that serves the metrics of ``app`` and nothing else."""
    scrape = web.Application(middlewares=[observe, error_middleware])
    scrape[GAUGES] = app[GAUGES]
    scrape[POLICY] = app[POLICY]
    scrape.router.add_get("/metrics", measured)
    return scrape
