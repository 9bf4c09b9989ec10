"""The concept: a kit, a situation between protagonist and opponent, and what the wish brings along."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from random import Random

from service.providers.offline.planner import recall
from service.providers.offline.planner.asked import wish_of
from service.providers.offline.planner.casting import (
    CHILDREN,
    Casting,
    Names,
    cast_kit,
    culture_of,
    is_absent,
)
from service.providers.offline.planner.corpus import Piece, pieces, telling_words
from service.providers.offline.planner.details import details_of
from service.providers.offline.planner.filling import Filler
from service.providers.offline.planner.lexicon import look_up
from service.providers.offline.planner.manuscript import is_lost
from service.providers.offline.planner.matching import agrees, claims, suits, voice_of, voiced
from service.providers.offline.planner.premise import write_premise
from service.providers.offline.planner.reader import Assume
from service.providers.offline.planner.spark import matter_of, purpose_of, told
from service.providers.offline.planner.taste import Taste, taste_of
from service.providers.offline.planner.wish import Wish
from service.providers.offline.planner.wish_names import LONG
from service.providers.offline.planner.word_lists import audience_of, genre_of, listed
from service.providers.offline.planner.words import bag, capital, clip, sentence
from service.providers.protocols import Draft, FieldValue, PlanAsk

#: What a reader calls the genres of the kits.
GENRES = {
    "mg": "adventure",
    "scifi": "science fiction",
    "family": "family drama",
    "fantasy": "fantasy",
    "mystery": "mystery",
    "romance": "romance",
    "adventure": "adventure",
}
#: The genres into which a premise can be transposed, the nearest first.
_NEIGHBOURS = {
    "scifi": ("adventure", "fantasy", "mystery"),
    "family": ("romance", "mystery", "adventure"),
    "fantasy": ("adventure", "romance", "scifi"),
    "mystery": ("family", "adventure", "romance"),
    "romance": ("family", "adventure", "fantasy"),
    "adventure": ("fantasy", "scifi", "family"),
}
_CHAPTERS = 24
_MOST_TONES = 5
_LONGEST_LOGLINE = 300
_MANY_WORDS = 400
_MOST_UNPLACED = 12
#: Of a text of more characters it is no news that not every thing has a place.
_MANUSCRIPT = 12_000
#: Room for a name in a logline.
_SLACK = 25
_WORDS_A_CHAPTER = {"children": 900, "middle_grade": 1800, "young_adult": 2500, "adult": 3000}
#: How a kit for any spark begins where there is a long text.
_WHERE_IT_STOPS = "Everything stands as the last page leaves it"
#: How much it counts that a kit is about what the wish names: a deed says most about the story.
#: A thing says little where the kit takes any thing.
_WEIGHTS = {"deed": 4, "spark": 3, "thing": 2, "site": 2}


def draft_concepts(ask: PlanAsk, _assume: Assume) -> Iterator[Draft]:
    """Concepts that differ in kit and situation, as far as there are enough of both."""
    choice = _Choice.of(ask)
    used, titles, taken = set(ask.used_names), set[str](), set[str]()
    for index in range(choice.count):
        kit = choice.kits[index % len(choice.kits)]
        main = choice.situation(kit, taken)
        taken.add(main.name)
        chance = Random(f"{ask.seed}:{index}:{ask.inspiration}")
        culture = culture_of(kit, choice.wish, chance)
        words = choice.words(kit, culture, chance, used)
        names = Names(culture, chance, used)
        names.take(words["victim"].split())
        casting = choice.casting(kit, words, names)
        used |= {person.short for person in casting.people.values()} | {words["town"]}
        words |= choice.heart(kit, casting, words["town"])
        filler = Filler(casting.people, words, f"{ask.seed}:{index}:{ask.inspiration}")
        title = _title(kit, filler, titles)
        titles.add(title)
        says = not index and choice.wish.told and not choice.kept
        yield choice.draft(index, _Parts(kit, main, casting, title, filler, says), chance)


@dataclass(frozen=True, slots=True)
class _Parts:
    kit: Piece
    main: Piece
    casting: Casting
    title: str
    filler: Filler
    #: Whether the logline is to say first what the writer said.
    says: bool


@dataclass(frozen=True, slots=True)
class _Choice:
    """What the drafts of one ask are chosen from."""

    ask: PlanAsk
    wish: Wish
    kits: list[Piece]
    mains: list[Piece]
    genre: str
    audience: str
    #: A premise that stays: a locked one, or that of the first concept of a blend.
    kept: str

    @classmethod
    def of(cls, ask: PlanAsk) -> _Choice:
        wish, taste = wish_of(ask), taste_of(ask)
        kept = str((ask.blend[0] if ask.blend else ask.locked).get("concept.premise", ""))
        chance = Random(f"{ask.seed}:{ask.inspiration}")
        genre = genre_of(str(ask.fields.get("concept.genre", ""))) or taste.genre or wish.genre
        said = taste.audience or audience_of(ask.inspiration[:LONG])
        audience = str(ask.fields.get("concept.audience") or said)
        if genre == "mg":
            genre, audience = "", audience or "middle_grade"
        child = not genre and not audience and not {*wish.hero.split()}.isdisjoint(CHILDREN)
        audience = audience or ("middle_grade" if child else "adult" if wish.text else "")
        kits = [recall.kit_of(kept)] if kept else _ranked_kits(wish, taste, genre, audience, chance)
        mains = recall.main_situations()
        chance.shuffle(mains)
        return cls(ask, wish, kits, _blended(ask, taste.ordered(mains)), genre, audience, kept)

    @property
    def count(self) -> int:
        """How many concepts there are: no two of one premise, but where a person has chosen it."""
        return self.ask.count if self.kept else min(self.ask.count, len(self.kits))

    def situation(self, kit: Piece, taken: set[str]) -> Piece:
        """A situation that suits the kit: one that no sibling has, and whose logline has room."""
        if len(self.ask.blend) > 1:
            return self.mains[0]
        mains = voiced(kit, self.mains)
        own = [main for main in mains if main.name in kit.words("main")]
        fits = [*own, *(main for main in mains if suits(kit, main) and main not in own)] or mains
        heart = claims(recall.arc_of_heart(self.wish.feeling), "P") if self.wish.feeling else frozenset[str]()
        fits = [main for main in fits if agrees(claims(main), heart)] or fits
        fresh = [main for main in fits if main.name not in taken] or fits
        room = _LONGEST_LOGLINE - len(kit.one("log")) - _SLACK
        return next((main for main in fresh if own or len(main.one("log")) < room), fresh[0])

    def casting(self, kit: Piece, words: Mapping[str, str], names: Names) -> Casting:
        """The people: those of a premise that stays, else new ones."""
        if self.kept:
            return Casting(recall.people_of_premise(self.kept, kit), ())
        return cast_kit(kit, self.wish, words, names)

    def words(self, kit: Piece, culture: Piece, chance: Random, used: set[str]) -> dict[str, str]:
        """What stands for the slots: as in a premise that stays, else what the wish names, else the kit's."""
        if self.kept:
            return recall.words_of_premise(self.kept, kit)
        wish = self.wish
        text = wish.text if len(wish.text) <= LONG else ""
        site = _site(kit, wish)
        return {
            "victim": _new_victim(culture, kit, chance, {*used, *wish.text.split()}),
            **details_of(kit, text, site, wish.trade),
            "culture": culture.name,
            "town": wish.town or _new_town(culture, chance, used),
            "site": site,
            "thing": wish.matter(kit.words("kinds")) or kit.one("thing"),
            "deed": wish.deed or kit.one("deed"),
            "lost": next((one.called for one in wish.people if is_absent(one, kit)), kit.one("lost")),
        }

    def heart(self, kit: Piece, casting: Casting, town: str) -> dict[str, str]:
        """The spark as a sentence with the names of this cast, and what follows from it."""
        if self.kept:
            return {}
        hero, other = casting.people["P"].short, casting.people["B"].short
        sentence = told(self.wish.text, hero, other) if self.wish.told else ""
        if len(self.wish.text) > LONG:
            thing = self.wish.matter()
            sentence = f"{_WHERE_IT_STOPS} and {thing} with it" if thing else _WHERE_IT_STOPS
        names = {role: person.short for role, person in casting.people.items()}
        heart = recall.heart_words(kit, sentence, self.wish.feeling)
        return heart | {"spark": sentence or recall.spark_of(kit, names, town)}

    def draft(self, index: int, parts: _Parts, chance: Random) -> Draft:
        """The concept of these parts."""
        premise, unplaced = write_premise(
            self.ask, self.wish, parts.kit, parts.main, parts.casting, parts.filler, chance
        )
        values = {
            "concept.title": parts.title,
            "concept.logline": _logline(parts),
            "concept.premise": premise,
            **self._form(index, parts.kit),
        }
        return Draft(values, notes=tuple(self._notes(parts.kit, unplaced)))

    def _form(self, index: int, kit: Piece) -> dict[str, FieldValue]:
        genre = self.genre or kit.words("genre")[0]
        audience = self.audience if self.audience in audiences(kit) else audiences(kit)[0]
        asked = self.ask.fields
        said, tones = str(asked.get("concept.genre", "")), _tones(kit, taste_of(self.ask))
        return {
            "concept.genre": said if _is_finer(said, genre) else GENRES[genre],
            "concept.audience": audience,
            "concept.tone": tones,
            "concept.point_of_view": "first" if index % 2 else "third, close",
            "concept.tense": "past" if index % 3 else "present",
            "concept.length.chapters": asked.get("concept.length.chapters", _CHAPTERS),
            "concept.length.words_a_chapter": asked.get(
                "concept.length.words_a_chapter", _WORDS_A_CHAPTER[audience]
            ),
            "concept.avoid": list(self.ask.avoid),
        }

    def _notes(self, kit: Piece, unplaced: list[str]) -> Iterator[str]:
        if unplaced and len(self.wish.text) <= _MANUSCRIPT:
            more = f" and {len(unplaced) - _MOST_UNPLACED} others" if len(unplaced) > _MOST_UNPLACED else ""
            yield f"No place was found for: {', '.join(unplaced[:_MOST_UNPLACED])}{more}."
        if self.genre and not self.kept and _distance(kit, self.genre):
            near = GENRES[min(kit.words("genre"), key=lambda one: _steps(one, self.genre))]
            yield (
                f"The offline planner has no other premise of the genre {GENRES[self.genre]!r} that fits;"
                f" this one is of the genre {near!r}, and transposed."
            )
        elif (said := self.ask.fields.get("concept.genre")) and not genre_of(str(said)):
            yield f"The offline planner has no premise of the genre {said!r} that fits; this one is near."
        if self.count < self.ask.count:
            yield f"No more than {self.count} of the offline planner’s premises fit, so it proposes no more."
        audience = self.ask.fields.get("concept.audience")
        if audience and audience not in audiences(kit):
            yield f"The offline planner has nothing written for the audience {audience!r}."


