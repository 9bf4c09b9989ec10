"""Draws the pages of offline books on one sheet, with what each page was asked to show.

``python -m tools.page_sheet sheet.jpg --books 3 --style "cut paper"``. Look at such sheets after every change
of the illustrator or of the storyteller.
"""

from __future__ import annotations

import argparse
import io
from collections.abc import Iterator
from pathlib import Path

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
_COLUMNS, _FOOT = 4, 40


def pages(book: int, scenes: int, style: str | None, side: int) -> Iterator[PictureAsk]:
    """The cover and the scenes of a book. Its number determines its heroes, its type and its seed."""
    heroes = _CASTS[book % len(_CASTS)]
    brief = StoryBrief(
        characters=heroes,
        scene_count=scenes,
        seed=book * 7 + 3,
        story_type=_TYPES[book * 5 % 6],
    )
    content = tell(brief)
    palette = plan_palette(brief, content)
    for index in range(scenes + 1):
        yield PictureAsk(
            subject="scene" if index else "cover", index=index, title=content.title, characters=heroes,
            analysis=analyse_scene(brief, content, index), palette=palette.steps[index], motif=palette.motif,
            prompt=Prompt(()), style=style, seed=brief.seed, size=(side, side),
        )  # fmt: skip


def sheet(asks: list[PictureAsk], side: int) -> Image.Image:
    """The pictures in rows. Below each: what was staged, and the end of its description."""
    rows = -(-len(asks) // _COLUMNS)
    paper = Image.new("RGB", (_COLUMNS * side, rows * (side + _FOOT)), "white")
    pen, font = ImageDraw.Draw(paper), ImageFont.load_default(13)
    for at, ask in enumerate(asks):
        x, y = at % _COLUMNS * side, at // _COLUMNS * (side + _FOOT)
        picture = render(ask)
        with Image.open(io.BytesIO(picture.data)) as page:
            paper.paste(page, (x, y))
        assert ask.analysis is not None
        staging = ask.analysis.staging
        asked = ", ".join(
            (ask.analysis.camera.split()[0], staging.place, staging.time_of_day, *staging.props)
        )
        pen.text((x + 4, y + side + 3), asked[: side // 7], fill="black", font=font)
        pen.text((x + 4, y + side + 20), (picture.alt or "")[-side // 7 :], fill="gray", font=font)
    return paper


def main() -> None:
    """Write the sheet."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--first", type=int, default=0, help="number of the first book")
    parser.add_argument("--books", type=int, default=4)
    parser.add_argument("--scenes", type=int, default=3)
    parser.add_argument("--style", help="words of a style")
    parser.add_argument("--side", type=int, default=512, help="pixels of a side of a picture")
    args = parser.parse_args()
    books = range(args.first, args.first + args.books)
    asks = [ask for book in books for ask in pages(book, args.scenes, args.style, args.side)]
    sheet(asks, args.side).save(args.file, quality=88)


if __name__ == "__main__":
    main()
