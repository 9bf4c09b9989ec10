"""Builds examples of requests and answers for the API description. Examples are built from the fields of the
models, so every model has a valid example."""

from __future__ import annotations

import types
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints, is_typeddict
from uuid import UUID

from pydantic import BaseModel, TypeAdapter, ValidationError

from service.domain.assets import EXTRAS

STORY = "5b0c7f3e-6a52-4c1e-9d4b-0d9f2f6f1a11"
_RUN = "7c9e6679-7425-40de-944b-e07fc1f90ae7"
_LIBRARY = "2f1a8a52-9f6c-4a7e-8a35-1f4f0c1b9d22"
_CHARACTER = "c4a1f0d2-7b3e-4f5a-8c6d-1e2f3a4b5c6d"
_WEBHOOK = "e1d2c3b4-a5f6-4a7b-8c9d-0e1f2a3b4c5d"
_WORKER = "0f9e8d7c-6b5a-4c3d-9e2f-1a0b9c8d7e6f"
_PICTURE = f"/api/v1/characters/{_CHARACTER}/references/7c9e6679-7425-40de-944b-e07fc1f90ae7"
SESSION = "8d3f1b52-0c4e-4f7a-9b61-2e5d7a9c4f10"
NOVEL = "3e6f0c71-5a2d-4b8e-8c19-7d4f2a6b9e05"
_USER = "9b2d1c60-3d0b-4f0c-8a68-3f5f5a1f7e33"
_MADE = "2026-11-20T09:30:00Z"
_HASH = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
_TITLE = "Maya and the Paper Moon"
_COVER = f"/api/v1/stories/{STORY}/assets/cover?v=9f86d081884c7d65"
_BEGUN = {
    "overall": "generating",
    "assets": {"content": {"status": "generating", "progress": 0, "metadata": {}}},
}
_WARNING = {
    "code": "STYLE_NOT_PAINTED",
    "field": "style",
    "message": "This style names neither gouache, cut paper, ink and wash nor linocut.",
}
_HERO = {
    "name": "Maya",
    "age": 6,
    "description": "curious, laughs loudly",
    "traits": ["glasses", {"id": "manual_wheelchair", "detail": "red wheels"}],
    "looks": {"hair": "black curls", "outfit": "yellow raincoat"},
    "preferred_words": {"manual_wheelchair": "wheels"},
}

#: Examples for path parameters, by name.
OF_PARTS: Mapping[str, Any] = {
    "asset": "cover",
    "version": 1,
    "number": 1,
    "delivery": _RUN,
    "correlation_id": _RUN,
    "name": "content",
    "file": "app.js",
    "job": _RUN,
    "reference": _RUN,
    "pack": "story_pack_5",
}

#: Examples for the path parameter `{id}`, by the resource of the path.
OF_RESOURCES: Mapping[str, str] = {
    "stories": STORY,
    "characters": _CHARACTER,
    "libraries": _LIBRARY,
    "webhooks": _WEBHOOK,
    "users": _USER,
    "workers": _WORKER,
    "genesis": SESSION,
    "novels": NOVEL,
}

