"""Ten books whose pictures are directed as a good language model might: what each prompt must then carry."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.stubs.openai_server import OpenAIStub

Book = Mapping[str, Any]
_DIRECTED = {"storyboard", "analysis"}


def directed_books() -> Sequence[Book]:
    """The books: each is a brief, and what is answered for its ``pictures``."""
    text = Path(__file__).with_suffix(".toml").read_text("utf-8")
    books: Sequence[Book] = tomllib.loads(text)["book"]
    return books


def brief_of(book: Book) -> dict[str, Any]:
    """The body of the request for a book."""
    wished = {name: value for name, value in book.items() if name != "pictures"}
    return {"scene_count": len(book["pictures"]) - 1, "seed": 7, **wished}


def poses_of(picture: Mapping[str, Any]) -> list[dict[str, str]]:
    """The poses of a picture, each with its hero and the face."""
    parts = [[part.strip() for part in pose.split("|")] for pose in picture["poses"]]
    return [{"name": name, "pose": pose, "expression": face} for name, pose, face in parts]


class DirectedStub(OpenAIStub):
    """Directs one of the books. Everything else it answers as usual."""

    book: Book = directed_books()[0]

    def _content(self, kind: str, body: Mapping[str, Any], looks: int) -> dict[str, Any]:
        if kind not in _DIRECTED:
            return super()._content(kind, body, looks)
        if kind == "storyboard":
            parts = ("shot", "angle", "heroes", "place", "must_show", "text_at")
            return {"pictures": [{part: one[part] for part in parts} for one in self.book["pictures"]]}
        asked = str(body["messages"][1]["content"])
        at = next((n for n in range(len(self.book["pictures"])) if f'"scene {n}"' in asked), 0)
        picture = self.book["pictures"][at]
        said = {
            part: picture[part] for part in ("action", "camera", "depth", "atmosphere", "place", "weather")
        }
        return {
            **said,
            "time_of_day": picture["time"],
            "props": picture["props"],
            "poses": poses_of(picture),
        }
