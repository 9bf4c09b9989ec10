"""The table of all routes. Each path works with and without a slash at its end. Each GET route except streams
also answers HEAD."""

from __future__ import annotations

import re
from dataclasses import replace

from aiohttp import hdrs, web

from service.api import operator_responses as o
from service.api import queries as q
from service.api import responses as a
from service.api.requests import (
    ApprovalBody,
    CharacterBody,
    CharacterPatch,
    ContentPatch,
    ForgetBody,
    GrantBody,
    ImagesOfStory,
    ImagesRequest,
    LibraryBody,
    LinksBody,
    OfStory,
    RedeliverRequest,
    RedriveRequest,
    RegenerateRequest,
    ResumeRequest,
    SecretBody,
    StoryPatch,
    StoryRequest,
    StudioKeyBody,
    UserPatch,
    WaitLinkBody,
    WebhookBody,
    WebhookPatch,
)
from service.domain.assets import MEDIA
from service.domain.traits import Trait
from service.genesis.answers import ResumeAnswer
from service.genesis.commands import CommandBody
from service.http.admin import jobs as admin_jobs
from service.http.admin import queues as admin
from service.http.admin import users as admin_users
from service.http.admin import webhooks as admin_webhooks
from service.http.app import meta
from service.http.app import web as studio
from service.http.app.keys import SIGNABLE
from service.http.app.novel_routes import NOVELS
from service.http.app.route import Route as Route
from service.http.live import endpoints as live
from service.http.live import polling
from service.http.resources import (
    account,
    assets,
    characters,
    creation,
    editing,
    estimate,
    export,
    genesis,
    genesis_waits,
    images,
    libraries,
    links,
    references,
    report,
    runs,
    stories,
    traits,
    webhooks,
)

_STORY = "/api/v1/stories/{id}"
_CHARACTER = "/api/v1/characters/{id}"
_LIBRARY = "/api/v1/libraries/{id}"
_WEBHOOK = "/api/v1/webhooks/{id}"
_SESSION = "/api/v1/genesis/{id}"
#: The media types of assets.
_FILES = tuple(media.type for media in MEDIA)

_GENESIS: tuple[Route, ...] = (
    Route("POST", "/api/v1/genesis/commands", "Send a command to a Genesis session, or start one",
          private=genesis.command, body=CommandBody, answer=a.CommandDone, created=True,
          statuses=(403, 404, 409, 410)),
    Route("POST", "/api/v1/genesis/estimate", "Estimate the cost of a whole plan without starting a session",
          private=genesis.estimate_plan, body=CommandBody, answer=a.PlanEstimate),
    Route("POST", f"{_SESSION}/estimate", "Estimate the cost of a command without executing it",
          private=genesis.estimate, body=CommandBody, answer=a.CommandEstimate, statuses=(409, 410)),
    Route("GET", "/api/v1/genesis", "List your Genesis sessions, newest first",
          private=genesis.index, answer=a.Items[a.SessionListed], query=q.SessionsQuery),
    Route("GET", f"{_SESSION}/state", "Read the state of a Genesis session, now or at an earlier version",
          private=genesis.state, answer=a.SessionState, query=q.StateQuery),
    Route("GET", f"{_SESSION}/history", "List the decisions about a Genesis session, newest first",
          private=genesis.history, answer=a.Items[a.DecisionMade], query=q.Paged),
    Route("GET", f"{_SESSION}/diff", "Compare versions, sessions or proposals",
          private=genesis.diff, answer=a.SessionDiff, query=q.DiffQuery),
    Route("GET", f"{_SESSION}/findings", "List possible problems in the plan of a Genesis session",
          private=genesis.findings, answer=a.Items[a.Finding]),
    Route("GET", f"{_SESSION}/calls", "List the newest 500 calls to providers for a Genesis session",
          private=genesis.calls, answer=a.Items[a.SessionCall]),
    Route("GET", f"{_SESSION}/events/stream", "Stream the changes of a Genesis session as server-sent events",
          private=live.session_events, query=q.EventsQuery, token_in_query=True,
          head=False, media=("text/event-stream",), statuses=(422,)),
    Route("GET", f"{_SESSION}/waits", "List the waits of a Genesis session, oldest first",
          private=genesis_waits.index, answer=a.Items[a.Wait]),
    Route("POST", "/api/v1/genesis/waits/{correlation_id}/link", "Sign a URL that can answer a wait",
          private=genesis_waits.link, body=WaitLinkBody, body_optional=True, answer=a.WaitLink),
    Route("GET", "/api/v1/genesis/resume/{correlation_id}", "Read the proposals of a wait",
          private=genesis_waits.show, answer=a.Cards, signed=True),
    Route("POST", "/api/v1/genesis/resume/{correlation_id}", "Answer a wait; only the first answer counts",
          private=genesis_waits.answer, body=ResumeAnswer, answer=a.CommandDone, signed=True,
          statuses=(409, 410)),
    Route("DELETE", _SESSION, "Delete a Genesis session; its novel stays",
          private=genesis.delete, answer=a.Deleted),
)  # fmt: skip

