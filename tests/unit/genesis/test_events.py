"""Events as they are stored, and the states that they fold to."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest

from service.genesis.events import GENESIS_EVENTS, SCHEMAS, UPCASTERS, Event, decode, evolve, fold, upcast
from service.genesis.model import By, EventType
from tests.cases import for_each
from tests.unit.genesis.golden import FOLDER, SESSION_FILE, examples, sessions

EVERY_SCHEMA = [(type_, schema) for type_, newest in SCHEMAS.items() for schema in range(1, newest + 1)]


def golden(name: str) -> Any:
    return json.loads((FOLDER / name).read_text(encoding="utf-8"))


@for_each(("type_", "schema"), EVERY_SCHEMA)
def test_an_event_of_each_schema_is_still_read(type_: str, schema: int) -> None:
    data = golden(f"{type_}.{schema}.json")
    assert data["schema"] == schema
    event = decode(type_, data)
    assert event.type == type_
    assert evolve({}, type_, data) == fold([(type_, event.encode().data)])


@for_each("type_", EventType)
def test_an_event_is_stored_as_ever(type_: EventType) -> None:
    name = f"{type_}.{SCHEMAS[type_]}.json"
    assert examples()[name] == golden(name)


def test_the_golden_sessions_fold_to_their_states() -> None:
    stored = golden(SESSION_FILE)
    for one in stored:
        assert fold((event["type"], event["data"]) for event in one["events"]) == one["state"]
    assert stored == sessions()


def test_each_type_says_what_it_means() -> None:
    assert set(GENESIS_EVENTS) == set(EventType) == set(SCHEMAS)


def test_an_event_comes_back_as_it_was_stored() -> None:
    event = Event(
        EventType.GENERATION_RETRYING,
        By.AI,
        {"stages": {"concept": {"round": 2}}},
        command=uuid4(),
        jobs={"concept_2": {"status": "retrying"}},
        attempt=2,
    )
    stored = json.loads(json.dumps(event.encode().data))
    assert decode(event.type, stored) == event
    assert set(stored) == {"schema", "by", "command", "patch", "jobs", "attempt"}


def test_what_others_write_of_a_session_changes_no_state() -> None:
    state = {"title": "x"}
    assert evolve(state, "spend.changed", {"spend": {"cost_usd": 0.1}}) is state


def test_a_former_schema_is_brought_to_the_present_one() -> None:
    steps = {
        ("budget.set", 1): lambda data: {**data, "patch": {"budget": data["patch"]["cap"]}},
        ("budget.set", 2): lambda data: {**data, "patch": {"budget_usd": data["patch"]["budget"]}},
    }
    schemas = {"budget.set": 3}
    old = {"schema": 1, "by": "person", "patch": {"cap": 2}}
    assert upcast("budget.set", old, steps, schemas) == {
        "schema": 3,
        "by": "person",
        "patch": {"budget_usd": 2},
    }
    assert old["schema"] == 1
    for missing in ({}, {("budget.set", 1): steps["budget.set", 1]}):
        with pytest.raises(ValueError, match="no schema"):
            upcast("budget.set", old, missing, schemas)


def test_each_step_of_an_upcaster_leads_to_a_schema_that_exists() -> None:
    assert all(schema < SCHEMAS[type_] for type_, schema in UPCASTERS)
    assert len(UPCASTERS) == sum(newest - 1 for newest in SCHEMAS.values())