#: Examples for fields, by field name. An example is used only if the type of the field allows it.
_OF_FIELDS: Mapping[str, Any] = {
    "id": STORY,
    "story_id": STORY,
    "aggregate_id": STORY,
    "task_id": _RUN,
    "job_id": _RUN,
    "job_ids": [_RUN],
    "library_id": _LIBRARY,
    "user_id": _USER,
    "title": _TITLE,
    "name": "Bedtime",
    "summary": "Maya rolls up a hill to mend the moon.",
    "status": "ready",
    "overall": "ready",
    "status_message": "Your story is ready.",
    "code": "PROVIDER_REFUSED",
    "message": "The provider refuses to make this. Change the request.",
    "current_step": "done",
    "progress": 100,
    "version": 14,
    "realtimeChannel": f"stories:id={STORY}",
    "cover_url": _COVER,
    "url": _COVER,
    "hash": _HASH,
    "bytes": 184_320,
    "media_type": "image/jpeg",
    "warnings": [_WARNING["message"]],
    "warning_details": [_WARNING],
    "assets": ["cover"],
    "asset": "cover",
    "stale": [],
    "hue_extracted_colors": {"cover": ["#1b2a4b", "#7a2e3a", "#2f5d46"]},
    "audio_words": [{"txt": "Maya", "start": 0.0, "end": 0.41}],
    "audio_blocks": {"a": '<span data-word="0">Maya</span>'},
    "activities": {"questions": []},
    "brief": {"characters": [{"name": "Maya", "age": 6}], "scene_count": 1},
    "content": {
        "title": _TITLE,
        "summary": "Maya rolls up a hill to mend the moon.",
        "language": "en",
        "cover_alt": "Maya in the mountains, in the evening, under the stars.",
        "beats": [{"index": 1, "text": "The moon had a tear in it.", "alt": "Maya looks up at the moon."}],
    },
    "asset_generation_status": {
        "overall": "ready",
        "assets": {"content": {"status": "ready", "progress": 100, "metadata": {}}},
    },
    "tier": "individual",
    "storiesUsed": 3,
    "storyLimit": 30,
    "period": "month",
    "upgradeOptions": ["story_pack_5"],
    "scopes": [],
    "events": ["story.ready", "story.failed"],
    "event": "story.ready",
    "hostname": "troupe-1",
    "roles": ["http", "actors", "relay", "reconcile"],
    "slots": {"content": 8},
    "pool": "content",
    "group": "content",
    "reasons": {},
    "kind": "build",
    "answered": 204,
    "step": "picture",
    "model": "gpt-image-2.5-sunburst",
    "outcome": "ok",
    "priority": "normal",
    "request_id": "req_011CSHoEeqs5C35K2UUqR7Fy",
    "validator": "gpt-6-luna",
    "question": "Does Maya wear glasses?",
    "evidence": "Round glasses sit on her nose.",
    "feedback": "Maya's glasses are missing: show them on her face.",
    "character": "Maya",
    "trait": "glasses",
    "why": "Maya is seen from behind.",
    "species": "child",
    "detail": "red wheels",
    "width": 1024,
    "height": 1024,
    "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",  # nosec B105
    "error": None,
    "last_error": None,
    "next_cursor": None,
    "disabled_because": None,
}

_ACTIONS = [{"command_type": "SELECT_PROPOSAL", "stage": "concept"}]
_CHANNEL = {"realtimeChannel": f"genesis:id={SESSION}"}
_SESSION = {
    "id": SESSION,
    "title": "The Keeper of the Dark",
    "mode": "guided",
    "status": "active",
    "current_stage": "concept",
    **_CHANNEL,
}
_STAGE = {
    "status": "drafting",
    "round": 1,
    "fields": {"title": {"value": "The Keeper of the Dark", "by": "person", "revision": 9}},
    "order": {},
    "proposals": {},
    "locks": ["concept.title"],
    "stale": {},
}
_CITATION = {"path": "plot.chapters.c1.pov", "revision": 7, "quote": "p9"}
_WAIT = {"session_id": SESSION, "stage": "concept", "round": 1, "status": "open"}
#: The models of answers about Genesis sessions.
_OF_SESSIONS: Mapping[str, Mapping[str, Any]] = {
    "CommandDone": {"session_id": SESSION, "result": {}, "available_actions": _ACTIONS},
    "SessionListed": _SESSION,
    "SessionState": {
        **_SESSION,
        "language": "en",
        "reason": None,
        "origin": None,
        "stages": {"concept": _STAGE},
        "waits": {"concept:1": {"stage": "concept", "round": 1}},
        "progress": {"confirmed": [], "of": 5, "missing": {"theme": ["theme.question"]}},
        "jobs": {"concept_1": {"status": "ready", "progress": 100, "attempt": 1}},
        "available_actions": _ACTIONS,
        "findings": [],
    },
    "StageState": _STAGE,
    "Wait": _WAIT,
    "Cards": {**_WAIT, "title": _SESSION["title"], "proposals": {}},
    "WaitLink": {"url": f"/api/v1/genesis/resume/{_RUN}?user={_USER}&exp=1796083200&sig=6XN0bq2Qh0s"},
    "Action": _ACTIONS[0],
    "Finding": {
        "id": "5f3f6c0f2a9b7d1e",
        "rule": "unknown_reference",
        "severity": "warning",
        "message": "1 field names a person that does not exist: p9. Choose another person there, or add this"
        " one again.",
        "citations": [_CITATION],
        "dismissed": None,
    },
    "Citation": _CITATION,
    "Dismissed": {"reason": "On purpose.", "by": "person"},
    "DecisionMade": {
        "command_type": "CONFIRM_STAGE",
        "by": "person",
        "events": ["stage.confirmed", "stage.entered"],
        "paths": [],
    },
    "SessionDiff": {
        "session_id": SESSION,
        "other": SESSION,
        "from": 3,
        "to": 9,
        "changes": {"concept.title": {"before": "The Keeper", "after": "The Keeper of the Dark"}},
    },
    "SessionCall": {"job": "concept_1", "step": "propose_concept", "model": "offline", "provider": "offline"},
}

