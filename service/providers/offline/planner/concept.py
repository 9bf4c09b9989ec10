"""The concept: a kit, a situation between protagonist and opponent, and what the wish brings along."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from random import Random

from service.providers.offline.planner import recall
from service.providers.offline.planner.casting import Casting, cast_kit
from service.providers.offline.planner.corpus import Piece, pieces, telling_words
from service.providers.offline.planner.filling import Filler
from service.providers.offline.planner.matching import suits
from service.providers.offline.planner.premise import write_premise
from service.providers.offline.planner.reader import Assume
from service.providers.offline.planner.taste import Taste, taste_of
from service.providers.offline.planner.wish import Wish, understand
from service.providers.offline.planner.word_lists import genre_of
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
_CHAPTERS = 24
_LONGEST_LOGLINE = 300
#: Room for a name in a logline.
_SLACK = 25
_YOUNG = ("children", "middle_grade")


def wish_of(ask: PlanAsk) -> Wish:
    """What the inspiration and the material name."""
    return understand("\n\n".join((ask.inspiration, *ask.material.values())))


def draft_concepts(ask: PlanAsk, _assume: Assume) -> Iterator[Draft]:
    """Concepts that differ in kit and situation, as far as there are enough of both."""
    choice = _Choice.of(ask)
    used, titles, taken = set(ask.used_names), set[str](), set[str]()
    for index in range(ask.count):
        kit = choice.kits[index % len(choice.kits)]
        main = choice.situation(kit, taken)
        taken.add(main.name)
        chance = Random(f"{ask.seed}:{index}:{ask.inspiration}")
        casting = choice.casting(kit, chance, used)
        used |= {person.short for person in casting.people.values()}
        town = choice.town(kit, chance, used)
        used.add(town)
        filler = Filler(
            casting.people, {"town": town, "deed": choice.wish.deed}, f"{ask.seed}:{index}:{ask.inspiration}"
        )
        title = _title(kit, filler, titles)
        titles.add(title)
        yield choice.draft(index, _Parts(kit, main, casting, town, title, filler), chance)


@dataclass(frozen=True, slots=True)
class _Parts:
    kit: Piece
    main: Piece
    casting: Casting
    town: str
    title: str
    filler: Filler


@dataclass(frozen=True, slots=True)
class _Choice:
    """What the drafts of one ask are chosen from."""

    ask: PlanAsk
    wish: Wish
    kits: list[Piece]
    mains: list[Piece]
    genre: str
    #: A premise that stays: a locked one, or that of the first concept of a blend.
    kept: str

    @classmethod
    def of(cls, ask: PlanAsk) -> _Choice:
        wish, taste = wish_of(ask), taste_of(ask)
        kept = str((ask.blend[0] if ask.blend else ask.locked).get("concept.premise", ""))
        chance = Random(f"{ask.seed}:{ask.inspiration}")
        genre = genre_of(str(ask.fields.get("concept.genre", ""))) or taste.genre or wish.genre
        if ask.fields.get("concept.audience") in _YOUNG:
            genre = "mg"
        adult = bool(wish.text or ask.fields.get("concept.audience")) and genre != "mg"
        kits = [recall.kit_of(kept)] if kept else _ranked_kits(wish, taste, genre, chance, adult=adult)
        mains = recall.main_situations()
        chance.shuffle(mains)
        return cls(ask, wish, kits, _blended(ask, taste.ordered(mains)), genre, kept)

    def situation(self, kit: Piece, taken: set[str]) -> Piece:
        """A situation that suits the kit: one that no sibling has, and whose logline has room."""
        fits = [main for main in self.mains if suits(kit, main)] or self.mains
        room = _LONGEST_LOGLINE - len(kit.one("log")) - _SLACK
        fresh = [main for main in fits if main.name not in taken]
        if len(self.ask.blend) > 1:
            return fits[0]
        return next((main for main in fresh if len(main.one("log")) < room), (fresh or fits)[0])

    def casting(self, kit: Piece, chance: Random, used: set[str]) -> Casting:
        """The people: those of a premise that stays, else new ones."""
        if self.kept:
            return Casting(recall.people_of_premise(self.kept, kit), ())
        return cast_kit(kit, self.wish, chance, used)

    def town(self, kit: Piece, chance: Random, used: set[str]) -> str:
        """The town of a premise that stays, else that of the wish, else a new one of the kit's culture."""
        proper = [place for place in self.wish.places if not place.startswith("the ")]
        if self.kept or proper:
            return recall.places_of_premise(self.kept)[0] if self.kept else proper[0]
        towns = pieces("names")[chance.choice(kit.words("culture"))].options("places")
        return chance.choice([town for town in towns if town not in used] or towns)

    def draft(self, index: int, parts: _Parts, chance: Random) -> Draft:
        """The concept of these parts."""
        premise, unplaced = write_premise(
            self.wish, self.ask.inspiration, parts.kit, parts.main, parts.casting, parts.filler, chance
        )
        values = {
            "concept.title": parts.title,
            "concept.logline": _logline(parts),
            "concept.premise": premise,
            **self._form(index, parts.kit),
        }
        return Draft(values, notes=tuple(self._notes(parts.kit, unplaced)))

    def _form(self, index: int, kit: Piece) -> dict[str, FieldValue]:
        young = "mg" in kit.words("genre")
        genre = self.genre if self.genre in kit.words("genre") else kit.words("genre")[0]
        asked = self.ask.fields
        return {
            "concept.genre": GENRES[genre],
            "concept.audience": "middle_grade" if young else "adult",
            "concept.tone": list(kit.words("tone")),
            "concept.point_of_view": "first" if index % 2 else "third, close",
            "concept.tense": "past" if index % 3 else "present",
            "concept.length.chapters": asked.get("concept.length.chapters", _CHAPTERS),
            "concept.length.words_a_chapter": asked.get(
                "concept.length.words_a_chapter", 1800 if young else 3000
            ),
            "concept.avoid": list(self.ask.avoid),
        }

    def _notes(self, kit: Piece, unplaced: list[str]) -> Iterator[str]:
        if unplaced:
            yield f"No place was found for: {', '.join(unplaced)}."
        genre = self.ask.fields.get("concept.genre")
        if genre and genre_of(str(genre)) not in kit.words("genre"):
            yield f"The offline planner has no premise of the genre {genre!r} that fits; this one is near."
        audience = self.ask.fields.get("concept.audience")
        written_for = _YOUNG if "mg" in kit.words("genre") else ("adult",)
        if audience and audience not in written_for:
            yield f"The offline planner has nothing written for the audience {audience!r}."


def _ranked_kits(wish: Wish, taste: Taste, genre: str, chance: Random, *, adult: bool) -> list[Piece]:
    """Kits of the genre, else of all genres in turn; those first whose words the person used."""
    own = bag(wish.text)
    order = sorted(
        pieces("kit").values(),
        key=lambda kit: (-min(3, len(own & telling_words(kit, *kit.head))), chance.random()),
    )
    kits = taste.ordered(order)
    if adult:
        kits = [kit for kit in kits if "mg" not in kit.words("genre")]
    if genre:
        return [kit for kit in kits if genre in kit.words("genre")] or kits
    return _genres_in_turn(kits)


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
    titles = [capital(filler(option)) for option in kit.options("titles")]
    return next((title for title in titles if title not in taken), titles[0])


def _logline(parts: _Parts) -> str:
    """The kit's line with that of the situation, where both have room."""
    line = parts.filler(parts.kit.one("log"))
    whole = f"{line}, {parts.filler(parts.main.one('log'))}"
    return sentence(whole if len(whole) < _LONGEST_LOGLINE else clip(line, _LONGEST_LOGLINE - 1))
