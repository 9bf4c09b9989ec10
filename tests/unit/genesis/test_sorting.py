"""A person's text, sorted into fields: its pieces, its quotes, and the rounds and proposals of it."""

from __future__ import annotations

from typing import Any

import pytest

from service.genesis.asking import plan_ask
from service.genesis.drafts import DraftInvalid
from service.genesis.generation import Round, read_round
from service.genesis.model import GenesisStage, StageStatus
from service.genesis.quotes import quoted
from service.genesis.sorting import MOST_PIECES, ask_for, joined, pieces_of, unread
from service.providers.protocols import MOST_SORTED, Draft, PlanAsk
from tests.unit.genesis.played import CONCEPT, Drafted, Played

PEOPLE = GenesisStage.CHARACTER
TEXT = "Ilse Brandt keeps the ferry. She wants to sell it before the frost. Bo is 41."
NAME, WANT = "character.people.c1.name", "character.people.c1.want"
FOUND: dict[str, tuple[Any, str]] = {
    NAME: ("Ilse Brandt", "Ilse Brandt"),
    WANT: ("to sell the ferry", "She wants to sell it"),
    "character.people.c1.lie": ("Made up.", "She believes in frost."),
    "character.people.c1.age": (41, "is 41"),
    "character.people.c1.need": ("Too little is quoted.", "the"),
    "character.people.c1.flaw": ("", "She wants to sell it"),
    "character.people.c1.dance": ("No such field.", "She wants to sell it"),
}


def drafted(found: dict[str, tuple[Any, str]] = FOUND) -> Drafted:
    quotes = {path: quote for path, (_, quote) in found.items()}
    return Drafted({path: value for path, (value, _) in found.items()}, ["material.m1"], quotes=quotes)


def imported(*stages: str, mode: str = "free_form", **more: Any) -> Played:
    played = Played().begin(mode, **more)
    played.do("IMPORT_MATERIAL", {"text": TEXT, "into": list(stages)})
    return played


def test_a_value_counts_only_with_a_quote_that_stands_in_the_text() -> None:
    kept = {NAME, WANT, "character.people.c1.age"}
    assert quoted(TEXT, drafted()) == {path: FOUND[path][1] for path in kept}
    assert len(quoted("so " * 999, drafted({WANT: ("x", "so " * 999)}))[WANT]) <= 400


def test_a_text_is_read_in_pieces_that_end_with_a_paragraph() -> None:
    pages = [f"{number} {'word ' * 700}\n\n" for number in range(12)]
    pieces = pieces_of("".join(pages))
    assert "".join(pieces) == "".join(pages)
    assert all(len(piece) <= MOST_SORTED for piece in pieces)
    assert all(piece.endswith("\n\n") for piece in pieces)
    assert unread("".join(pages), pieces) == ()
    whole = "x" * 1_000_000
    assert list(map(len, pieces_of(whole))) == [MOST_SORTED] * MOST_PIECES
    (note,) = unread(whole, pieces_of(whole))
    assert note.startswith("Of 1,000,000 characters, the first 120,000 were sorted.")


def test_pieces_add_up_and_a_collection_has_room_for_so_many() -> None:
    known = {f"character.people.p{number}.name": f"Person {number}" for number in range(11)}
    ask = PlanAsk("character", fields=known, material={"m1": TEXT})
    first = joined(ask, TEXT, Draft({}), Draft(drafted().values, quotes=drafted().quotes))
    assert ask_for(ask, "More.", first).fields["character.people"] == [*(f"p{n}" for n in range(11)), "c1"]
    other = {WANT: "another want", "character.people.c2.name": "Bo", "character.people.p3.role": "a smith"}
    more = joined(
        ask, "Bo is a smith there.", first, Draft(other, quotes=dict.fromkeys(other, "Bo is a smith there."))
    )
    assert more.values == {**first.values, "character.people.p3.role": "a smith"}
    assert more.drawn_from == ("material.m1",)


def test_an_import_begins_a_round_for_each_stage_that_may_have_one() -> None:
    played = imported("character", "theme")
    assert played.decision is not None
    (id_,) = played.state.material
    assert played.decision.result == {"material_id": id_, "rounds": {"theme": 1, "character": 1}}
    assert {one.material for one in played.decision.rounds} == {id_}
    assert [read_round(one.input()) for one in played.decision.rounds] == list(played.decision.rounds)
    # A second text waits where a round runs; the stage uses both later.
    played.do("IMPORT_MATERIAL", {"text": "More.", "into": ["theme", "world"]})
    assert played.decision.result["rounds"] == {"world": 1}
    assert len(plan_ask(played.state, Round(GenesisStage.THEME, 2, 1)).material) == 2
    assert plan_ask(played.state, played.rounds[PEOPLE]).material == {id_: TEXT}


def test_no_round_begins_where_none_is_possible() -> None:
    guided = imported("plot", mode="guided")
    assert guided.decision is not None
    assert "rounds" not in guided.decision.result
    played = Played().begin("free_form")
    played.do("LOCK_FIELDS", {"paths": ["world"]})
    assert "rounds" not in played.do("IMPORT_MATERIAL", {"text": TEXT, "into": ["world"]}).result
    played = Played().begin("free_form", budget_usd=1)
    played.spent_usd += 1
    assert "rounds" not in played.do("IMPORT_MATERIAL", {"text": TEXT, "into": ["world"]}).result


def test_a_proposal_quotes_the_text_and_changes_only_what_it_names() -> None:
    played = Played().begin("free_form")
    played.choose(PEOPLE)
    before = played.state.stage(PEOPLE).order["people"]
    played.do("IMPORT_MATERIAL", {"text": TEXT, "into": ["character"]})
    (id_,) = played.bring(PEOPLE, drafted())
    made = played.state.stage(PEOPLE).proposals[id_]
    assert sorted(made["quotes"].values()) == ["Ilse Brandt", "She wants to sell it", "is 41"]
    assert made["quotes"].keys() == made["values"].keys() == set(made["scope"])
    played.do("SELECT_PROPOSAL", {"proposal_ids": [id_]})
    after = played.state.stage(PEOPLE).order["people"]
    assert after[:-1] == before
    assert played.value(f"character.people.{after[-1]}.want") == "to sell the ferry"
    assert played.value(f"character.people.{before[0]}.name") == "Nell Tarrow"


def test_what_is_locked_is_not_sorted() -> None:
    played = Played().begin("free_form")
    played.choose(GenesisStage.CONCEPT, CONCEPT)
    played.do("LOCK_FIELDS", {"paths": ["concept.title"]})
    played.do("IMPORT_MATERIAL", {"text": "The Ferry of Ost. It sinks.", "into": ["concept"]})
    found = {
        "concept.title": ("The Ferry of Ost", "The Ferry of Ost"),
        "concept.logline": ("It sinks.", "It sinks."),
    }
    (id_,) = played.bring(GenesisStage.CONCEPT, drafted(found))
    assert played.state.stage(GenesisStage.CONCEPT).proposals[id_]["values"] == {
        "concept.logline": "It sinks."
    }


def test_a_draft_without_a_passage_is_no_proposal() -> None:
    played = imported("character")
    with pytest.raises(DraftInvalid):
        played.bring(PEOPLE, drafted({WANT: ("to fly", "She wants to fly")}))
    played.end(PEOPLE, "failed")
    assert played.state.stage(PEOPLE).status is StageStatus.EMPTY
