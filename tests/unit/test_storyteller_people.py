"""Names, pronouns and introductions, whatever people are called."""

from __future__ import annotations

from random import Random
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.domain.readability import forbidden_phrases, sentences
from service.domain.story import AgeRange, Character, Pronouns, StoryBrief, StoryContent, TraitRef
from service.domain.traits import registry
from service.providers.offline.storyteller.cast import Cast, possessive, with_article
from service.providers.offline.storyteller.grammar import parse, render
from service.providers.offline.storyteller.introductions import introduce, predicates
from service.providers.offline.storyteller.telling import tell
from tests.cases import for_each

HOSTILE = (
    '<img src=x onerror="alert(1)">',
    "{{7*7}}",
    "{X:they}",
    "#eval(read(1))",
    "[a|b] <c|d>",
    "🦊" * 200,
    "محمد בן",
    'O\'Neil "Sam" $HOME %s',
    "\\textbf{x}",
)


def _told(line: str, *heroes: Character, **facts: str) -> str:
    return render(parse(line), Cast(heroes, facts, Random(1)))


def _text(content: StoryContent) -> str:
    return "\n\n".join(beat.text for beat in content.beats)


@pytest.mark.parametrize(
    ("pronouns", "told"),
    [
        ("she/her", "She was glad. It was hers, her hat."),
        ("he/him", "He was glad. It was his, his hat."),
        ("they/them", "They were glad. It was theirs, their hat."),
        (None, "Sam was glad. It was theirs, their hat."),
    ],
)
def test_pronouns_agree_for_one_hero(pronouns: Pronouns | None, told: str) -> None:
    sam = Character(name="Sam", pronouns=pronouns)
    assert _told("{They were} glad. It was {theirs}, {X:their} hat.", sam) == told


def test_several_heroes_are_they() -> None:
    heroes = (Character(name="Sam", pronouns="he/him"), Character(name="Ann"))
    assert _told("{heroes} [go|goes]. {They were} there, {them} and {their} hats.", *heroes) == (
        "Sam and Ann go. They were there, them and their hats."
    )


def test_a_hero_who_signs_does_not_say() -> None:
    ana = Character(name="Ana", traits=(TraitRef(id="signing_deaf"),))
    assert _told('"Hi," {X:said} {X}.', ana) == "“Hi,” signed Ana."


def test_possessives_and_articles() -> None:
    assert (possessive("James"), possessive("Maya")) == ("James’s", "Maya’s")
    assert with_article("owl") == "an owl"
    assert with_article("unicorn") == "a unicorn"
    assert with_article("honest fox") == "an honest fox"
    assert with_article("bear") == "a bear"


def test_a_template_with_unmatched_brackets_or_quotes_is_refused() -> None:
    for broken in ("[one|two", "one]", '"one', "<a|b"):
        with pytest.raises(ValueError):
            parse(broken)


@for_each(
    ("description", "said"),
    [
        ("curious, laughs loudly", ("is curious", "laughs loudly")),
        ("brave", ("is brave",)),
        ("a little shy and loves trains", ("is a little shy", "loves trains")),
        ("with a big red hat", ("has a big red hat",)),
        ("never sits still", ("never sits still",)),
        ("always hungry", ("is always hungry",)),
        ("fearless", ("is fearless",)),
        ("Loves {{cake}}", ()),
        ("they love it. So much.", ()),
    ],
)
def test_descriptions_become_predicates_where_they_can(description: str, said: tuple[str, ...]) -> None:
    assert predicates(description) == said


def test_introductions_name_age_kind_and_ways() -> None:
    maya = Character(name="Maya", age=6, pronouns="she/her", description="curious, kind, laughs loudly")
    assert introduce(maya, rich=False) == "Maya is six, and she is curious and kind, and laughs loudly."
    assert introduce(maya, rich=True) == "Six-year-old Maya is curious and kind, and laughs loudly."
    pip = Character(name="Pip", kind="animal", species="otter", description="loves jokes")
    assert introduce(pip, rich=False) == "Pip is an otter who loves jokes."
    zoe = Character(name="Zoë", age=4, pronouns="they/them", description="loves cake, has a drum")
    assert introduce(zoe, rich=False) == "Zoë is four, and they love cake and have a drum."
    assert introduce(Character(name="Al"), rich=True) == ""


