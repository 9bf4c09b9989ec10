"""The fields of a plan as a language model is asked for them: what each is, and how long. Pure.

Names, limits and references are those of ``service.genesis.fields``, which checks what comes back; a test
holds the two tables together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from service.providers.protocols import Stage


@dataclass(frozen=True, slots=True)
class Words:
    """A text of at most ``most`` characters."""

    most: int
    says: str = ""


@dataclass(frozen=True, slots=True)
class WordsList:
    """``least`` to ``most`` texts of at most ``each`` characters."""

    each: int
    least: int
    most: int
    says: str = ""


@dataclass(frozen=True, slots=True)
class Number:
    """A whole number. The model may leave it open."""

    least: int
    most: int
    says: str = ""


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of some words. The model may leave it open."""

    words: tuple[str, ...]
    says: str = ""


@dataclass(frozen=True, slots=True)
class Refers:
    """The id of an element of ``collection``, or of ``most`` elements; 0 is a single one, or none."""

    collection: str
    most: int = 0
    says: str = ""


Kind = Words | WordsList | Number | OneOf | Refers


@dataclass(frozen=True, slots=True)
class Group:
    """Fields, and collections of elements that have fields of their own."""

    fields: Mapping[str, Kind]
    collections: Mapping[str, Collection] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Collection:
    """Elements. ``letter`` begins the id of a new one; ``key`` is the field by which one is known again."""

    letter: str
    most: int
    group: Group
    says: str = ""
    key: str = "name"


PEOPLE, PLACES, THREADS, CHAPTERS = "character.people", "world.places", "plot.threads", "plot.chapters"

_PERSON = Group(
    {
        "name": Words(
            120, "the name, of the book's time and place; unlike the other names in sound and first letter"
        ),
        "role": Words(300, "the place in the story and the work they do"),
        "age": Number(0, 9999, "in years"),
        "pronouns": OneOf(("she/her", "he/him", "they/them")),
        "summary": Words(
            1000, "two or three sentences: who they are now, with one detail nobody else could have"
        ),
        "want": Words(1000, "what they are after: an aim that one could film them reaching or missing"),
        "need": Words(1000, "what they lack and do not see; getting the want may cost it"),
        "wound": Words(1000, "the one past event that made the lie, with its place or day"),
        "lie": Words(1000, "what they wrongly believe, as a sentence that they would say"),
        "strength": Words(1000, "a strength that solves something in the plot"),
        "flaw": Words(1000, "a flaw that costs something in the plot"),
        "voice": Words(1000, "how they speak: rhythm, habits, what they never say"),
        "arc.start": Words(600, "how they act at first"),
        "arc.turn": Words(600, "what makes them see the lie"),
        "arc.end": Words(600, "what they do at last that they could not have done at first"),
        "looks.skin_tone": Words(120),
        "looks.hair": Words(120),
        "looks.eyes": Words(120),
        "looks.outfit": Words(120, "what they usually wear"),
        "looks.other": Words(120, "what one notices first"),
    }
)
_SCENE = Group(
    {
        "summary": Words(1000, "who wants what of whom here, and what stands in the way"),
        "place": Refers(PLACES, says="the place's id"),
        "people": Refers(PEOPLE, 12, says="ids of those who are there"),
        "beats": WordsList(
            600, 3, 6, "actions in order; each follows from the one before by “therefore” or “but”"
        ),
        "threads": Refers(THREADS, 12, says="ids of the threads that it moves"),
        "turn": Words(300, "what is different at its end"),
        "words": Number(50, 20_000, "its length in words"),
    }
)
_CHAPTER = Group(
    {
        "title": Words(200),
        "act": Number(1, 5, "the act that it belongs to; never falls"),
        "pov": Refers(PEOPLE, says="the id of the person through whom it is seen"),
        "goal": Words(1000, "one sentence: what the pov tries to get"),
        "conflict": Words(1000, "one sentence: who or what is against it, and why now"),
        "outcome": Words(1000, "one sentence: what it ends in; the next chapter follows from it"),
        "hook": Words(1000, "one sentence: the question that pulls the reader on; never the outcome again"),
    },
    {"scenes": Collection("s", 12, _SCENE, "one to three scenes", key="summary")},
)

