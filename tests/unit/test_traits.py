"""The registry of traits: its order is stable, its words are right, its questions hang together."""

from __future__ import annotations

from collections import Counter

from service.domain.readability import forbidden_phrases
from service.domain.story import Character, TraitRef
from service.domain.traits import questions_about, registry, word_for


def test_registry_has_39_traits_in_their_stable_order() -> None:
    assert [trait.number for trait in registry().values()] == list(range(1, 40))
    assert list(registry())[:3] == ["manual_wheelchair", "power_wheelchair", "walker"]
    assert list(registry())[-1] == "gender_expression"


def test_registry_has_the_verifications_of_the_design() -> None:
    kinds = Counter(trait.verification for trait in registry().values())
    assert kinds == {"V": 23, "P": 11, "N": 5}


def test_traits_that_no_picture_shows_are_never_asked_of_one() -> None:
    for trait in registry().values():
        assert bool(trait.questions) == (trait.verification != "N"), trait.id


def test_questions_depend_on_earlier_questions_of_their_own_trait() -> None:
    for trait in registry().values():
        seen: set[str] = set()
        for question in trait.questions:
            assert question.needs is None or question.needs in seen, (trait.id, question.id)
            assert question.id not in seen
            assert question.text.endswith("?")
            seen.add(question.id)


def test_usual_words_are_those_of_the_design() -> None:
    everything = " ".join(f"{trait.words} {trait.person}" for trait in registry().values())
    for word in (
        "wheelchair user",
        "Deaf",
        "autistic",
        "has Down syndrome",
        "limb difference",
        "visible difference",
    ):
        assert word in everything


def test_no_text_of_the_registry_holds_a_forbidden_phrase() -> None:
    for trait in registry().values():
        assert not forbidden_phrases(trait.model_dump_json()), trait.id


def test_a_characters_own_word_wins() -> None:
    maya = Character(name="Maya", preferred_words={"manual_wheelchair": "wheels"})
    assert word_for(maya, "manual_wheelchair") == "wheels"
    assert word_for(maya, "glasses") == "glasses"


def test_questions_begin_with_presence_and_follow_the_traits() -> None:
    maya = Character(name="Maya", traits=(TraitRef(id="manual_wheelchair"), TraitRef(id="autistic")))
    presence, seated, manual, *_ = questions_about(maya)
    assert presence.text == "Is Maya in the picture?" and presence.needs is None
    assert seated.needs == presence.text and seated.trait == "manual_wheelchair"
    assert manual.needs == seated.text
    assert all(asked.trait != "autistic" for asked in questions_about(maya))


def test_questions_take_names_and_details_as_plain_text() -> None:
    odd = Character(name="{detail}", traits=(TraitRef(id="birthmark", detail="{name} {x}"),))
    texts = [asked.text for asked in questions_about(odd)]
    assert "Is there a birthmark on {detail}?" in texts
    assert "Is it where it was said to be: {name} {x}?" in texts