def _is_finer(said: str, genre: str) -> bool:
    """Whether a person's words say more of a genre than its name."""
    return genre_of(said) == genre and said.lower() != GENRES[genre]


def _tones(kit: Piece, taste: Taste) -> list[str]:
    """The tone of a kit, with what is wanted first and without what is not."""
    shunned = set[str]().union(*(listed(f"tones_{tone}") for tone in taste.unwanted))
    own = [word for word in kit.words("tone") if word not in shunned]
    return list(dict.fromkeys((*taste.tones, *own)))[:_MOST_TONES]


def audiences(kit: Piece) -> list[str]:
    """For whom a kit is written."""
    return kit.words("audience") or ["middle_grade" if "mg" in kit.words("genre") else "adult"]


def _ranked_kits(wish: Wish, taste: Taste, genre: str, audience: str, chance: Random) -> list[Piece]:
    """Kits of the audience and genre, and after them those of the neighbouring genres; without a genre, of
    all genres in turn. Those first that are about what the wish names, then those whose words the person
    used."""
    own = bag(wish.text)
    order = sorted(
        pieces("kit").values(),
        key=lambda kit: (-_fit(kit, wish), -_likeness(kit, own), chance.random()),
    )
    kits = taste.ordered(order)
    kits = [kit for kit in kits if not audience or audience in audiences(kit)] or kits
    if genre:
        return sorted(kits, key=lambda kit: (_distance(kit, genre), not audience and bool(voice_of(kit))))
    return _genres_in_turn(kits)