FIELDS: Mapping[Stage, Group] = MappingProxyType(
    {
        "concept": Group(
            {
                "title": Words(200, "a title that only this novel could have"),
                "logline": Words(
                    300,
                    "one sentence of at most 40 words: who, what they must do, against what, at what cost",
                ),
                "premise": Words(
                    4000,
                    "120 to 200 words: the situation, what sets it off, what follows, what is at "
                    "stake, the irony in it",
                ),
                "genre": Words(80, "one or two words"),
                "audience": OneOf(("children", "middle_grade", "young_adult", "adult")),
                "tone": WordsList(60, 0, 5, "two to four; a word or two each"),
                "point_of_view": Words(120, "person and distance, for example “close third, one person”"),
                "tense": Words(60),
                "length.chapters": Number(3, 60, "number of chapters"),
                "length.words_a_chapter": Number(200, 20_000, "words of a chapter"),
                "avoid": WordsList(200, 0, 20, "what this novel keeps out, for example clichés of its genre"),
            }
        ),
        "theme": Group(
            {
                "question": Words(500, "the question that the whole plot asks; no yes answers it"),
                "statement": Words(
                    500, "the answer that the protagonist's end gives, as a claim one could deny"
                ),
                "counter_statement": Words(500, "the opponent's answer, as strong as the other"),
                "values_in_conflict": WordsList(80, 2, 2, "two goods of which one costs the other"),
            },
            {
                "motifs": Collection(
                    "m",
                    12,
                    Group(
                        {
                            "name": Words(200, "a thing, sound or gesture that can be seen or heard"),
                            "meaning": Words(500, "what it means at first, and at the end"),
                        }
                    ),
                    "three to five motifs",
                )
            },
        ),
        "character": Group(
            {},
            {
                "people": Collection(
                    "c", 12, _PERSON, "four to seven people, the protagonist first, then the opponent"
                ),
                "relations": Collection(
                    "r",
                    60,
                    Group(
                        {
                            "a": Refers(PEOPLE, says="a person's id"),
                            "b": Refers(PEOPLE, says="another person's id"),
                            "kind": Words(200, "what they are to each other"),
                            "tension": Words(600, "what one wants of the other and does not get"),
                        }
                    ),
                    "the relations that make trouble",
                    key="",
                ),
            },
        ),
        "world": Group(
            {
                "era": Words(600, "when and where, and what this means for daily life"),
                "summary": Words(
                    4000, "80 to 150 words: how the place works, who has power, what is wrong in it"
                ),
            },
            {
                "places": Collection(
                    "w",
                    40,
                    Group(
                        {
                            "name": Words(200),
                            "summary": Words(1000, "what happens here and nowhere else"),
                            "senses": Words(600, "what one hears, smells and touches first"),
                        }
                    ),
                    "five to eight places in which scenes can be played",
                ),
                "rules": Collection(
                    "u",
                    20,
                    Group(
                        {
                            "statement": Words(600, "a rule of this world, also a social one"),
                            "cost": Words(600, "what it costs whom to break it or to use it"),
                        }
                    ),
                    "two to five rules",
                    key="statement",
                ),
                "groups": Collection(
                    "g",
                    20,
                    Group({"name": Words(200), "aim": Words(600, "what they want, and of whom")}),
                    "two to four groups",
                ),
                "history": Collection(
                    "h",
                    40,
                    Group(
                        {"when": Words(200), "what": Words(1000, "an event that still hurts somebody today")}
                    ),
                    "two to five events",
                    key="what",
                ),
                "glossary": Collection(
                    "e",
                    60,
                    Group({"term": Words(120), "meaning": Words(600)}),
                    "only words that a reader would not know",
                    key="term",
                ),
            },
        ),
        "plot": Group(
            {
                "structure": OneOf(("three_act", "four_act", "heros_journey", "kishotenketsu", "custom")),
                "ending": Words(4000, "80 to 150 words: the last choice, its price, the last image"),
            },
            {
                "threads": Collection(
                    "t",
                    40,
                    Group(
                        {
                            "name": Words(300),
                            "setup": Words(1000, "where it is planted, so that nobody notices"),
                            "payoff": Words(1000, "where it pays, later than the setup"),
                        }
                    ),
                    "three to seven threads",
                ),
                "chapters": Collection("k", 60, _CHAPTER, "all chapters in their order", key="title"),
            },
        ),
    }
)


def is_order(path: str) -> bool:
    """Whether a path is that of a collection: the order of its ids stands there, and no value."""
    stage, *rest = path.split(".")
    group = next((group for name, group in FIELDS.items() if name == stage), None)
    while group and rest and (collection := group.collections.get(rest[0])):
        if len(rest) == 1:
            return True
        group, rest = collection.group, rest[2:]
    return False


def named(fields: Mapping[str, object], collection: str) -> Iterator[str]:
    """The ids of a collection's elements among accepted values: in the order that stands at its path, else
    as they come."""
    order = fields.get(collection)
    if isinstance(order, list):
        yield from (id_ for id_ in order if isinstance(id_, str))
        return
    prefix = f"{collection}."
    yield from dict.fromkeys(
        path[len(prefix) :].partition(".")[0] for path in fields if path.startswith(prefix)
    )