_CHAPTERS = {"1": {"status": "ready", "version": 2, "words": 1520}}
_NOVEL = {
    "id": NOVEL,
    "title": "The Keeper of the Dark",
    "session_id": SESSION,
    "language": "en",
    "realtimeChannel": f"novels:id={NOVEL}",
}
_TEXT = {"text": "The lamp went out.", "made_from": {"plan_version": 1, "model": "gpt-6-luna"}}
#: The answers about novels.
_OF_NOVELS: Mapping[str, Mapping[str, Any]] = {
    "NovelListed": {**_NOVEL, "chapters": 24, "written": 1, "words": 1520},
    "Novel": {
        **_NOVEL,
        "bible": {"people": [{"id": "c1", "name": "Ida"}]},
        "outline": {"chapters": [{"id": "k1", "number": 1, "title": "The Lamp Goes Out"}]},
        "locks": ["character.people.c1.name"],
        "chapters": _CHAPTERS,
        "jobs": {"chapter_1": {"status": "ready", "progress": 100, "attempt": 1}},
    },
    "ChapterState": _CHAPTERS["1"],
    "Chapter": {**_CHAPTERS["1"], "novel_id": NOVEL, **_TEXT},
    "ChapterVersionListed": {"version": 2, "words": 1520, "by": "ai", "made_from": _TEXT["made_from"]},
    "ChapterVersion": {"version": 2, "words": 1520, "by": "ai", **_TEXT},
    "ChapterEstimate": {"model": "gpt-6-luna", "calls": 3, "usd": 0.06, "seconds": 75.0},
    "DraftRequest": {"instruction": "More of the sea."},
    "RedraftRequest": {"passage": "The lamp went out.", "instruction": "Slower: let her hear it first."},
    "PictureBookRequest": {"people": ["c1"], "chapters": [1], "preview": True},
    "PictureBook": {"request": {"title": "The Keeper of the Dark", "characters": [{"name": "Ida"}]}},
    "NovelPatch": {"title": "The Keeper of the Dark"},
    "ChapterPatch": {"text": "The lamp went out.", "expected_version": 2},
}

