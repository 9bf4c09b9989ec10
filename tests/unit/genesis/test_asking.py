"""What a planner is asked for a round."""

from __future__ import annotations

from typing import Any

from service.genesis.asking import names_in, plan_ask
from service.genesis.generation import Round
from service.genesis.model import GenesisStage
from service.providers.protocols import PlanAsk
from tests.unit.genesis.played import CHARACTER, CONCEPT, THEME, Drafted, Played, people

CONCEPT_STAGE, PEOPLE = GenesisStage.CONCEPT, GenesisStage.CHARACTER


def asked(played: Played, stage: GenesisStage, *used: str, **round_: Any) -> PlanAsk:
    return plan_ask(played.state, Round(stage, round_.pop("number", 1), 3, **round_), used)


def test_an_ask_has_what_was_accepted_and_brought() -> None:
    played = Played().begin("free_form", language="fr", genre="mystery", material=["Of the sea.", "Of salt."])
    played.do("IMPORT_MATERIAL", {"text": "Of themes.", "into": ["theme"]})
    played.choose(PEOPLE, CHARACTER)
    played.do("SUBMIT_FEEDBACK", {"stage": "concept", "text": "Drier."})
    played.set("concept.avoid", ["spiders"])
    ask = asked(played, CONCEPT_STAGE, "Nell", instruction="At night.")
    assert (ask.stage, ask.count, ask.language, ask.inspiration) == (
        "concept",
        3,
        "fr",
        "A tide is left out.",
    )
    assert ask.fields["concept.genre"] == "mystery"
    assert [f"character.people.{id_}" for id_ in ask.fields["character.people"]] == people(played)  # type: ignore[union-attr]
    assert list(ask.material.values()) == ["Of the sea.", "Of salt."]
    assert list(asked(played, GenesisStage.THEME).material.values())[2:] == ["Of themes."]
    assert (ask.feedback, ask.avoid, ask.used_names) == (("Drier.",), ("spiders",), ("Nell",))
    assert (ask.instruction, ask.blend, ask.locked) == ("At night.", (), {})


def test_what_is_locked_or_not_asked_for_stays() -> None:
    played = Played().begin("free_form", genre="mystery", audience="adult")
    played.set("concept.title", "Salt")
    played.set("theme.question", "Why?")
    played.do("LOCK_FIELDS", {"paths": ["concept.genre"]})
    assert asked(played, CONCEPT_STAGE).locked == {"concept.genre": "mystery"}
    assert asked(played, CONCEPT_STAGE, scope=("concept.title", "concept.genre")).locked == {
        "concept.genre": "mystery",
        "concept.audience": "adult",
    }


def test_a_blend_has_the_values_of_its_proposals() -> None:
    played = Played().begin("free_form")
    played.do("GENERATE_INSPIRATION", {"stage": "concept"})
    other = {**CONCEPT, "concept.title": "Another"}
    ids = played.bring(CONCEPT_STAGE, Drafted(CONCEPT), Drafted(other))
    played.do("SELECT_PROPOSAL", {"proposal_ids": ids})
    assert asked(played, CONCEPT_STAGE, blend=tuple(ids)).blend == (CONCEPT, other)


def test_a_job_that_runs_again_asks_the_same_and_a_later_round_something_new() -> None:
    played = Played().begin("free_form", seed=3)
    played.do("GENERATE_INSPIRATION", {"stage": "theme"})
    first = asked(played, GenesisStage.THEME)
    played.bring(GenesisStage.THEME, Drafted(THEME), end=False)
    assert asked(played, GenesisStage.THEME) == first
    assert asked(played, GenesisStage.THEME, number=2).seed != first.seed


def test_names_of_people_are_found_in_proposals() -> None:
    values = [CHARACTER, {"world.places.w1.name": "Saltreeve", "theme.motifs.d1.name": "lead"}]
    assert list(names_in(values)) == ["Nell Tarrow", "Ada Quill"]
