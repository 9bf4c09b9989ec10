"""Prompts of pictures: data is quoted where it is sent, and the ledger knows them as it always did."""

from __future__ import annotations

import json

from service.domain.direction import quiet_direction
from service.domain.prompts import picture_prompt, sheet_prompt
from service.domain.story import Character, Looks, TraitRef
from tests.factories import a_brief, a_content

BRIEF = a_brief(
    characters=(
        Character(
            name="Maya",
            age=6,
            traits=(TraitRef(id="manual_wheelchair", detail="a red\none"), TraitRef(id="glasses")),
            looks=Looks(hair="black", outfit="a coat"),
        ),
        Character(name="Rex", kind="animal", species="fox"),
    ),
    style="ink",
    instructions='say "boo"\nand run',
)
DIRECTION = quiet_direction(a_content())
#: As version 0.1.0 wrote them: keys of the ledger are made of these, and books under way have paid for them.
PICTURE = """Style: ink. Where that leaves it open: gouache.
The book's cover.
{description}
Characters: Maya: child, 6 years old; black, a coat; must be seen: manual wheelchair (a red
one), glasses. Rex: fox.
Palette: Quiet daylight (calm): #f6efe0, #bcd4de, #8fb59c, #5c7f8c, #34495e.
Motif, woven in quietly: a boat.
Wishes of the author: say "boo"
and run
A picture for a young child's book: kind, safe and unfrightening. No text, letters or signs. Nobody is \
pitied or set apart; every device a person uses is drawn as it really works.

Feedback: no wheels"""
SHEET = """Style: gouache.
A reference sheet on a plain light ground: each character whole, from the front and once more in another \
pose, looking the same both times.
Characters: Maya: child, 6 years old; black, a coat; must be seen: manual wheelchair (a red
one), glasses. Rex: fox.
A picture for a young child's book: kind, safe and unfrightening. No text, letters or signs. Nobody is \
pitied or set apart; every device a person uses is drawn as it really works."""


def test_the_ledgers_prompts_are_those_of_before() -> None:
    analysis = DIRECTION.analysis(0)
    prompt = picture_prompt(
        BRIEF, analysis, DIRECTION.palette_step(0), "a boat", global_style="gouache", feedback="no wheels"
    )
    assert str(prompt) == PICTURE.format(description=analysis.description)
    assert str(sheet_prompt(BRIEF.model_copy(update={"style": None}), global_style="gouache")) == SHEET


def test_all_that_is_not_ours_is_quoted_and_cannot_begin_a_line() -> None:
    prompt = picture_prompt(
        BRIEF, DIRECTION.analysis(0), DIRECTION.palette_step(0), "a boat", global_style="gouache"
    )
    sent = prompt.quoted(lambda text: text)
    for data in prompt.texts():
        assert json.dumps(data, ensure_ascii=False) in sent
    assert "\none" not in sent
    assert "\nand run" not in sent
    assert {"Maya", "a red\none", "black", "fox", "ink", "a boat", "calm"} <= set(prompt.texts())