#: Examples of whole models, for models that the examples by field name do not fit.
_OF_MODELS: Mapping[str, Mapping[str, Any]] = {
    "Problem": {
        "success": False,
        "error": "Invalid input",
        "code": "INVALID_INPUT",
        "message": "The request is not valid. scene_count: This must be at most 12.",
        "data": {"errors": [{"path": "scene_count", "message": "This must be at most 12."}]},
    },
    "StoryRequest": {
        "characters": [_HERO],
        "story_type": "adventure",
        "themes": ["courage", "friendship"],
        "scene_count": 4,
        "age_range": "3-5",
        "style": "soft gouache",
        "seed": 7,
        "extras": list(EXTRAS),
    },
    "CharacterBody": _HERO,
    "CharacterPatch": {"age": 7, "looks": {"outfit": "green raincoat"}},
    "ResumeRequest": {"budget_usd": 3.0},
    "ApprovalBody": {"image_id": _RUN},
    "LinksBody": {"urls": [_COVER], "expires_in": 3600},
    "Links": {"links": {_COVER: f"{_COVER}&user={_USER}&exp=1796083200&sig=6XN0bq2Qh0s"}},
    "ForgetBody": {"confirm": _USER},
    "StoryPatch": {"library_id": _LIBRARY},
    "LibraryBody": {"name": "Bedtime"},
    "RegenerateRequest": {"asset_types": ["scene_2"], "cascade": False},
    "ContentPatch": {"beats": [{"index": 2, "text": "Up she rolled."}], "rebuild": True},
    "ImagesRequest": {"style": "paper cut", "instructions": "Always a small fox somewhere."},
    "ImagesOfStory": {"story_id": STORY, "style": "paper cut"},
    "OfStory": {"story_id": STORY},
    "RedriveRequest": {"job_ids": [_RUN]},
    "UserPatch": {"tier": "individual"},
    "GrantBody": {"pack": "story_pack_5"},
    "WebhookBody": {"url": "https://example.org/storytroupe", "events": ["story.ready"]},
    "WebhookPatch": {"enabled": False},
    "CommandBody": {
        "command_id": _RUN,
        "command_type": "START_GENESIS",
        "payload": {"mode": "guided", "inspiration": "A lighthouse keeper who is afraid of the dark."},
    },
    "ResumeAnswer": {"proposal_ids": [_RUN], "confirm": True},
    "WaitLinkBody": {"expires_in": 86400},
    "StudioKeyBody": {"key": "cJ3m0Wc1qz0rX8nq4hY2v6sB9tK5uA7dE1fG0pL3iMw"},
    "SecretBody": {"overlap_seconds": 86400},
    "RedeliverRequest": {"delivery_ids": [_RUN]},
    "DeadDelivery": {"url": "https://example.org/storytroupe"},
    "Webhook": {"id": _WEBHOOK, "url": "https://example.org/storytroupe"},
    "WebhookMade": {"id": _WEBHOOK, "url": "https://example.org/storytroupe"},
    "Library": {"id": _LIBRARY},
    "WorkerState": {"id": _WORKER},
    "Reference": {"id": _RUN, "url": _PICTURE, "source": "upload"},
    "StoryCreated": {"status": "generating", "asset_generation_status": _BEGUN},
    "LegacyCreated": {"status": "PENDING", "status_message": "Your story is about to begin."},
    "Status": {"status": "COMPLETE"},
    "GenerationStatus": {"status": "COMPLETED"},
    "ImageJob": {"status": "processing", "progress": 40, "completed_at": None},
    "ImageJobBegun": {"status": "processing", "progress": 0, "completed_at": None},
    "RunStarted": {"warnings": [], "warning_details": []},
    "CharacterKept": {**_HERO, "id": _CHARACTER, "kind": "child", "reference_images": [], "warnings": []},
    "WebhookDelivery": {"status": "delivered"},
    **_OF_SESSIONS,
    **_OF_NOVELS,
    "Health": {"status": "ok"},
    "QueueState": {"name": "content"},
    "DeadLetter": {"name": "cover", "group": "cover"},
}
#: Models whose example above is complete. Fields without an example are omitted.
_REQUESTS = ("Request", "Body", "Patch", "OfStory", "ResumeAnswer")


@cache
def example_of(model: type[BaseModel]) -> dict[str, Any]:
    """Return an example of a model as JSON. Raises ``ValidationError`` if no valid example can be built."""
    given = _OF_MODELS.get(model.__name__, {})
    if given and model.__name__.endswith(_REQUESTS):
        model.model_validate(given)
        return dict(given)
    named = {
        name: _field(field.alias or name, field.annotation, given)
        for name, field in model.model_fields.items()
    }
    shown: dict[str, Any] = model.model_validate(named).model_dump(mode="json", by_alias=True)
    return shown


def _field(name: str, annotation: Any, given: Mapping[str, Any]) -> Any:
    known = [table[name] for table in (given, _OF_FIELDS) if name in table]
    for value in known:
        if _fits(value, annotation):
            return value
    return _of_type(annotation)


def _fits(value: Any, annotation: Any) -> bool:
    try:
        TypeAdapter(annotation).validate_python(value)
    except ValidationError:
        return False
    return True


_PLAIN: Sequence[tuple[type, Any]] = (
    (bool, True),
    (int, 1),
    (float, 0.25),
    (str, "text"),
    (UUID, _RUN),
    (datetime, datetime(2026, 11, 20, 9, 30, tzinfo=UTC)),
    (dict, {}),
)


def _of_type(annotation: Any) -> Any:
    """Return an example of a type: its only value, its first alternative, or an example of its model."""
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin in (Union, types.UnionType):
        return _of_type(next(way for way in inner if way is not type(None)))
    if origin is Literal:
        return inner[0]
    if origin in (list, tuple):
        return [_of_type(inner[0])]
    if origin is dict:
        return {"cover": _of_type(inner[1])}
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation.model_validate(example_of(annotation))
    if is_typeddict(annotation):
        return {name: _field(name, way, {}) for name, way in get_type_hints(annotation).items()}
    return next((value for kind, value in _PLAIN if annotation is kind), {})
