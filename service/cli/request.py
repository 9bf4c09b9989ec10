"""Makes a request for a story from command-line arguments such as ``--hero "Maya, 6, glasses, laughs
loudly"``. No I/O."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import Any, get_args

from service.domain.story import Kind, Pronouns
from service.domain.traits import registry
from service.errors import InvalidInput

_PAGE_BREAK = re.compile(r"^-{3,}[^\S\n]*$", re.MULTILINE)


def compose_request(source: Any, heroes: list[str], options: dict[str, Any]) -> dict[str, Any]:
    """Return a request for a story, made from the JSON of a file, the heroes and the other options.

    Options replace values of the file. Heroes are added to the heroes of the file. Raises ``InvalidInput`` if
    the file has another form or if the request has no hero.
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


def text_of(text: str, mode: str) -> dict[str, Any]:
    """Return a text of the user as the request has it. Lines of ``---`` separate its pages."""
    pages = [page.strip() for page in _PAGE_BREAK.split(text) if page.strip()]
    return {"mode": mode, "pages": pages} if len(pages) > 1 else {"mode": mode, "story": text.strip()}


def parse_hero(text: str) -> dict[str, Any]:
    """Parse the description of a hero, whose parts are separated by commas. The name is the first part. The
    other parts may have any order: an age, pronouns, ``adult`` or ``animal: fox``, traits (with a detail:
    ``limb_difference: left arm``), and words that describe the character.

    Raises ``InvalidInput`` for a word that looks like a misspelt trait. The message names similar traits.
    """
    name, *words = (part.strip() for part in text.split(","))
    if not name:
        raise InvalidInput("A hero needs a name first, as in --hero 'Maya, 6, glasses'.")
    hero: dict[str, Any] = {"name": name}
    if described := [word for word in words if word and not _understand(hero, word)]:
        hero["description"] = ", ".join(described)
    return hero


def _understand(hero: dict[str, Any], word: str) -> bool:
    """Set the field that a part of the description belongs to. Returns False if the part is free text."""
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
    """Raise ``InvalidInput`` for a misspelt trait. Without this check, it would count as free text."""
    near = [trait for trait in registry() if slug in trait.split("_")]
    near += get_close_matches(slug, registry(), n=3, cutoff=0.8)
    if near:
        raise InvalidInput(
            f"The trait {slug!r} does not exist. Did you mean {' or '.join(dict.fromkeys(near))}?"
        )
