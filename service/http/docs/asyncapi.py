"""Generates the AsyncAPI document of the live protocol from the models of its frames."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic.json_schema import models_json_schema

from service.hub.codes import CloseCode
from service.hub.messages import HEARD, SAID, Message
from service.hub.protocol import SUBPROTOCOL
from service.runtime.channels import ChannelNames
from service.runtime.kinds import Kind, Kinds

VERSION = "3.0.0"
_SCHEMA = "#/components/schemas/{model}"


def describe_live(*, version: str, kinds: Kinds) -> dict[str, Any]:
    """Return the document as JSON, with the channels and the events of these kinds."""
    models = [*SAID, *HEARD]
    return {
        "asyncapi": VERSION,
        "info": {
            "title": "Storytroupe, live",
            "version": version,
            "description": _description(),
            "license": {"name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"},
        },
        "defaultContentType": "application/json",
        "channels": {
            "socket": {
                "address": "/api/v1/ws",
                "description": f"A websocket with the subprotocol {SUBPROTOCOL}.",
                "messages": {
                    _name(model): {"$ref": f"#/components/messages/{_name(model)}"} for model in models
                },
                "bindings": {"ws": {"method": "GET"}},
            }
        },
        "operations": {
            "say": _operation("receive", "Messages of the client", SAID),
            "hear": _operation("send", "Messages of the server", HEARD),
        },
        "components": {
            "messages": {_name(model): _message(model) for model in models},
            "schemas": _schemas(models, kinds),
        },
    }


def _schemas(models: Sequence[type[Message]], kinds: Kinds) -> dict[str, Any]:
    """Return the schemas of the frames, by name."""
    _, schemas = models_json_schema([(model, "validation") for model in models], ref_template=_SCHEMA)
    found: dict[str, Any] = schemas["$defs"]
    prefixes = "|".join(ChannelNames(kinds).prefixes)
    found["Channel"]["pattern"] = f"^({prefixes}):id=[0-9a-f]{{8}}(-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}}$"
    found["Event"]["properties"]["event"] |= {
        "description": " ".join(["Type of the event.", *map(_events, kinds.values())]),
        "examples": [name for kind in kinds.values() for name in list(kind.events)[:1]],
    }
    return found


def _events(kind: Kind) -> str:
    """Return a sentence with the event types of a kind and the meaning of each type."""
    described = "; ".join(f"{name}, {what}" for name, what in kind.events.items())
    return f"Of a {kind.noun}: {described}."


def _operation(action: str, summary: str, models: Sequence[type[Message]]) -> dict[str, Any]:
    """Return an operation of the document. ``action`` is the action of the server: ``receive`` for messages
    of the client."""
    return {
        "action": action,
        "channel": {"$ref": "#/channels/socket"},
        "summary": summary,
        "messages": [{"$ref": f"#/channels/socket/messages/{_name(model)}"} for model in models],
    }


def _message(model: type[Message]) -> dict[str, Any]:
    return {
        "name": _name(model),
        "summary": (model.__doc__ or "").strip(),
        "payload": {"$ref": _SCHEMA.format(model=model.__name__)},
    }


def _name(model: type[Message]) -> str:
    return model.__name__.lower()


def _description() -> str:
    """Return the description of the protocol with its main rule and its close codes."""
    codes = "\n".join(f"- {code.value}: {code.reason}" for code in CloseCode)
    return (
        "Every change of a story, a Genesis session or a novel is an event with a version: 1, 2, 3 and so "
        "on, without a gap. Keep the last version that you saw. Ignore an event whose version is not "
        "greater. Merge the data of the next version into your state (of a session: its `patch`, a JSON "
        "merge patch). After any other version, subscribe again with `since` = your last version.\n\n"
        "The event spend.changed says what calls to providers have cost so far, as "
        '{"spend": {"cost_usd": 0.42}}. A snapshot has the same, and set_aside_usd if the answer to a call '
        "was lost: what it may have cost, which counts against the budgets. An asset that a budget stops "
        "fails with the error_code BUDGET_EXCEEDED (the story's) or MONTH_BUDGET_EXCEEDED (the user's).\n\n"
        f"Close codes; after one below 4500, connect again:\n{codes}"
    )
