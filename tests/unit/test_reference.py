"""docs/reference is what the code says, and names every setting, metric and error code."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import fields
from functools import cache
from pathlib import Path

import pytest

from service import errors
from service.attribute_docs import attribute_docs
from service.db.sql import load
from service.http.admin.metrics import METRICS
from service.http.app.statuses import _CODES, status_of
from service.hub.counters import HubCounters
from service.settings import Settings
from tools.reference import CODES, FOLDER, environment_names, pages, status

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
#: Beginnings of attempts' outcomes: their first argument is a code.
OUTCOMES = {"Discard", "Hold", "Retry", "Snooze"}
#: What has a keyword `code` and is no error: a warning, and documents' examples.
NO_ERRORS = {"Unmet"}


@pytest.mark.parametrize("name", pages())
def test_page_is_what_the_code_says(name: str) -> None:
    told = "python -m tools.reference writes it anew"
    assert (FOLDER / name).read_text("utf-8") == f"{pages()[name]}\n", told


def test_every_setting_is_described() -> None:
    assert set(attribute_docs(Settings)) == set(Settings.model_fields)
    assert environment_names("database_url") == ["DATABASE_URL", "STORYTROUPE_DATABASE_URL"]
    assert environment_names("lease_seconds") == ["STORYTROUPE_LEASE_SECONDS"]


@pytest.mark.parametrize("field", Settings.model_fields)
def test_setting_is_read_by_the_names_that_the_page_has(field: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in environment_names(field):
        monkeypatch.setenv(name, "surely,not:valid")
        try:
            read = str(getattr(Settings(), field))
        except ValueError:
            read = "refused: surely"
        monkeypatch.delenv(name)
        assert "surely" in read or "**" in read, name


def test_every_measure_of_the_database_and_the_hub_is_a_metric() -> None:
    waiting = load("metrics")["waiting"]
    assert {name for name in METRICS if f"AS {name}" in waiting} == {
        name for name, metric in METRICS.items() if metric.scope == "service" and not metric.labels
    }
    assert {f"hub_{field.name}_total" for field in fields(HubCounters)} <= set(METRICS)


def codes_in(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Each code that is written in a module, and who bears it: the name that is called, or a class."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
                given = [word.value for word in node.keywords if word.arg == "code"]
                given += node.args[:1] if name in OUTCOMES else []
                yield from ((code, name) for value in given for code in constants(value))
            case ast.ClassDef(name=name, body=body):
                for line in body:
                    match line:
                        case ast.Assign(targets=[ast.Name(id="code")], value=value):
                            yield from ((code, name) for code in constants(value))
                        case ast.AnnAssign(target=ast.Name(id="code"), value=ast.expr() as value):
                            yield from ((code, name) for code in constants(value))
            case ast.Dict(keys=keys, values=values):
                for key, value in zip(keys, values, strict=True):
                    if isinstance(key, ast.Constant) and key.value == "code":
                        yield from ((code, "dict") for code in constants(value))


def constants(value: ast.AST) -> list[str]:
    strings = [one.value for one in ast.walk(value) if isinstance(one, ast.Constant)]
    return [text for text in strings if isinstance(text, str) and text.isupper()]


@cache
def all_codes() -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for folder in ("service", "actors"):
        for path in (ROOT / folder).rglob("*.py"):
            if path.parts[-2:] != ("docs", "examples.py"):
                for code, name in codes_in(ast.parse(path.read_text("utf-8"))):
                    found[code].add(name)
    return {code: names for code, names in found.items() if names - NO_ERRORS}


def test_every_error_code_is_in_the_table_and_no_other() -> None:
    listed = {code for section in CODES.values() for code in section}
    # The one that is chosen by what a provider answers.
    assert set(all_codes()) | {"MODEL_NOT_FOUND"} == listed


def test_status_in_the_table_is_the_one_that_is_answered() -> None:
    """Where a class of error is raised with a code, it has the same status as the class of the table."""
    assert set(_CODES) <= set(CODES["answers"])
    for code, names in all_codes().items():
        if code in CODES["answers"] and code not in CODES["jobs"]:
            raised = [getattr(errors, name) for name in names if hasattr(errors, name)]
            for kind in raised:
                assert status_of(kind(code=code))[0] == status(code), code
