"""What stories are about: the fields of a brief that are read as a wish, and the wants to try."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

from service.domain.story import StoryBrief
from service.providers.offline.storyteller.corpus import entries
from service.providers.offline.storyteller.people import Person
from service.providers.offline.storyteller.themes import find_theme
from service.providers.offline.storyteller.wish import Wish, is_grave

STORY_TYPES = ("adventure", "bedtime", "birthday", "friendship", "mystery", "learning")
_WANTS = {
    "adventure": ("journey", "deliver", "help", "journey"),
    "bedtime": ("sleep", "sleep", "lost"),
    "birthday": ("party", "party", "party", "deliver"),
    "friendship": ("quarrel", "newcomer", "help", "newcomer"),
    "learning": ("skill", "fear", "wonder"),
    "mystery": ("who", "noise", "who", "noise", "lost"),
}
#: Wants that suit every cast; they are tried if a story of the type cannot be told with these heroes.
_ALWAYS = ("journey", "help", "who", "newcomer")
_YOUNG_WANTS = frozenset({"baby", "fear", "moving", "wonder"})


def wish_of(brief: StoryBrief) -> str:
    """The words of the brief that are read as a wish: title, instructions, unknown themes and types. Grave
    matters are left out."""
    return ". ".join(text for _, text in wishes_of(brief) if not is_grave(text))


def wishes_of(brief: StoryBrief) -> Iterator[tuple[str, str]]:
    """The fields of the brief that are read as a wish. A text that is only an idea is one of them."""
    if brief.title:
        yield "title", brief.title
    if brief.instructions:
        yield "instructions", brief.instructions
    if brief.story_type.strip().lower() not in STORY_TYPES:
        yield "story_type", brief.story_type
    if brief.text is not None and not brief.given_pages:
        yield "text", " ".join(brief.text.pages)
    for at, theme in enumerate(brief.themes):
        if theme.strip() and find_theme(theme) is None:
            yield f"themes.{at}", theme


def wants_of(brief: StoryBrief, heroes: Sequence[Person], wish: Wish) -> Iterator[str]:
    """The wants to try, the first one by the wish or by the seed."""
    own = _WANTS.get(brief.story_type.strip().lower(), _WANTS["adventure"])
    turn = Random(brief.seed * 7919 + len(heroes)).randrange(len(own))
    options = [*([wish.want] if wish.want else []), *own[turn:], *own[:turn], *_ALWAYS]
    for want in dict.fromkeys(options):
        if _suits(want, heroes):
            yield want


def _suits(want: str, heroes: Sequence[Person]) -> bool:
    if want in _YOUNG_WANTS and all(hero.kind == "adult" for hero in heroes):
        return False
    if want == "quarrel" and len(heroes) < 2:
        return False
    return any(hero.able(entries("want")[want].words("body")) for hero in heroes)
