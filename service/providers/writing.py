"""The protocol of providers that write a novel's chapters, scene by scene.

What they raise and return is as ``service.providers.protocols`` says.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from service.providers.replies import Reply

#: Called while words are written, with the whole text so far.
OnText = Callable[[str], None]
Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class SceneAsk:
    """The prose of one scene.

    ``facts`` are what holds for the whole novel, as JSON: ``novel``, ``theme``, ``people``, ``place``,
    ``rules``, ``threads``, ``glossary``, and ``locked`` values by path. ``chapter`` and ``scene`` are those
    of the outline. ``number`` is the scene's, from 1, of ``of``. ``before`` is the text of the chapter so
    far, ``previous`` the end of the chapter before. ``words`` is the wanted length. ``real_names`` are the
    names of people who exist outside of the novel.
    """

    language: str
    facts: Facts
    chapter: Facts
    scene: Facts
    number: int
    of: int
    words: int
    before: str = ""
    previous: str = ""
    instruction: str = ""
    real_names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PassageAsk:
    """A passage of a chapter, to be written again as ``instruction`` says. ``before`` and ``after`` are the
    text around it, which stays."""

    language: str
    facts: Facts
    passage: str
    instruction: str
    before: str = ""
    after: str = ""
    real_names: tuple[str, ...] = field(default=())


class Writer(Protocol):
    """Writes the prose of novels."""

    @property
    def provider(self) -> str:
        """Its name in the ledger."""

    @property
    def model(self) -> str:
        """The model's name in the ledger."""

    async def write_scene(self, ask: SceneAsk, on_text: OnText) -> Reply[str]:
        """The text of a scene, paragraphs separated by a blank line."""
        ...

    async def rewrite_passage(self, ask: PassageAsk, on_text: OnText) -> Reply[str]:
        """The new text of a passage, without what is around it."""
        ...
