"""Draws the pages of offline books on one sheet, each with its words, as a parent sees them.

``python -m tools.page_sheet sheet.jpg --books 3 --style "cut paper"`` draws whole books.
``--random 12 --first 7`` draws single pages of as many books instead. Look at such sheets after every change
of the illustrator or of the storyteller.
"""

from __future__ import annotations

import argparse
import io
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

from PIL import Image, ImageDraw, ImageFont

from service.domain.prompts import Prompt
from service.domain.story import Character, Looks, StoryBrief, TraitRef
from service.providers.offline.director import analyse_scene, plan_palette
from service.providers.offline.image import render
from service.providers.offline.storyteller.telling import tell
from service.providers.protocols import PictureAsk

_TYPES = ("adventure", "bedtime", "birthday", "friendship", "mystery", "learning")
_MIA = Character(name="Mia", age=6, looks=Looks(skin_tone="brown", hair="two puffs", outfit="yellow jumper"))
_TOM = Character(name="Tom", age=7, looks=Looks(hair="red", outfit="green striped jumper"))
_MAYA = Character(name="Maya", age=8, traits=(TraitRef(id="manual_wheelchair"), TraitRef(id="glasses")))
_AISHA = Character(name="Aisha", age=9, traits=(TraitRef(id="head_covering", detail="teal hijab"),))
_GRAN = Character(name="Gran", kind="adult", age=70)
_FINN = Character(name="Finn", kind="animal", species="fox")
_CASTS = (
    (_MIA, _TOM),
    (_MAYA, _AISHA),
    (_GRAN, _TOM, _AISHA),
    (_FINN,),
    (_MIA,),
    (_MAYA, _TOM, _FINN, _AISHA),
)
_COLUMNS, _LINES, _LINE = 4, 9, 15


@dataclass(frozen=True)
class Page:
    """A page: what its picture is asked to show, and its words."""

    ask: PictureAsk
    text: str


def pages(book: int, scenes: int, style: str | None, side: int) -> Iterator[Page]:
    """The cover and the scenes of a book. Its number determines all that is asked."""
    chance = Random(book)
    heroes = chance.choice(_CASTS)
    brief = StoryBrief(
        characters=heroes,
        scene_count=scenes,
        seed=chance.randrange(10_000),
        story_type=chance.choice(_TYPES),
        age_range=chance.choice(("3-5", "5-8")),
    )
    content = tell(brief)
    palette = plan_palette(brief, content)
    for index in range(scenes + 1):
        ask = PictureAsk(
            subject="scene" if index else "cover", index=index, title=content.title, characters=heroes,
            analysis=analyse_scene(brief, content, index), palette=palette.steps[index], motif=palette.motif,
            prompt=Prompt(()), style=style, seed=brief.seed, size=(side, side),
        )  # fmt: skip
        yield Page(ask, content.beats[index - 1].text if index else f"Cover: {content.title}")


def sheet(drawn: list[Page], side: int) -> Image.Image:
    """The pictures in rows. Below each: what was staged, and the words."""
    tall = side + (_LINES + 1) * _LINE + 6
    rows = -(-len(drawn) // _COLUMNS)
    paper = Image.new("RGB", (_COLUMNS * side, rows * tall), "white")
    pen, font = ImageDraw.Draw(paper), ImageFont.load_default(13)
    for at, page in enumerate(drawn):
        x, y = at % _COLUMNS * side, at // _COLUMNS * tall
        with Image.open(io.BytesIO(render(page.ask).data)) as picture:
            paper.paste(picture, (x, y))
        assert page.ask.analysis is not None
        staging = page.ask.analysis.staging
        asked = ", ".join(
            (page.ask.analysis.camera.split()[0], staging.place, staging.time_of_day, *staging.props)
        )
        pen.text((x + 4, y + side + 2), f"{at + 1}: {asked}"[: side // 7], fill="gray", font=font)
        for row, line in enumerate(textwrap.wrap(page.text, side // 7)[:_LINES]):
            pen.text((x + 4, y + side + 2 + (row + 1) * _LINE), line, fill="black", font=font)
    return paper


def main() -> None:
    """Write the sheet."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--first", type=int, default=0, help="number of the first book")
    parser.add_argument("--books", type=int, default=4)
    parser.add_argument("--random", type=int, help="draw one page of each of so many books")
    parser.add_argument("--scenes", type=int, default=3)
    parser.add_argument("--style", help="words of a style")
    parser.add_argument("--side", type=int, default=512, help="pixels of a side of a picture")
    args = parser.parse_args()
    books = range(args.first, args.first + (args.random or args.books))
    drawn = []
    for book in books:
        told = list(pages(book, args.scenes, args.style, args.side))
        drawn += [Random(book).choice(told)] if args.random else told
    sheet(drawn, args.side).save(args.file, quality=88)


if __name__ == "__main__":
    main()