def _distance(kit: Piece, genre: str) -> int:
    """How far the genres of a kit are from another: 0 where it is one of them."""
    return min(_steps(one, genre) for one in kit.words("genre"))


def _steps(one: str, genre: str) -> int:
    near = (genre, *_NEIGHBOURS[genre])
    return near.index(one) if one in near else len(near)


def _fit(kit: Piece, wish: Wish) -> int:
    """How well an open kit's slots are filled by what the wish names; 0 where the wish names nothing."""
    matter = wish.matter(kit.words("kinds"))
    named = {"thing": matter, "site": wish.site, "deed": wish.deed, "spark": wish.told}
    if len(wish.text) > LONG:
        return _fit_of_text(kit, wish)
    if not any(named.values()):
        return int(bool(kit.many("open") and "spark" not in kit.words("open") and wish.trade))
    weights = _WEIGHTS | {"spark": _spark_weight(kit, wish)} | ({} if kit.many("kinds") else {"thing": 1})
    own = sum(weights[slot] if named[slot] else -1 for slot in kit.words("open"))
    return own + 2 * (bool(kit.one("long")) and len(wish.text) > LONG)


def _workplace(trade: str) -> str:
    """Where somebody of a trade works; empty for a trade that has no such place."""
    rooms = dict(pair.split(">") for pair in listed("workplaces"))
    room = next((rooms[word] for word in trade.split() if word in rooms), "")
    return f"the {room.replace('_', ' ')}" if room else ""


