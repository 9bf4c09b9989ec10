"""A story, or a library, as a listener knows it: snapshots, events and ticks put together. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from service.domain.assets import INTERNAL, MAX_SCENES, all_assets

_ORDER = {name: place for place, name in enumerate(all_assets(MAX_SCENES))}
FINAL = frozenset({"ready", "partial", "failed", "cancelled"})


class StoryView:
    """The newest known state of one story.

    ``id`` is the story's, if it was given. ``version`` and ``title`` are None before the first snapshot.
    ``overall`` is the state in one word: generating, ready, partial, failed or cancelled. ``assets`` has the
    state of each asset by its name, in the order in which a book is made: ``status``, ``progress`` (a
    percentage), and what the API says of it. ``words`` holds the text of each page by its number while it is
    being written; ``summary`` is the story's once the text is ready.
    """

    def __init__(self, id_: str | None = None) -> None:
        self.id = id_
        self.version: int | None = None
        self.title: str | None = None
        self.overall = "generating"
        self.assets: dict[str, dict[str, Any]] = {}
        self.words: dict[int, str] = {}
        self.summary: str | None = None

    def __repr__(self) -> str:
        return (
            f"StoryView(id={self.id!r}, title={self.title!r}, status={self.overall!r}, "
            f"version={self.version}, progress={self.progress}, ready={self.ready})"
        )

    @property
    def final(self) -> bool:
        """Whether the story has ended: nothing more happens by itself."""
        return self.version is not None and self.overall in FINAL

    @property
    def ready(self) -> list[str]:
        """The names of the assets that are ready."""
        return [name for name, state in self.assets.items() if state.get("status") == "ready"]

    @property
    def progress(self) -> int:
        """How much of the story is made, as a percentage: the same as in the list of stories."""
        shown: list[int] = [
            state.get("progress", 0) for name, state in self.assets.items() if name not in INTERNAL
        ]
        return sum(shown) // max(1, len(shown))

    def start(self, version: int, state: Mapping[str, Any]) -> None:
        """Take a snapshot in place of all that is known."""
        self.version = version
        self.assets = {}
        self._merge(state)

    def apply(self, version: int, data: Mapping[str, Any]) -> bool:
        """Take one event. Returns False if one before it is missing, so that the caller must subscribe
        again."""
        if self.version is None or version > self.version + 1:
            return False
        if version == self.version + 1:
            self.version = version
            self._merge(data)
        return True

    def tick(self, key: str, data: Mapping[str, Any]) -> None:
        """Take a tick: a percentage, or the text of a page so far."""
        name, _, rest = key.partition(".")
        if rest == "progress" and name in self.assets:
            self.assets[name]["progress"] = data.get("progress", 0)
        elif key.startswith("content.page."):
            self.words[int(key.rpartition(".")[2])] = str(data.get("text", ""))

    def _merge(self, data: Mapping[str, Any]) -> None:
        for name, state in data.get("assets", {}).items():
            # An event holds the whole state of an asset, so nothing of the old one is kept.
            self.assets[name] = dict(state)
        content = self.assets.get("content", {})
        if content.get("status") == "ready":
            self.words.clear()
            self.summary = (content.get("data") or {}).get("summary")
        # PostgreSQL's JSON keeps no order. This is the order in which a book is made.
        self.assets = dict(sorted(self.assets.items(), key=lambda item: _ORDER.get(item[0], len(_ORDER))))
        self.overall = data.get("overall", self.overall)
        self.title = data.get("title") or self.title


class LibraryView:
    """A user's newest stories. ``version`` is None before the first snapshot."""

    #: A library never ends.
    final = False

    def __init__(self) -> None:
        self.version: int | None = None
        self._stories: dict[str, Mapping[str, Any]] = {}

    def __repr__(self) -> str:
        titles = [story.get("title") for story in self.stories]
        return f"LibraryView(version={self.version}, stories={titles})"

    @property
    def stories(self) -> list[Mapping[str, Any]]:
        """The stories, newest first, each as JSON with the fields of ``StoryListed``."""
        return sorted(
            self._stories.values(), key=lambda story: (story["created_at"], story["id"]), reverse=True
        )

    def start(self, version: int, state: Mapping[str, Any]) -> None:
        """Take all stories of a snapshot."""
        self.version = version
        self._stories = {story["id"]: story for story in state["stories"]}

    def apply(self, _version: int, _data: Mapping[str, Any]) -> bool:
        """Return True: a library has no events of its own."""
        return True

    def tick(self, key: str, data: Mapping[str, Any] | None) -> None:
        """Take the present state of one story. None: it has left the library."""
        if data is None:
            self._stories.pop(key.removeprefix("story."), None)
        else:
            self._stories[data["id"]] = data
