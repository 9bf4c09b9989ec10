"""Every key under which something is kept on the app or on a request."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from service.access.revocations import Revocations
from service.access.users import Users
from service.http.backlog import Backlog
from service.http.forecasts import Forecasts
from service.http.gauges import Gauges
from service.http.long_poll import LongPolls
from service.http.services import Services
from service.http.sse import EventStreams
from service.http.ws import Sockets
from service.settings import Settings

SERVICES = web.AppKey("services", Services)
SETTINGS = web.AppKey("settings", Settings)
USERS = web.AppKey("users", Users)
BACKLOG = web.AppKey("backlog", Backlog)
FORECASTS = web.AppKey("forecasts", Forecasts)
GAUGES = web.AppKey("gauges", Gauges)
SOCKETS = web.AppKey("sockets", Sockets)
STREAMS = web.AppKey("streams", EventStreams)
REVOCATIONS = web.AppKey("revocations", Revocations)
POLLS = web.AppKey("polls", LongPolls)
#: The OpenAPI document.
DESCRIPTION = web.AppKey("description", dict[str, Any])
#: The AsyncAPI document.
LIVE_DESCRIPTION = web.AppKey("live_description", dict[str, Any])

#: On a request: its id, and whether the head of its answer has gone out.
REQUEST_ID = web.RequestKey("request_id", str)
PREPARED = web.RequestKey("prepared", bool)
