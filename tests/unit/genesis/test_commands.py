"""What commands may carry."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from service.errors import InvalidInput
from service.genesis.commands import PAYLOADS, SYSTEM, CommandType, read_command, system_command
from service.genesis.model import By
from service.genesis.payloads import MOST_MATERIAL, StartGenesis
from service.genesis.refusals import CommandUnknown
from tests.cases import for_each

SESSION = str(uuid4())


def body(type_: str, payload: Any = None, **more: Any) -> dict[str, Any]:
    session = {} if type_ == "START_GENESIS" else {"session_id": SESSION}
    return {
        "command_id": str(uuid4()),
        "command_type": type_,
        "payload": {} if payload is None else payload,
        **session,
        **more,
    }


def test_each_type_has_a_payload_that_forbids_what_it_does_not_know() -> None:
    assert set(PAYLOADS) == set(CommandType)
    for type_ in set(CommandType) - SYSTEM:
        with pytest.raises(InvalidInput) as refused:
            read_command(body(type_, {"nothing_of_the_kind": 1}))
        assert "payload.nothing_of_the_kind" in [error["path"] for error in refused.value.data["errors"]]


@pytest.mark.parametrize("name", ["", "NOTHING", "start_genesis", *sorted(SYSTEM)])
def test_an_unknown_type_is_refused_and_so_is_one_of_the_systems(name: str) -> None:
    with pytest.raises(CommandUnknown) as refused:
        read_command(body(name))
    assert refused.value.code == "COMMAND_UNKNOWN"
    assert refused.value.data["errors"][0]["path"] == "command_type"


@pytest.mark.parametrize(
    ("alias", "type_", "payload"),
    [
        ("PROVIDE_FEEDBACK", CommandType.SUBMIT_FEEDBACK, {"stage": "concept", "text": "drier"}),
        ("NAVIGATE_TO_STAGE", CommandType.NAVIGATE, {"stage": "theme"}),
    ],
)
def test_an_alias_is_the_command(alias: str, type_: CommandType, payload: Any) -> None:
    command = read_command(body(alias, payload))
    assert command.type is type_
    assert command.body()["command_type"] == type_


def test_only_a_start_has_no_session() -> None:
    for wrong in (
        body("START_GENESIS", session_id=SESSION),
        {**body("NAVIGATE", {"stage": "theme"}), "session_id": None},
    ):
        with pytest.raises(InvalidInput):
            read_command(wrong)


@for_each(
    ("type_", "payload", "path"),
    [
        ("START_GENESIS", {"mode": "other"}, "mode"),
        ("START_GENESIS", {"inspiration": "é" * 60_001}, "inspiration"),
        ("START_GENESIS", {"chapters": 2}, "chapters"),
        ("START_GENESIS", {"audience": "nobody"}, "audience"),
        ("START_GENESIS", {"budget_usd": 0}, "budget_usd"),
        ("START_GENESIS", {"from": {"session_id": SESSION}}, "from.version"),
        ("START_GENESIS", {"material": ["x"] * 11}, "material"),
        ("GENERATE_INSPIRATION", {"stage": "concept", "count": 11}, "count"),
        ("GENERATE_INSPIRATION", {"stage": "concept", "scope": ["concept.x"]}, "scope.0"),
        ("SELECT_PROPOSAL", {"proposal_ids": []}, "proposal_ids"),
        ("SELECT_PROPOSAL", {"proposal_ids": [SESSION, SESSION]}, "proposal_ids"),
        ("SELECT_PROPOSAL", {"proposal_ids": [str(uuid4()) for _ in range(4)]}, "proposal_ids"),
        ("SUBMIT_FEEDBACK", {"stage": "concept", "text": " "}, "text"),
        ("EDIT_STAGE", {"stage": "concept", "changes": []}, "changes"),
        ("EDIT_STAGE", {"stage": "concept", "changes": [{"op": "x", "path": "concept"}]}, "changes.0.op"),
        ("LOCK_FIELDS", {"paths": ["x"]}, "paths.0"),
        ("IMPORT_MATERIAL", {"text": ""}, "text"),
        ("IMPORT_MATERIAL", {"text": "é" * (MOST_MATERIAL // 2 + 1)}, "text"),
        ("SET_BUDGET", {}, "budget_usd"),
        ("SET_BUDGET", {"budget_usd": -1}, "budget_usd"),
        ("RESTORE", {"to_version": 0}, "to_version"),
        ("CONFIRM_STAGE", {"stage": "other"}, "stage"),
        ("DISMISS_FINDING", {"finding_id": "x"}, "reason"),
    ],
)  # fmt: skip
def test_what_is_out_of_bounds_is_refused_by_its_path(type_: str, payload: Any, path: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_command(body(type_, payload))
    assert f"payload.{path}" in [error["path"] for error in refused.value.data["errors"]]


def test_material_and_inspiration_are_kept_uncut() -> None:
    text = "Über die Brücke." * 3000
    command = read_command(body("START_GENESIS", {"inspiration": text, "material": [text * 10]}))
    assert isinstance(command.payload, StartGenesis)
    assert command.payload.inspiration == text
    assert command.payload.material == (text * 10,)


def test_the_same_body_has_the_same_hash_whatever_its_id() -> None:
    one = read_command(body("SET_BUDGET", {"budget_usd": 2}))
    same = read_command(body("SET_BUDGET", {"budgetUsd": 2.0}))
    other = read_command(body("SET_BUDGET", {"budget_usd": None}))
    assert one.body_hash() == same.body_hash() != other.body_hash()
    later = read_command(body("SET_BUDGET", {"budget_usd": 2}, expected_version=3))
    assert later.body_hash() != one.body_hash()


def test_a_command_says_which_past_it_needs() -> None:
    assert read_command(body("SET_BUDGET", {"budget_usd": 2})).source is None
    back = read_command(body("RESTORE", {"to_version": 7})).source
    assert back is not None
    assert (str(back.session_id), back.version) == (SESSION, 7)
    branch = read_command(body("START_GENESIS", {"from": {"session_id": SESSION, "version": 4}})).source
    assert branch is not None
    assert (str(branch.session_id), branch.version) == (SESSION, 4)


def test_the_systems_commands_are_its_own() -> None:
    command = system_command(uuid4(), CommandType.EXPIRE, uuid4())
    assert command.by is By.SYSTEM
