"""The scenes of a novel as a table: CSV (RFC 4180) with a heading line. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from service.api.responses.novel_plan import NovelDocument
from service.novels.outline import names_of

COLUMNS = (
    "chapter",
    "title",
    "act",
    "point_of_view",
    "scene",
    "summary",
    "place",
    "people",
    "threads",
    "beats",
    "turn",
    "words",
)


def scenes_csv(tree: NovelDocument) -> str:
    """A row for each scene, in order. A cell with several values has each on a line of its own."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    writer.writerows(scene_rows(tree))
    return out.getvalue()


def scene_rows(tree: NovelDocument) -> Iterator[tuple[str, ...]]:
    """The cells of each scene; empty ones where the plan has no value."""
    names = names_of(tree)
    for chapter in tree.outline.chapters:
        pov = names.get(chapter.pov, chapter.pov) if chapter.pov else None
        for place, scene in enumerate(chapter.scenes, 1):
            cells = (
                chapter.number,
                chapter.title,
                chapter.act,
                pov,
                place,
                scene.summary,
                names.get(scene.place, scene.place) if scene.place else None,
                "\n".join(names.get(id_, id_) for id_ in scene.people),
                "\n".join(names.get(id_, id_) for id_ in scene.threads),
                "\n".join(scene.beats),
                scene.turn,
                scene.words,
            )
            yield tuple("" if cell is None else str(cell) for cell in cells)
