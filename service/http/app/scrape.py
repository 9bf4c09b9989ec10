"""Serves ``/metrics`` at a separate address, which only operators can reach. It needs no token at this
address."""

from __future__ import annotations

from aiohttp import web

from service.http.app.keys import GAUGES, POLICY
from service.http.app.meta import measured
from service.http.app.middleware import error_middleware, observe


def make_scrape_app(app: web.Application) -> web.Application:
    """Make an application that serves only the metrics of ``app``."""
    scrape = web.Application(middlewares=[observe, error_middleware])
    scrape[GAUGES] = app[GAUGES]
    scrape[POLICY] = app[POLICY]
    scrape.router.add_get("/metrics", measured)
    return scrape
