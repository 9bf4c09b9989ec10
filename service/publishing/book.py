"""A book as a value: the content of its pages, without colours and files.

:func:`compose` combines the finished parts of a story. A missing part is ``None``, and the typesetter puts a
plain placeholder in its place. Page numbers that readers refer to are the numbers of the scenes, from 1. They
are the same in every edition.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from service.domain.languages import primary_language
from service.domain.story import Activities, Activity, AgeRange, StoryBrief, StoryContent
from service.publishing.plates import Early

#: Three dark colours, as ``#rrggbb``.
Colours = tuple[str, str, str]

#: The colours of a book without pictures: dusk, moss and brick.
QUIET_COLOURS: Colours = ("#3b4a7a", "#3d6659", "#9a4a3c")

_LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur", "yi"})


@dataclass(frozen=True, slots=True)
class Art:
    """An encoded picture (PNG, JPEG or WebP) and a description of it. If the picture's plates were made
    early, a book for the screen needs no ``data``."""

    data: bytes
    alt: str
    early: Early | None = None


@dataclass(frozen=True, slots=True)
class Spread:
    """The double page of one scene: a picture page and the text page that faces it. The storyboard's ``shot``
    (wide, close …) decides on which side the picture is, and its shape."""

    index: int
    paragraphs: tuple[str, ...]
    art: Art | None
    colours: Colours
    shot: str | None = None


@dataclass(frozen=True, slots=True)
class Maker:
    """The maker of a part: the name of a model, and whether this model is one of our own offline programs."""

    model: str
    offline: bool


@dataclass(frozen=True, slots=True)
class Colophon:
    """How the book was made. For a part that was not made by a program, the maker is None. ``by_a_person``: a
    person wrote the text, even if a program mended it."""

    made_on: date
    seed: int
    words: Maker | None = None
    pictures: Maker | None = None
    voice: Maker | None = None
    by_a_person: bool = False


@dataclass(frozen=True, slots=True)
class Book:
    """A finished book. ``readers`` are the heroes who are children; ``companions`` are the other heroes."""

    title: str
    language: str
    age_range: AgeRange
    readers: tuple[str, ...]
    companions: tuple[str, ...]
    summary: str
    cover: Art | None
    colours: Colours
    spreads: tuple[Spread, ...]
    activities: tuple[Activity, ...]
    colophon: Colophon

    @property
    def language_tag(self) -> str:
        """The book's language as a well-formed tag; the tag of English if the language is malformed."""
        return language_tag(self.language)

    @property
    def right_to_left(self) -> bool:
        """Whether the book's language is written from right to left."""
        return primary_language(self.language) in RIGHT_TO_LEFT


def language_tag(language: str) -> str:
    """A language as a well-formed tag; the tag of English if the language is malformed."""
    tag = language.strip().replace("_", "-")
    return tag if _LANGUAGE_TAG.fullmatch(tag) else "en"


def compose(
    brief: StoryBrief,
    content: StoryContent,
    pictures: Mapping[int, bytes],
    colours: Mapping[int, Colours],
    activities: Activities | None,
    colophon: Colophon,
    *,
    early: Mapping[int, Early] = MappingProxyType({}),
    alts: Mapping[int, str] = MappingProxyType({}),
) -> Book:
    """Combine the parts of a story to a book.

    ``pictures``, ``early`` plates, ``colours`` and ``alts`` (descriptions of the drawn pictures) are mappings
    by scene, counted from 1; the cover has the number 0. Each mapping may lack any scene. A picture whose
    plates are in ``early`` may be left out. The language of the book is the language of its text.
    """

    def art(index: int, alt: str) -> Art | None:
        if index in early:
            return Art(pictures.get(index, b""), alt, early[index])
        return Art(pictures[index], alt) if pictures.get(index) else None

    cover_colours = colours.get(0) or next(iter(colours.values()), QUIET_COLOURS)
    children = tuple(hero.name for hero in brief.characters if hero.kind == "child")
    everyone = tuple(hero.name for hero in brief.characters)
    readers = children or everyone
    return Book(
        title=content.title,
        language=content.language_of(brief),
        age_range=brief.age_range,
        readers=readers,
        companions=tuple(name for name in everyone if name not in readers),
        summary=content.summary,
        cover=art(0, alts.get(0) or content.cover_alt or content.title),
        colours=cover_colours,
        spreads=tuple(
            Spread(
                beat.index,
                # The author of a text decides where its lines end.
                paragraphs(beat.text, verse=bool(brief.given_pages)),
                art(beat.index, beat.alt_of(alts.get(beat.index))),
                colours.get(beat.index, cover_colours),
                beat.staging.shot if beat.staging else None,
            )
            for beat in content.beats
        ),
        activities=activities.questions if activities else (),
        colophon=colophon,
    )


def paragraphs(text: str, *, verse: bool = False) -> tuple[str, ...]:
    """The paragraphs of a text. Blank lines separate paragraphs. White space within a paragraph is
    normalized. With ``verse``, the lines of a paragraph stay lines."""
    parts = re.split(r"\n\s*\n", text)
    lined = (part.split("\n") if verse else [part] for part in parts)
    folded = ("\n".join(filter(None, (" ".join(line.split()) for line in lines))) for lines in lined)
    return tuple(part for part in folded if part)


@cache
def _phrasebook() -> dict[str, dict[str, Any]]:
    source = files("service.publishing").joinpath("templates/labels.json")
    phrases: dict[str, dict[str, Any]] = json.loads(source.read_text("utf-8"))
    return phrases


def labels(language: str) -> Mapping[str, str]:
    """The book's fixed words ("The End" …) in a language, or in English if the language is unknown.

    ``labels(...)["language"]`` is the language of the words.
    """
    phrases = _phrasebook()
    found = primary_language(language)
    known = found if found in phrases else "en"
    return {**phrases[known], "language": known}


def name_list(names: tuple[str, ...], words: Mapping[str, str]) -> str:
    """Join names to a list for a sentence: "Ada, Bo and Cy"."""
    if len(names) < 2:
        return "".join(names)
    return f"{words['comma'].join(names[:-1])}{words['and']}{names[-1]}"


def choices(activity: Activity, words: Mapping[str, str]) -> tuple[str, ...]:
    """The options of a question, to choose from or to put in order. Empty for an open question."""
    if activity.kind == "true_false" and not activity.options:
        return words["true"], words["false"]
    return activity.options


def page_to_name(activity: Activity) -> int | None:
    """The number of the page that a question is about; None if the text of the question already names the
    page."""
    named = re.findall(r"\d+", activity.question)
    return None if str(activity.page) in named else activity.page


def colophon_lines(colophon: Colophon, words: Mapping[str, str]) -> list[str]:
    """The colophon in the given words of a language, with one line for each fact."""
    makers = (
        ("words", colophon.words),
        ("pictures", colophon.pictures),
        ("voice", colophon.voice),
    )
    return [
        words["words_by_a_person" if colophon.by_a_person else "made_by_computer"],
        *(f"{words[part]}: {_maker(maker, words)}" for part, maker in makers if maker),
        f"{words['date']}: {colophon.made_on.isoformat()}",
        f"{words['seed']}: {colophon.seed}",
        words["fonts"],
    ]


def _maker(maker: Maker, words: Mapping[str, str]) -> str:
    return words["offline" if maker.offline else "ai"].replace("{model}", maker.model)
