"""The keys of values that are stored on the application or on a request."""

from __future__ import annotations

import re
from uuid import UUID

from aiohttp import web

from service.access.links import Links
from service.access.rates import Rates, Standing
from service.access.revocations import Revocations
from service.access.turns import Turns
from service.access.users import Users
from service.genesis.measures import CommandCounts
from service.http.admin.gauges import Gauges
from service.http.app.policy import Policy
from service.http.app.services import Services
from service.http.io.budgets import Budget
from service.http.live.long_poll import LongPolls
from service.http.live.sse import EventStreams
from service.http.live.ws import Sockets
from service.providers.cpu import CpuPool
from service.runtime.backlog import Backlog
from service.settings import Settings
from service.storage.picture_process import Decoders
from service.stories.forecasts import Forecasts

SERVICES = web.AppKey("services", Services)
SETTINGS = web.AppKey("settings", Settings)
USERS = web.AppKey("users", Users)
BACKLOG = web.AppKey("backlog", Backlog)
FORECASTS = web.AppKey("forecasts", Forecasts)
GAUGES = web.AppKey("gauges", Gauges)
COMMANDS = web.AppKey("commands", CommandCounts)
SOCKETS = web.AppKey("sockets", Sockets)
STREAMS = web.AppKey("streams", EventStreams)
REVOCATIONS = web.AppKey("revocations", Revocations)
POLLS = web.AppKey("polls", LongPolls)
RATES = web.AppKey("rates", Rates)
LINKS = web.AppKey("links", Links)
#: The budgets of users: for bytes of request bodies, for pictures, and for bytes of files that are being
#: sent.
BODIES = web.AppKey("bodies", Budget)
UPLOADS = web.AppKey("uploads", Budget)
FILES = web.AppKey("files", Budget)
#: The processes that decode uploaded pictures.
DECODERS = web.AppKey("decoders", Decoders)
#: The users whose data export is running.
EXPORTS: web.AppKey[set[UUID]] = web.AppKey("exports", set)
#: The process that makes the files of novels, and the turns of users at it.
EXPORTERS: web.AppKey[tuple[CpuPool, Turns]] = web.AppKey("exporters", tuple)
#: The pattern of paths whose URLs may be signed.
SIGNABLE: web.AppKey[re.Pattern[str]] = web.AppKey("signable", re.Pattern)
#: A function that makes the common headers of an answer.
POLICY = web.AppKey("policy", Policy)
#: The OpenAPI document and the AsyncAPI document as bytes. All answers share one copy, so that slow clients
#: use no extra memory.
DESCRIPTION = web.AppKey("description", bytes)
LIVE_DESCRIPTION = web.AppKey("live_description", bytes)

#: Keys of a request: its id, whether the head of its answer was sent, the state of its user's rate limit, and
#: whether pages of any origin may show its answer. ``intake.SHARE`` is the key for the body's share of the
#: memory budget.
REQUEST_ID = web.RequestKey("request_id", str)
PREPARED = web.RequestKey("prepared", bool)
RATE = web.RequestKey("rate", Standing)
SHARED = web.RequestKey("shared", bool)