def test_a_description_in_sentences_is_quoted_or_told() -> None:
    told = introduce(Character(name="Bo", description="She loves trains. She has a dog."), rich=False)
    assert told == "Bo loves trains."
    quoted = introduce(Character(name="Bo", description="Give Bo a drum!"), rich=False)
    assert quoted == "Ask about Bo, and people say, “Give Bo a drum!”"


@for_each("name", HOSTILE)
def test_odd_names_come_out_as_they_went_in(name: str) -> None:
    hero = Character(name=name, description=name, traits=(TraitRef(id="birthmark", detail=name),))
    brief = StoryBrief(characters=(hero,), themes=(name,), age_range="5-8", seed=3)
    content = tell(brief)
    plain = hero.model_copy(update={"name": "Qqq"})
    with_plain_name = _text(tell(brief.model_copy(update={"characters": (plain,)})))
    assert name in _text(content)
    assert _text(content).count(name) >= with_plain_name.count("Qqq") > 5
    assert "49" not in _text(content)


@settings(max_examples=40, deadline=None)
@given(name=st.text(min_size=1, max_size=30), description=st.text(max_size=60), seed=st.integers(0, 9999))
def test_any_name_and_description_make_a_whole_story(name: str, description: str, seed: int) -> None:
    hero = Character(name=name, description=description)
    content = tell(StoryBrief(characters=(hero,), seed=seed, themes=(description,)))
    assert len(content.beats) == 4
    assert name in _text(content)


def test_preferred_words_win_in_the_story() -> None:
    maya = Character(
        name="Maya",
        traits=(TraitRef(id="manual_wheelchair"),),
        preferred_words={"manual_wheelchair": "wheels"},
    )
    for seed in range(6):
        text = _text(tell(StoryBrief(characters=(maya,), seed=seed, themes=("courage",))))
        assert "wheels" in text and "wheelchair" not in text


def test_a_title_that_was_asked_for_is_kept() -> None:
    brief = StoryBrief(characters=(Character(name="Maya"),), title="{heroes} & me")
    assert tell(brief).title == "{heroes} & me"


def test_the_same_brief_tells_the_same_story_and_a_wheelchair_user_is_never_made_to_stand() -> None:
    maya = Character(name="Maya", traits=(TraitRef(id="power_wheelchair"),))
    brief = StoryBrief(characters=(maya, Character(name="Leo")), scene_count=9, seed=5)
    assert tell(brief).model_dump_json() == tell(brief).model_dump_json()
    poses = {p.pose for b in tell(brief).beats if b.staging for p in b.staging.poses if p.name == "Maya"}
    assert not poses & {"stand", "walk", "run", "kneel"}


def test_an_unknown_story_type_is_an_adventure() -> None:
    brief = StoryBrief(characters=(Character(name="Maya"),), story_type="space opera", seed=2)
    known = brief.model_copy(update={"story_type": "adventure"})
    assert tell(brief).beats[0].staging == tell(known).beats[0].staging


@for_each("trait", registry())
def test_every_trait_happens_in_a_book_of_four_scenes(trait: str) -> None:
    plain = Character(name="Maya", age=6, pronouns="she/her")
    maya = plain.model_copy(update={"traits": (TraitRef(id=trait),)})
    for age in get_args(AgeRange):
        brief = StoryBrief(characters=(maya,), age_range=age, seed=4, themes=("kindness",))
        without = sentences(_text(tell(brief.model_copy(update={"characters": (plain,)}))))
        happened = [sentence for sentence in sentences(_text(tell(brief))) if sentence not in without]
        assert any("Maya" in sentence for sentence in happened), (trait, age)
        assert not forbidden_phrases(" ".join(happened))
