"""A story, or a library, as a listener knows it: snapshots, events and ticks put together. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from service.domain.assets import MAX_SCENES, all_assets

_ORDER = {name: place for place, name in enumerate(all_assets(MAX_SCENES))}
FINAL = frozenset({"ready", "partial", "failed", "cancelled"})


class StoryView:
    """The newest known state of one story.

    ``version`` is None until the first snapshot. ``words`` holds the text of each page while it is
    being written, by its number; then there is the ``summary``.
    """

    def __init__(self) -> None:
        self.version: int | None = None
        self.title: str | None = None
        self.overall = "generating"
        self.assets: dict[str, dict[str, Any]] = {}
        self.words: dict[int, str] = {}
        self.summary: str | None = None

    @property
    def final(self) -> bool:
        """Whether nothing more will happen by itself."""
        return self.version is not None and self.overall in FINAL

    def start(self, version: int, state: Mapping[str, Any]) -> None:
        """Take a snapshot for all that is known."""
        self.version = version
        self.assets = {}
        self._merge(state)

    def apply(self, version: int, data: Mapping[str, Any]) -> bool:
        """Take one event; False if one before it is missing, so that the caller must ask again."""
        if self.version is None or version > self.version + 1:
            return False
        if version == self.version + 1:
            self.version = version
            self._merge(data)
        return True

    def tick(self, key: str, data: Mapping[str, Any]) -> None:
        """Take transient news: a percentage, or the words of a page so far."""
        name, _, rest = key.partition(".")
        if rest == "progress" and name in self.assets:
            self.assets[name]["progress"] = data.get("progress", 0)
        elif key.startswith("content.page."):
            self.words[int(key.rpartition(".")[2])] = str(data.get("text", ""))

    def _merge(self, data: Mapping[str, Any]) -> None:
        for name, state in data.get("assets", {}).items():
            # The whole of the asset: what it does not say any more is so no more.
            self.assets[name] = dict(state)
        content = self.assets.get("content", {})
        if content.get("status") == "ready":
            self.words.clear()
            self.summary = (content.get("data") or {}).get("summary")
        # PostgreSQL's JSON keeps no order; a reader wants the one in which a book is made.
        self.assets = dict(sorted(self.assets.items(), key=lambda item: _ORDER.get(item[0], len(_ORDER))))
        self.overall = data.get("overall", self.overall)
        self.title = data.get("title") or self.title


class LibraryView:
    """A user's newest stories, each as the list of stories has it; newest first."""

    final = False

    def __init__(self) -> None:
        self.version: int | None = None
        self._stories: dict[str, Mapping[str, Any]] = {}

    @property
    def stories(self) -> list[Mapping[str, Any]]:
        return sorted(
            self._stories.values(), key=lambda story: (story["created_at"], story["id"]), reverse=True
        )

    def start(self, version: int, state: Mapping[str, Any]) -> None:
        """Take all stories of the library."""
        self.version = version
        self._stories = {story["id"]: story for story in state["stories"]}

    def apply(self, _version: int, _data: Mapping[str, Any]) -> bool:
        """A library has no events of its own."""
        return True

    def tick(self, key: str, data: Mapping[str, Any] | None) -> None:
        """Take one story as it is now; None where the library has lost it."""
        if data is None:
            self._stories.pop(key.removeprefix("story."), None)
        else:
            self._stories[data["id"]] = data
