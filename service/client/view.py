"""The state of a story or a library on the client. It combines snapshots, events and ticks. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from service.domain.assets import INTERNAL, MAX_SCENES, all_assets

_ORDER = {name: place for place, name in enumerate(all_assets(MAX_SCENES))}
FINAL = frozenset({"ready", "partial", "failed", "cancelled"})


class StoryView:
    """The newest known state of one story.

    ``id`` is the id of the story, if it was given. ``version`` and ``title`` are None before the first
    snapshot. ``overall`` is the state in one word: generating, ready, partial, failed or cancelled.
    ``assets`` has the state of each asset by name, in the order in which a book is made. A state has
    ``status``, ``progress`` (a percentage) and other fields of the API. ``words`` has the text of each page
    by page number, while the text is being written. ``summary`` is the summary of the story when the text is
    ready.
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
        """Whether the story has ended. It then changes only if a user requests it."""
        return self.version is not None and self.overall in FINAL

    @property
    def ready(self) -> list[str]:
        """The names of the assets that are ready."""
        return [name for name, state in self.assets.items() if state.get("status") == "ready"]

    @property
    def progress(self) -> int:
        """The progress of the story as a percentage. It is the same number as in the list of stories."""
        shown: list[int] = [
            state.get("progress", 0) for name, state in self.assets.items() if name not in INTERNAL
        ]
        return sum(shown) // max(1, len(shown))

    def start(self, version: int, state: Mapping[str, Any]) -> None:
        """Replace the content of the view with a snapshot."""
        self.version = version
        self.assets = {}
        self._merge(state)

    def apply(self, version: int, data: Mapping[str, Any]) -> bool:
        """Apply one event. Returns False if an earlier event is missing. The caller must then subscribe
        again."""
        if self.version is None or version > self.version + 1:
            return False
        if version == self.version + 1:
            self.version = version
            self._merge(data)
        return True

    def tick(self, key: str, data: Mapping[str, Any]) -> None:
        """Apply a tick: the progress of an asset, or the text of a page so far."""
        name, _, rest = key.partition(".")
        if rest == "progress" and name in self.assets:
            self.assets[name]["progress"] = data.get("progress", 0)
        elif key.startswith("content.page."):
            self.words[int(key.rpartition(".")[2])] = str(data.get("text", ""))

    def _merge(self, data: Mapping[str, Any]) -> None:
        for name, state in data.get("assets", {}).items():
            # An event has the whole state of an asset, so it replaces the old state.
            self.assets[name] = dict(state)
        content = self.assets.get("content", {})
        if content.get("status") == "ready":
            self.words.clear()
            self.summary = (content.get("data") or {}).get("summary")
        # JSON in PostgreSQL has no order of keys. This sorts assets in the order in which a book is made.
        self.assets = dict(sorted(self.assets.items(), key=lambda item: _ORDER.get(item[0], len(_ORDER))))
        self.overall = data.get("overall", self.overall)
        self.title = data.get("title") or self.title


class LibraryView:
    """The newest stories of a user. ``version`` is None before the first snapshot."""

    #: A view of a library is never final.
    final = False

    def __init__(self) -> None:
        self.version: int | None = None
        self._stories: dict[str, Mapping[str, Any]] = {}

    def __repr__(self) -> str:
        titles = [story.get("title") for story in self.stories]
        return f"LibraryView(version={self.version}, stories={titles})"

    @property
    def stories(self) -> list[Mapping[str, Any]]:
        """The stories, newest first. Each is a mapping with the fields of ``StoryListed``."""
        return sorted(
            self._stories.values(), key=lambda story: (story["created_at"], story["id"]), reverse=True
        )

    def start(self, version: int, state: Mapping[str, Any]) -> None:
        """Replace all stories with those of a snapshot."""
        self.version = version
        self._stories = {story["id"]: story for story in state["stories"]}

    def apply(self, _version: int, _data: Mapping[str, Any]) -> bool:
        """Return True, because a library has no events of its own."""
        return True

    def tick(self, key: str, data: Mapping[str, Any] | None) -> None:
        """Apply the current state of one story. None means that the story has left the library."""
        if data is None:
            self._stories.pop(key.removeprefix("story."), None)
        else:
            self._stories[data["id"]] = data
