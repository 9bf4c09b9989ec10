"""The check of renamed people: texts that still use an earlier name are cited."""

from __future__ import annotations

from service.genesis.findings import findings
from service.genesis.model import State
from tests.unit.genesis.played import Played

PEOPLE = ("Thea Abbott", "Callum Doyle", "Rose Vane")


def a_session() -> Played:
    played = Played()
    played.do("START_GENESIS", {"mode": "free_form"})
    new = [{"op": "add", "path": "character.people", "value": {"name": name}} for name in PEOPLE]
    played.do("EDIT_STAGE", {"stage": "character", "changes": new})
    describe(played, "Callum Doyle, 34, mends clocks.")
    edit(played, "concept", premise="When Mrs Vane dies, Doyle finds a letter.")
    edit(played, "plot", ending="Callum stays.")
    return played


def path_of(played: Played, at: int, key: str = "name") -> str:
    ids = played.state.json["stages"]["character"]["order"]["people"]
    return f"people.{ids[at]}.{key}"


def rename(played: Played, at: int, name: str) -> None:
    edit(played, "character", **{path_of(played, at): name})


def describe(played: Played, summary: str) -> None:
    edit(played, "character", **{path_of(played, 1, "summary"): summary})


def edit(played: Played, stage: str, **values: str) -> None:
    changes = [{"op": "set", "path": f"{stage}.{path}", "value": value} for path, value in values.items()]
    played.do("EDIT_STAGE", {"stage": stage, "changes": changes})


def cited(state: State) -> dict[str, str]:
    found = [one for one in findings(state) if one.rule == "old_name"]
    return {citation.path.rpartition(".")[2]: citation.quote for one in found for citation in one.citations}


def test_texts_with_an_old_name_are_cited_until_they_are_changed() -> None:
    played = a_session()
    assert cited(played.state) == {}
    rename(played, 1, "Callum Abb")
    rename(played, 1, "Callum Abbott")
    assert set(cited(played.state)) == {"summary", "premise"}
    assert cited(played.state)["summary"].startswith("Callum Doyle")
    describe(played, "Callum Abbott, 34, mends clocks.")
    edit(played, "concept", premise="When Mrs Vane dies, Abbott finds a letter.")
    assert cited(played.state) == {}


def test_a_new_first_name_is_missed_nowhere_and_the_old_one_back_is_no_fault() -> None:
    played = a_session()
    rename(played, 1, "Peter Doyle")
    assert set(cited(played.state)) == {"summary", "ending"}
    rename(played, 1, "Callum Doyle")
    assert cited(played.state) == {}


def test_a_name_that_somebody_else_has_is_no_old_name() -> None:
    played = a_session()
    rename(played, 2, "Rose Doyle")
    rename(played, 1, "Peter Abbott")
    assert set(cited(played.state)) == {"summary", "ending", "premise"}
    assert all("Vane" in text or "Callum" in text for text in cited(played.state).values())
