"""Names, pronouns and introductions, whatever people are called."""

from __future__ import annotations

from functools import cache
from itertools import product
from random import Random
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.domain.readability import forbidden_phrases, sentences
from service.domain.story import AgeRange, Character, Pronouns, StoryBrief, StoryContent, TraitRef
from service.domain.traits import registry
from service.providers.offline.planner.grammar import parse
from service.providers.offline.storyteller.agreement import flowing, sentences_of, settle, speakers, tidy
from service.providers.offline.storyteller.english import with_article
from service.providers.offline.storyteller.introductions import introduce, predicates
from service.providers.offline.storyteller.people import hero_of
from service.providers.offline.storyteller.telling import tell
from service.providers.offline.storyteller.voice import Voice
from tests.cases import for_each

PLAIN = Character(name="Maya", age=6, pronouns="she/her")
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


def _told(line: str, *heroes: Character, age: AgeRange = "5-8", **facts: str) -> str:
    voice = Voice([hero_of(hero) for hero in heroes], len(heroes), age, Random(1))
    voice.facts |= facts
    voice.roles = dict(zip("XY", range(len(heroes)), strict=False))
    return voice.expand(voice.render(line))


def _text(content: StoryContent) -> str:
    return "\n\n".join(beat.text for beat in content.beats)


@pytest.mark.parametrize(
    ("pronouns", "told"),
    [
        ("she/her", "She was glad. It was hers, her hat."),
        ("he/him", "He was glad. It was his, his hat."),
        ("they/them", "They were glad. It was theirs, their hat."),
        (None, "Sam was glad. It was Sam's, Sam's hat."),
    ],
)
def test_pronouns_agree_for_one_hero_or_are_avoided(pronouns: Pronouns | None, told: str) -> None:
    sam = Character(name="Sam", pronouns=pronouns)
    assert _told("{They were} glad. It was {theirs}, {X:their} hat.", sam) == told


def test_several_heroes_are_they() -> None:
    heroes = (Character(name="Sam", pronouns="he/him"), Character(name="Ann"))
    assert _told("{all} #go|goes#. {They were} there, {them} and {their} hats.", *heroes) == (
        "Sam and Ann go. They were there, them and their hats."
    )


@for_each(
    ("trait", "line", "told"),
    [
        ("signing_deaf", '"Hi," {X:said} {X}.', '"Hi," signed Ana.'),
        ("signing_deaf", '"Hi!" {X:cried} {X}.', '"Hi!" Ana signed, very big.'),
        ("communication_device", '"Hi," {X:said} {X}.', '"Hi," tapped Ana.'),
        ("power_wheelchair", "{X} {X:walked} on.", "Ana rolled on."),
        ("white_cane", "{X} {X:looked} round.", "Ana turned round."),
        ("glasses", "{X} {X:walked} in {X:t:glasses}.", "Ana walked in glasses."),
    ],
)
def test_verbs_suit_the_body(trait: str, line: str, told: str) -> None:
    ana = Character(name="Ana", traits=(TraitRef(id=trait),))
    assert _told(line, ana) == told


def test_words_are_chosen_by_age_and_number() -> None:
    sam = Character(name="Sam")
    assert _told("^small|large^ #we|I# {thing:a}", sam, thing="egg") == "large I an egg"
    assert _told("^small|large^ #we|I#", sam, sam, age="0-3") == "small we"


def test_name_that_begins_two_sentences_becomes_a_pronoun_if_it_is_clear_who() -> None:
    ann = hero_of(Character(name="Ann", pronouns="she/her"))
    eve = hero_of(Character(name="Eve", pronouns="she/her"))
    voice = Voice([ann, eve], 2, "5-8", Random(1))
    a, e = "\ue000", "\ue001"
    text = list(settle([f"{a} ran.", f"{a} hid.", f"{e} saw {a}.", f"{e} sat."], voice.cast))
    assert voice.expand(" ".join(text)) == "Ann ran. She hid. Eve saw Ann. Eve sat."


def test_paragraphs_are_divided_between_speakers_and_never_within_a_speech() -> None:
    assert list(speakers('"No." "Yes." He went.')) == ['"No."', '"Yes." He went.']
    assert sentences_of('"A b. C d." E. "F," said G.') == ['"A b. C d."', "E.", '"F," said G.']


def test_short_sentences_flow_together() -> None:
    assert flowing(["It was late.", "And it was dark.", "Not so."], most=2) == [
        "It was late, and it was dark.",
        "Not so.",
    ]


def test_articles_and_signs_are_tidied() -> None:
    assert tidy("a owl.. it sat .") == "An owl. It sat."
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


def _what_happens_with(trait: str, age: AgeRange) -> list[str]:
    """The sentences of a book that are there because of the trait."""
    maya = PLAIN.model_copy(update={"traits": (TraitRef(id=trait),)})
    told = _text(tell(StoryBrief(characters=(maya,), age_range=age, seed=4, themes=("kindness",))))
    return [sentence for sentence in sentences(told) if sentence not in _without_traits(age)]


@cache
def _without_traits(age: AgeRange) -> frozenset[str]:
    return frozenset(
        sentences(_text(tell(StoryBrief(characters=(PLAIN,), age_range=age, seed=4, themes=("kindness",)))))
    )


@for_each("trait", registry())
def test_every_trait_happens_in_a_book_of_four_scenes(trait: str) -> None:
    age = get_args(AgeRange)[list(registry()).index(trait) % 4]
    happened = _what_happens_with(trait, age)
    assert any("Maya" in sentence for sentence in happened), (trait, age)
    assert not forbidden_phrases(" ".join(happened))


@pytest.mark.long
@for_each(("trait", "age"), list(product(registry(), get_args(AgeRange))))
def test_every_trait_happens_at_every_age(trait: str, age: AgeRange) -> None:
    happened = _what_happens_with(trait, age)
    assert any("Maya" in sentence for sentence in happened), (trait, age)
    assert not forbidden_phrases(" ".join(happened))


def test_the_species_of_a_hero_is_said_once() -> None:
    hero = Character(name="Biscuit", kind="animal", species="dog", description="loyal and always hungry")
    for seed in range(12):
        brief = StoryBrief(characters=(hero,), scene_count=4, seed=seed, story_type="adventure")
        text = " ".join(beat.text for beat in tell(brief).beats)
        assert text.count("Biscuit is a dog") == 1
