"""Values that are copied from another version, or from another session."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from service.errors import StorytroupeError
from service.genesis.decide import Decision
from service.genesis.derive import stale
from service.genesis.history import branched, outline
from service.genesis.model import EventType, GenesisStage, StageStatus, State
from tests.unit.genesis.played import CHARACTER, SESSION, Played, drawn, edit, people

PEOPLE = GenesisStage.CHARACTER


@pytest.fixture
def played() -> Played:
    """A free-form session with two people."""
    played = Played().begin("free_form")
    played.choose(PEOPLE, CHARACTER)
    return played


def payload(version: int, *paths: str) -> dict[str, Any]:
    return {"from": {"session_id": str(SESSION), "version": version}, "paths": list(paths)}


def copy(played: Played, version: int, *paths: str) -> Decision:
    return played.do("COPY_FIELDS", payload(version, *paths))


def refused(played: Played, version: int, *paths: str) -> StorytroupeError:
    return played.refused("COPY_FIELDS", payload(version, *paths))


def test_one_field_of_an_earlier_version_is_the_persons_own(played: Played) -> None:
    nell, _ = people(played)
    version = played.version
    played.set(f"{nell}.want", "to leave")
    played.set("concept.title", "Second")
    decision = copy(played, version, f"{nell}.want")
    assert [event.type for event in decision.events] == [EventType.FIELD_EDITED]
    assert decision.result == {"copied": [f"{nell}.want"]}
    record = played.state.record(f"{nell}.want")
    assert record is not None
    assert (record["value"], record["by"]) == ("to print the whole truth", "person")
    assert record["revision"] == played.version
    assert played.value("concept.title") == "Second"
    assert copy(played, version, f"{nell}.want").events == ()


def test_a_value_that_the_source_does_not_have_is_removed(played: Played) -> None:
    version = played.version
    played.set("concept.tense", "past")
    assert copy(played, version, "concept").result == {"copied": ["concept.tense"]}
    assert played.value("concept.tense") is None


def test_an_element_comes_back_to_its_place(played: Played) -> None:
    nell, ada = people(played)
    version = played.version
    edit(played, "character", {"op": "remove", "path": nell})
    edit(played, "character", {"op": "add", "path": "character.people", "value": {"name": "Tom"}})
    copy(played, version, nell)
    assert people(played)[:2] == [nell, ada]
    assert len(people(played)) == 3
    assert played.value(f"{nell}.want") == "to print the whole truth"
    edit(played, "character", {"op": "remove", "path": ada})
    copy(played, version, ada)
    assert people(played)[:2] == [nell, ada]


def test_an_element_that_the_source_does_not_have_is_removed(played: Played) -> None:
    version = played.version
    edit(played, "character", {"op": "add", "path": "character.people", "value": {"name": "Tom"}})
    *_, tom = people(played)
    copy(played, version, tom)
    assert tom not in people(played)
    assert played.value(f"{tom}.name") is None


def test_all_that_a_path_includes_is_as_in_the_source(played: Played) -> None:
    before = Played().begin("free_form")
    before.choose(GenesisStage.PLOT)
    version, then = before.version, outline(before.state)
    first, *_, last = (
        f"plot.chapters.{id_}" for id_ in before.state.stage(GenesisStage.PLOT).order["chapters"]
    )
    edit(
        before,
        "plot",
        {"op": "remove", "path": first},
        {"op": "move", "path": last, "value": 0},
        {"op": "add", "path": f"{last}.scenes", "value": {"summary": "The flood."}},
        {"op": "set", "path": "plot.ending", "value": "She burns it."},
    )
    copy(before, version, "plot", "plot.ending")
    assert outline(before.state) == then


def test_fields_of_another_session_are_copied(played: Played) -> None:
    nell, _ = people(played)
    other = Played()
    other.begin("free_form")
    other.state = State({**other.state.json, **branched(played.state)})
    edit(other, "character", {"op": "set", "path": f"{nell}.want", "value": "to sail"})
    source = {"session_id": str(uuid4()), "version": 2}
    played.do("COPY_FIELDS", {"from": source, "paths": [f"{nell}.want"]}, past=other.state)
    assert played.value(f"{nell}.want") == "to sail"


def test_a_locked_value_keeps_all_paths_from_being_copied(played: Played) -> None:
    nell, ada = people(played)
    version = played.version
    played.set(f"{nell}.want", "to leave")
    played.set("concept.title", "Second")
    played.do("LOCK_FIELDS", {"paths": [nell, ada]})
    found = refused(played, version, "concept.title", nell)
    assert (found.code, found.data["paths"]) == ("FIELD_LOCKED", [f"{nell}.want"])
    # An equal value is no change, so its lock forbids nothing.
    copy(played, version, "concept.title", f"{nell}.name", ada)
    assert (played.value("concept.title"), played.value(f"{nell}.want")) == (None, "to leave")


def test_an_element_that_holds_a_lock_is_not_removed(played: Played) -> None:
    version = played.version
    edit(played, "character", {"op": "add", "path": "character.people", "value": {"name": "Tom"}})
    *_, tom = people(played)
    played.do("LOCK_FIELDS", {"paths": [f"{tom}.voice"]})
    for path in (tom, "character.people"):
        assert refused(played, version, path).data["paths"] == [tom]


def test_the_order_of_a_locked_collection_is_not_changed(played: Played) -> None:
    version = played.version
    nell, ada = people(played)
    edit(played, "character", {"op": "move", "path": ada, "value": 0})
    played.do("LOCK_FIELDS", {"paths": ["character.people"]})
    assert refused(played, version, "character").data["paths"] == ["character.people"]
    assert people(played) == [ada, nell]


def test_what_nobody_has_and_a_part_of_a_missing_element_are_refused(played: Played) -> None:
    nell, _ = people(played)
    version = played.version
    edit(played, "character", {"op": "remove", "path": nell})
    for path, word in (
        ("concept.tense", "Neither"),
        ("character.people.c999", "Neither"),
        (f"{nell}.want", "whole element"),
    ):
        found = refused(played, version, path)
        assert (found.code, found.data["errors"][0]["path"]) == ("INVALID_INPUT", path)
        assert word in found.message
    copy(played, version, f"{nell}.want", nell)
    assert played.value(f"{nell}.want") == "to print the whole truth"


def test_a_collection_takes_no_more_than_it_may_have(played: Played) -> None:
    nell, _ = people(played)
    version = played.version
    edit(played, "character", {"op": "remove", "path": nell})
    add = {"op": "add", "path": "character.people", "value": {"name": "Somebody"}}
    edit(played, "character", *[add] * 11)
    assert "at most 12" in refused(played, version, nell).message


def test_a_copied_value_is_of_today_and_flags_later_changes(played: Played) -> None:
    drawn(played)
    version = played.version
    played.set("theme.question", "Another?")
    played.set("concept.title", "Second")
    copy(played, version, "theme.question")
    assert "theme.question" not in stale(played.state)
    assert "theme.statement" in stale(played.state)
    played.set("concept.title", "Third")
    assert stale(played.state)["theme.question"] == ["concept.title"]


def test_guided_mode_copies_to_the_stages_that_it_has_reached() -> None:
    source = Played().begin().complete()
    guided = Played().begin()
    command = guided.command("COPY_FIELDS", payload(1, "theme.question"))
    with pytest.raises(StorytroupeError) as error:
        guided.decide(command, source.state)
    assert error.value.code == "STAGE_NOT_REACHED"


def test_a_confirmed_stage_that_loses_what_it_needs_is_open_again() -> None:
    played = Played().begin().complete()
    copy(played, 1, "theme.question", "world.places")
    assert played.state.stage(GenesisStage.THEME).status is StageStatus.DRAFTING
    assert played.state.stage(GenesisStage.WORLD).status is StageStatus.CONFIRMED
