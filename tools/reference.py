"""Writes docs/reference from the code: ``python -m tools.reference``. A test compares the files with it."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import AliasChoices

from service import errors
from service.attribute_docs import attribute_docs, bounds_of, plain_schema
from service.http.admin.metrics import METRICS
from service.http.app.statuses import status_of
from service.hub.codes import CloseCode, ErrorCode
from service.novels.exports import json_schema
from service.settings import Settings

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs" / "reference"
CODES: Mapping[str, Mapping[str, Mapping[str, str]]] = tomllib.loads(
    (ROOT / "service" / "error_codes.toml").read_text("utf-8")
)
_SETTINGS = """\
# Settings

This page is generated: `python -m tools.reference` writes it.

Settings are environment variables. A process reads them once, at its start. A value that is not valid
ends the start with a message. Where two names are shown, either will do; the name with `STORYTROUPE_`
wins. Lists are written with commas, objects as JSON.
"""
_METRICS = """\
# Metrics

This page is generated: `python -m tools.reference` writes it.

`GET /metrics` answers in Prometheus's text form ([how to scrape it](../operations.md#metrics)). A metric
of the scope `service` is read from PostgreSQL and is the same at every process: take one value, or the
maximum. A metric of the scope `process` is that process's own: add the values up. Counters begin at 0
when their process starts. Values of the service are at most five seconds old.
"""
_ERRORS = """\
# Error codes

This page is generated: `python -m tools.reference` writes it from `service/error_codes.toml`.

Codes are stable and for programs. Messages are for people, and may change. Codes of `warnings`, which
are no errors, are in [the API](../api.md#wishes-that-are-not-honoured).
"""
_ANSWERS = """\
## Answers over HTTP

The field `code` of an error. An answer with the status 429 or 503 has the header `Retry-After`.
"""
_JOBS = """\
## Assets and jobs

The field `error_code` of an asset, and the `code` of a job or a dead letter. What is tried again by
itself has its code until the next attempt, or for good when no attempt is left.
"""
_PROCESSES = """\
## Processes

Codes of errors that no client sees. A command that cannot start prints the message alone.
"""
_LIVE = """\
## The live protocol

The field `code` of an `error` message.
"""
_CLOSES = "The code with which a websocket is closed. After a code below 4500, connect again.\n"
#: Words for types of JSON schemas.
_TYPES = {
    "integer": "whole number",
    "number": "number",
    "boolean": "true or false",
    "array": "list with commas",
    "object": "JSON object",
    "string": "text",
}


def pages() -> dict[str, str]:
    """The text of each page of the reference, by the name of its file."""
    return {
        "settings.md": _settings(),
        "metrics.md": _metrics(),
        "errors.md": _errors(),
        "novel.schema.json": json.dumps(json_schema(), indent=2),
    }


def environment_names(field: str) -> list[str]:
    """The names of a setting in the environment, the usual one first."""
    alias = Settings.model_fields[field].validation_alias
    if isinstance(alias, AliasChoices):
        return [str(name) for name in reversed(alias.choices)]
    return [f"STORYTROUPE_{field.upper()}"]


def status(code: str) -> int:
    """The HTTP status of an error with this code."""
    kind = getattr(errors, CODES["answers"][code]["is"])
    return int(status_of(kind(code=code))[0])


def _settings() -> str:
    properties = Settings.model_json_schema(by_alias=False)["properties"]
    docs = attribute_docs(Settings)
    rows = [
        (
            _codes(environment_names(name)),
            _type(plain_schema(properties[name])),
            _default(field.get_default(call_default_factory=True)),
            bounds_of(properties[name]),
            docs[name],
        )
        for name, field in Settings.model_fields.items()
    ]
    return "\n".join([_SETTINGS, *_table(("variable", "type", "default", "bounds", "meaning"), rows)])


def _type(schema: Mapping[str, Any]) -> str:
    if "enum" in schema:
        return f"one of {_codes(schema['enum'])}"
    if schema.get("format") == "password":
        return "secret text"
    if schema.get("format") == "path":
        return "path"
    if schema["type"] == "array" and "enum" in schema["items"]:
        return f"list of {_codes(schema['items']['enum'])}"
    return _TYPES[schema["type"]]


def _default(value: Any) -> str:
    if value is None or (hasattr(value, "get_secret_value") and not value.get_secret_value()):
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return json.dumps(value) if value else ""
    if isinstance(value, tuple):
        return ",".join(value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def _metrics() -> str:
    heads = ("metric", "type", "labels", "unit", "scope", "meaning")
    rows = [
        (f"`{one.full_name}`", one.type, _codes(one.labels), one.unit, one.scope, one.about)
        for one in METRICS.values()
    ]
    return "\n".join([_METRICS, *_table(heads, rows)])


def _errors() -> str:
    answers = [
        (f"`{code}`", str(status(code)), row["when"], row["do"]) for code, row in CODES["answers"].items()
    ]
    parts = [
        _ERRORS,
        _ANSWERS,
        *_table(("code", "status", "when", "what to do"), answers),
        "",
        _JOBS,
        *_of("jobs"),
        "",
        _PROCESSES,
        *_of("processes"),
        "",
        _LIVE,
        *_table(("code", "meaning"), [(f"`{code}`", code.message) for code in ErrorCode]),
        "",
        _CLOSES,
        *_table(("close code", "meaning"), [(str(code.value), code.reason) for code in CloseCode]),
    ]
    return "\n".join(parts)


def _codes(texts: Iterable[str]) -> str:
    return ", ".join(f"`{text}`" for text in texts)


def _of(section: str) -> list[str]:
    rows = [(f"`{code}`", row["when"], row["do"]) for code, row in CODES[section].items()]
    return _table(("code", "when", "what to do"), rows)


def _table(heads: Sequence[str], rows: Iterable[Iterable[str]]) -> list[str]:
    lines = [heads, ["---"] * len(heads), *rows]
    return [f"| {' | '.join(map(_cell, line))} |" for line in lines]


def _cell(text: str) -> str:
    return text.replace("|", "&#124;").replace("<", "&lt;")


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for name, text in pages().items():
        (FOLDER / name).write_text(f"{text}\n", "utf-8")
        print(f"docs/reference/{name}")


if __name__ == "__main__":
    main()