ROUTES: tuple[Route, ...] = (
    Route("POST", "/api/v1/stories", "Make a story",
          private=creation.make, body=StoryRequest, answer=a.StoryCreated, status=201, idempotent=True,
          statuses=(403, 404)),
    Route("GET", "/api/v1/stories", "List your stories, by default newest first",
          private=stories.index, answer=a.Items[a.StoryListed], query=q.StoriesQuery),
    Route("POST", "/api/v1/stories/estimate", "Estimate the cost and the time of a story without making it",
          private=estimate.estimate, body=StoryRequest, answer=a.Estimated, statuses=(404,)),
    Route("GET", _STORY, "Read a story with its text and the state of its assets",
          private=stories.show, answer=a.Story),
    Route("PATCH", _STORY, "Move a story to another library",
          private=stories.move, body=StoryPatch, answer=a.StoryState),
    Route("DELETE", _STORY, "Delete a story and its files",
          private=stories.delete, answer=a.Deleted),
    Route("POST", f"{_STORY}/cancel", "Cancel the making of a story; assets that are ready stay",
          private=stories.cancel, answer=a.StoryState, statuses=(409,)),
    Route("POST", f"{_STORY}/resume", "Make the assets that failed or were cancelled",
          private=runs.resume_story, body=ResumeRequest, body_optional=True, answer=a.StoryState,
          idempotent=True, statuses=(403, 409)),
    Route("GET", f"{_STORY}/status", "Read the state of a story, for clients that poll",
          private=polling.status, answer=a.Status, bare=True, query=q.WaitQuery),
    Route("GET", f"{_STORY}/generation-status", "Read the newest run of a story",
          private=polling.generation_status, answer=a.GenerationStatus, bare=True, query=q.WaitQuery),
    Route("GET", f"{_STORY}/assets/{{asset}}", "Read the file of an asset",
          private=assets.show, query=q.AssetQuery, signed=True,
          media=_FILES, statuses=(206, 302, 304, 416)),
    Route("GET", f"{_STORY}/assets/{{asset}}/versions", "List the files that were made for an asset",
          private=runs.versions, answer=a.Items[a.Version]),
    Route("POST", f"{_STORY}/assets/{{asset}}/versions/{{version}}/restore", "Restore an earlier file",
          private=runs.restore, answer=a.RunStarted, idempotent=True, statuses=(409,)),
    Route("POST", f"{_STORY}/assets/regenerate", "Make assets again",
          private=runs.regenerate, body=RegenerateRequest, answer=a.RunStarted, status=202,
          idempotent=True, statuses=(403, 409)),
    Route("PATCH", f"{_STORY}/content", "Change the text; assets that show the change can be made again",
          private=editing.change, body=ContentPatch, answer=a.RunStarted, idempotent=True, statuses=(409,)),
    Route("POST", f"{_STORY}/images/generate", "Make all pictures again; 409 while they are being made",
          private=images.generate, body=ImagesRequest, answer=a.ImageJobBegun, status=202, idempotent=True,
          body_optional=True, statuses=(409,)),
    Route("POST", f"{_STORY}/images/clear", "End the image job of a story",
          private=images.clear, answer=a.Cleared, idempotent=True, statuses=(409,)),
    Route("GET", f"{_STORY}/images/job", "Read the newest image job of a story",
          private=images.job, answer=a.ImageJob),
    Route("GET", f"{_STORY}/report", "Read the report: checks of the pictures, and cost of all calls",
          private=report.show, answer=a.Report),
    Route("GET", f"{_STORY}/events", "Stream the changes of a story as server-sent events",
          private=live.events, query=q.EventsQuery, token_in_query=True,
          head=False, media=("text/event-stream",), statuses=(422,)),
    Route("GET", "/api/v1/account/events", "Stream the changes of all your stories as server-sent events",
          private=live.library, token_in_query=True, head=False, media=("text/event-stream",)),
    Route("GET", "/api/v1/ws", "Open a websocket with the subprotocol storytroupe.v1",
          public=live.socket, head=False, status=101, statuses=(400,)),
    *_GENESIS,
    *NOVELS,
    Route("POST", "/api/v1/characters", "Create a character",
          private=characters.create, body=CharacterBody, answer=a.CharacterKept, status=201, idempotent=True,
          statuses=(409,)),
    Route("GET", "/api/v1/characters", "List your characters, newest first",
          private=characters.index, answer=a.Items[a.CharacterKept], query=q.Paged),
    Route("GET", _CHARACTER, "Read a character",
          private=characters.show, answer=a.CharacterKept),
    Route("PATCH", _CHARACTER, "Change a character",
          private=characters.change, body=CharacterPatch, answer=a.CharacterKept),
    Route("DELETE", _CHARACTER, "Delete a character",
          private=characters.delete, answer=a.Deleted),
    Route("GET", f"{_CHARACTER}/references", "List the reference pictures of a character",
          private=references.index, answer=a.Items[a.Reference]),
    Route("POST", f"{_CHARACTER}/references", "Add a reference picture: the file, or a form with an image",
          private=references.add, answer=a.Reference, status=201, query=q.ReferenceQuery,
          takes=("image/png", "image/jpeg", "image/webp", "multipart/form-data"), statuses=(403, 409)),
    Route("GET", f"{_CHARACTER}/references/{{reference}}", "Read a reference picture of a character",
          private=references.show, query=q.FileQuery, signed=True,
          media=("image/jpeg",), statuses=(206, 302, 304, 416)),
    Route("DELETE", f"{_CHARACTER}/references/{{reference}}", "Delete a reference picture of a character",
          private=references.delete, answer=a.Deleted),
    Route("PUT", f"{_CHARACTER}/approved-reference", "Choose the picture that books are drawn from",
          private=references.approve, body=ApprovalBody, answer=a.Items[a.Reference]),
    Route("POST", "/api/v1/webhooks", "Create a webhook; messages are signed as Standard Webhooks",
          private=webhooks.create, body=WebhookBody, answer=a.WebhookMade, status=201, idempotent=True,
          statuses=(409,)),
    Route("GET", "/api/v1/webhooks", "List your webhooks, newest first",
          private=webhooks.index, answer=a.Items[a.Webhook], query=q.Paged),
    Route("GET", _WEBHOOK, "Read a webhook",
          private=webhooks.show, answer=a.Webhook),
    Route("PATCH", _WEBHOOK, "Change a webhook, or pause it",
          private=webhooks.change, body=WebhookPatch, answer=a.Webhook),
    Route("DELETE", _WEBHOOK, "Delete a webhook",
          private=webhooks.delete, answer=a.Deleted),
    Route("POST", f"{_WEBHOOK}/secret", "Make a new secret for a webhook",
          private=webhooks.rotate, body=SecretBody, body_optional=True, answer=a.WebhookSecret,
          idempotent=True),
    Route("GET", f"{_WEBHOOK}/deliveries", "List the deliveries of a webhook with their results",
          private=webhooks.deliveries, answer=a.Items[a.WebhookDelivery], query=q.DeliveriesQuery),
    Route("POST", f"{_WEBHOOK}/deliveries/{{delivery}}/redeliver", "Post a delivery again",
          private=webhooks.redeliver, answer=a.WebhookDelivery, status=202, idempotent=True),
    Route("POST", "/api/v1/libraries", "Create a library",
          private=libraries.create, body=LibraryBody, answer=a.Library, status=201, idempotent=True,
          statuses=(409,)),
    Route("GET", "/api/v1/libraries", "List your libraries, newest first",
          private=libraries.index, answer=a.Items[a.Library], query=q.Paged),
    Route("GET", _LIBRARY, "Read a library",
          private=libraries.show, answer=a.Library),
    Route("PATCH", _LIBRARY, "Rename a library",
          private=libraries.change, body=LibraryBody, answer=a.Library),
    Route("DELETE", _LIBRARY, "Delete an empty library",
          private=libraries.delete, answer=a.Deleted, statuses=(409,)),
    Route("GET", "/api/v1/account", "Read your tier, your quota and the cost of your calls",
          private=account.show, answer=a.Account),
    Route("GET", "/api/v1/account/export", "Export all data and files about you, as a zip",
          private=export.export, media=("application/zip",), statuses=(409,), head=False),
    Route("DELETE", "/api/v1/account", "Delete your account and all its data; this cannot be undone",
          private=account.forget, body=ForgetBody, answer=a.Deleted),
    Route("POST", "/api/v1/account/sign-out", "Withdraw all your tokens, including the token of this request",
          private=account.sign_out, answer=a.SignedOut),
    Route("POST", "/api/v1/links", "Sign URLs of files; a signed URL needs no token",
          private=links.sign, body=LinksBody, answer=a.Links),
    Route("GET", "/api/v1/traits", "List the traits that characters can have",
          public=traits.index, answer=a.Items[Trait]),
    Route("GET", "/api/v1/admin/queues", "List the queues with their length, age and rate; operators only",
          private=admin.queues, answer=a.Items[o.QueueState]),
    Route("POST", "/api/v1/admin/queues/{name}/pause", "Pause a queue; operators only",
          private=admin.pause, answer=o.QueueState),
    Route("POST", "/api/v1/admin/queues/{name}/unpause", "Continue a paused queue; operators only",
          private=admin.unpause, answer=o.QueueState),
    Route("GET", "/api/v1/admin/stopped", "List the work that waits for a person; operators only",
          private=admin.blocked, answer=a.Items[o.BlockedProvider]),
    Route("GET", "/api/v1/admin/workers", "List the running processes; operators only",
          private=admin.workers, answer=a.Items[o.WorkerState]),
    Route("POST", "/api/v1/admin/workers/{id}/drain", "Ask a process to drain and end; operators only",
          private=admin.drain, answer=o.WorkerState, status=202),
    Route("GET", "/api/v1/admin/jobs", "List jobs of all users, newest first; operators only",
          private=admin_jobs.index, answer=a.Items[o.JobState], query=q.JobsQuery),
    Route("GET", "/api/v1/admin/jobs/{job}", "Read a job with its history and its calls; operators only",
          private=admin_jobs.show, answer=o.JobDetail),
    Route("GET", "/api/v1/admin/dead", "List dead letters, newest first; operators only",
          private=admin_jobs.dead, answer=a.Items[o.DeadLetter], query=q.DeadQuery),
    Route("POST", "/api/v1/admin/dead/redrive", "Run dead letters again; operators only",
          private=admin_jobs.redrive, body=RedriveRequest, answer=o.Redriven),
    Route("POST", "/api/v1/admin/dead/{job}/redrive", "Run a dead letter again; operators only",
          private=admin_jobs.redrive_one, answer=o.JobState, statuses=(409,)),
    Route("GET", "/api/v1/admin/users", "List users, newest first; operators only",
          private=admin_users.index, answer=a.Items[o.UserListed], query=q.Paged),
    Route("GET", "/api/v1/admin/users/{id}", "Read a user; operators only",
          private=admin_users.show, answer=o.UserDetail),
    Route("PATCH", "/api/v1/admin/users/{id}", "Set the tier of a user; operators only",
          private=admin_users.change, body=UserPatch, answer=o.UserDetail),
    Route("POST", "/api/v1/admin/users/{id}/packs", "Grant a user a pack of stories; operators only",
          private=admin_users.grant, body=GrantBody, answer=o.UserDetail),
    Route("GET", "/api/v1/admin/spend", "Read the cost of all calls; operators only",
          private=admin_users.spend, answer=o.SpendReport, query=q.SpendQuery),
    Route("GET", "/api/v1/admin/webhooks/dead", "List dead deliveries to webhooks; operators only",
          private=admin_webhooks.dead, answer=a.Items[a.DeadDelivery], query=q.Paged),
    Route("POST", "/api/v1/admin/webhooks/dead/redeliver", "Post dead deliveries again; operators only",
          private=admin_webhooks.redeliver, body=RedeliverRequest, answer=a.Redelivered),
    Route("POST", "/stories", "Make a story (path of the source document on polling)",
          private=creation.make_flat, body=StoryRequest, answer=a.LegacyCreated, status=201, bare=True,
          idempotent=True, statuses=(403, 404)),
    Route("POST", "/api/generate_images", "Make all pictures again (path of the source document)",
          private=images.generate_of_body, body=ImagesOfStory, answer=a.ImageJobBegun, status=202, bare=True,
          idempotent=True, statuses=(404, 409)),
    Route("POST", "/api/clear_image_job", "End an image job (path of the source document)",
          private=images.clear_of_body, body=OfStory, answer=a.Cleared, bare=True, idempotent=True,
          statuses=(404, 409)),
    Route("GET", "/stories/{id}/status", "Read the state of a story (path of the source document)",
          private=polling.legacy, answer=a.LegacyStatus, bare=True, query=q.WaitQuery),
    *(replace(route, path=route.path.removeprefix("/api/v1")) for route in _GENESIS),
    Route("GET", "/healthz", "Check whether the process runs",
          public=meta.health, answer=a.Health, bare=True),
    Route("GET", "/readyz", "Check whether the process can serve requests; 503 with reasons if not",
          public=meta.ready, answer=a.Readiness, bare=True, statuses=(503,)),
    Route("GET", "/metrics", "Read the metrics in Prometheus's text form; operators only",
          private=meta.metrics, media=("text/plain",), statuses=(403,)),
    Route("GET", "/api/openapi.json", "Read this description",
          public=meta.openapi, media=("application/json",)),
    Route("GET", "/api/asyncapi.json", "Read the AsyncAPI document of the live protocol",
          public=meta.asyncapi,
          media=("application/json",)),
    Route("GET", "/api/novel.schema.json", "Read the JSON schema of a novel that is exported as JSON",
          public=meta.novel_schema, media=("application/schema+json",)),
    Route("GET", "/docs/live", "Show the description of the live protocol as a page", public=studio.live_docs,
          media=("text/html",)),
    Route("GET", "/docs", "Show this description as a page", public=studio.docs, media=("text/html",)),
    Route("GET", "/", "Open the studio", public=studio.home, media=("text/html",)),
    Route("POST", "/studio/session", "Exchange the key in the studio's URL for a token",
          public=studio.session, body=StudioKeyBody, answer=a.StudioSession, statuses=(403, 404)),
    Route("GET", "/web/fonts/{file:.+}", "Read a font of the studio", public=studio.font, media=("*/*",)),
    Route("GET", "/web/{file:.+}", "Read a file of the studio", public=studio.file, media=("*/*",)),
)  # fmt: skip


def signable() -> re.Pattern[str]:
    """Return a pattern of the paths whose URLs may be signed according to the table."""
    paths = [re.sub(r"{\w+}", lambda _: "[A-Za-z0-9_-]+", route.path) for route in ROUTES if route.signed]
    return re.compile("|".join(paths))


def add_routes(app: web.Application) -> None:
    """Add every route of the table to the application."""
    app[SIGNABLE] = signable()
    for route in ROUTES:
        handler = route.handler
        for path in dict.fromkeys((route.path, f"{route.path.rstrip('/')}/")):
            if route.method == hdrs.METH_GET:
                app.router.add_get(path, handler, allow_head=route.head)
            else:
                app.router.add_route(route.method, path, handler)
