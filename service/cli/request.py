"""A story's request from what one types: ``--hero "Maya, 6, manual_wheelchair, laughs loudly"``. Pure."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any, get_args

from service.domain.story import Kind, Pronouns
from service.domain.traits import registry
from service.errors import InvalidInput


def compose_request(source: Any, heroes: list[str], options: dict[str, Any]) -> dict[str, Any]:
    """A story's request from a file's JSON, the heroes as typed and what else was given.

    What was typed wins over the file; heroes are added to its own. Raises ``InvalidInput``.
    """
    body = {"characters": source} if isinstance(source, list) else source
    if not isinstance(body, dict):
        raise InvalidInput(
            "The file of --from must hold a JSON object (a request for a story) or a list of heroes."
        )
    if not body and not heroes:
        raise InvalidInput("A story needs a hero: add --hero 'Maya, 6, glasses', or --from FILE.")
    body = {**body, **{name: value for name, value in options.items() if value not in (None, [])}}
    if heroes:
        body["characters"] = [*body.get("characters", []), *map(parse_hero, heroes)]
    return body


def parse_hero(text: str) -> dict[str, Any]:
    """A character for a story's request: the name first, then in any order an age, pronouns,
    ``adult`` or ``animal: fox``, traits (``limb_difference: left arm`` with their detail), and
    words that describe.

    Raises ``InvalidInput`` for what looks like a trait and is none, naming those it may mean.
    """
    name, *words = (part.strip() for part in text.split(","))
    if not name:
        raise InvalidInput("A hero needs a name first, as in --hero 'Maya, 6, glasses'.")
    hero: dict[str, Any] = {"name": name}
    if described := [word for word in words if word and not _understand(hero, word)]:
        hero["description"] = ", ".join(described)
    return hero


def _understand(hero: dict[str, Any], word: str) -> bool:
    """Put the word where it belongs; False if it is a description."""
    head, _, tail = (part.strip() for part in word.partition(":"))
    slug = head.lower().replace(" ", "_").replace("-", "_")
    if word.isdecimal():
        hero["age"] = int(word)
    elif head.lower() in get_args(Kind):
        hero["kind"] = head.lower()
        if tail:
            hero["species"] = tail
    elif word.lower() in get_args(Pronouns):
        hero["pronouns"] = word.lower()
    elif slug in registry():
        hero.setdefault("traits", []).append({"id": slug, "detail": tail} if tail else slug)
    else:
        _refuse_near_miss(slug)
        return False
    return True


def _refuse_near_miss(slug: str) -> None:
    """A trait that is misspelt must not be lost among the words that describe."""
    near = [trait for trait in registry() if slug in trait.split("_")]
    near += get_close_matches(slug, registry(), n=3, cutoff=0.8)
    if near:
        raise InvalidInput(
            f"The trait {slug!r} does not exist. Did you mean {' or '.join(dict.fromkeys(near))}?"
        )