def _spark_weight(kit: Piece, wish: Wish) -> int:
    """How much it counts for a kit that a spark can be told: little where the kit is of another genre, or
    needs a thing that the spark does not have."""
    if kit.many("only") and wish.genre not in kit.words("only"):
        return 0
    said = told(wish.text, "A", "B") if kit.many("needs") else ""
    if kit.one("needs") == "journey":
        return _WEIGHTS["deed"] + 1 if listed("journeys") & set(said.split()) else 0
    lacks = bool(said) and not (matter_of(said) or purpose_of(said))
    return 1 if lacks else _WEIGHTS["spark"]


def _fit_of_text(kit: Piece, wish: Wish) -> int:
    """How well a kit suits a long text: one may not assert of it what it does not say."""
    if kit.many("long") and any(is_absent(one, kit) and is_lost(wish.text, one.name) for one in wish.people):
        return 3
    return int("spark" in kit.words("open")) + int(kit.words("genre")[0] == "family")


def _site(kit: Piece, wish: Wish) -> str:
    """The site of the wish, else the kit's. A kit for any spark needs one with a roof."""
    if (
        "spark" in kit.words("open")
        and not kit.many("only")
        and (room := _workplace(wish.trade or wish.hero))
    ):
        return wish.site or room
    roofed = look_up(wish.site.split()[-1])[1] == "building" if wish.site else False
    return wish.site if wish.site and (roofed or "spark" not in kit.words("open")) else kit.one("site")


def _likeness(kit: Piece, own: frozenset[str]) -> int:
    """How many of the kit's words a person used; of the many words of a manuscript, in steps."""
    shared = len(own & telling_words(kit, *kit.head))
    return min(3, shared) if len(own) < _MANY_WORDS else shared // 8


def _new_town(culture: Piece, chance: Random, used: set[str]) -> str:
    towns = culture.options("places")
    return chance.choice([town for town in towns if town not in used] or towns)


def _new_victim(culture: Piece, kit: Piece, chance: Random, used: set[str]) -> str:
    """The name of the one whose death a kit is about; empty where it is about none."""
    if not kit.many("victim"):
        return ""
    every = culture.words(kit.one("victim"))
    firsts = [name for name in every if name not in used] or every
    return f"{chance.choice(firsts)} {chance.choice(culture.words('last'))}"


def _genres_in_turn(kits: list[Piece]) -> list[Piece]:
    first = {kit.words("genre")[0]: kit for kit in reversed(kits)}
    leading = [kit for kit in kits if kit in first.values()]
    return leading + [kit for kit in kits if kit not in leading]


def _blended(ask: PlanAsk, mains: list[Piece]) -> list[Piece]:
    """The situation of the second of the blended concepts, else all."""
    if len(ask.blend) < 2:
        return mains
    return [recall.main_situation_of(_pitch(ask.blend[1])), *mains]


def _pitch(values: Mapping[str, FieldValue]) -> str:
    return f"{values.get('concept.premise', '')} {values.get('concept.logline', '')}"


def _title(kit: Piece, filler: Filler, taken: set[str]) -> str:
    matter = filler.words.get("matter", "")
    own = matter != kit.one("matter") and not matter.split(" ")[1].endswith("ing")
    options = [option for option in kit.options("titles") if own or "{matter" not in option]
    titles = [capital(filler(option)) for option in options]
    return next((title for title in titles if title not in taken), titles[0])


def _logline(parts: _Parts) -> str:
    """The kit's line with that of the situation, where both have room."""
    if parts.says and parts.kit.many("then"):
        said = f"{sentence(parts.filler.words['spark'])} {parts.filler.sentence(parts.kit.one('then'))}"
        if len(said) < _LONGEST_LOGLINE:
            return said
    line = parts.filler(parts.kit.one("log"))
    if parts.kit.many("open"):
        return sentence(clip(line, _LONGEST_LOGLINE - 1))
    against = parts.filler(parts.main.one("log"))
    own = against.startswith("against ")
    whole = f"{line}. {parts.filler('{P}')} is up {against}" if own else f"{line}, {against}"
    return sentence(whole if len(whole) < _LONGEST_LOGLINE else clip(line, _LONGEST_LOGLINE - 1))
