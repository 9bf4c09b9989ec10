"""``python -m examples [OUT]``: make the example books with a service of their own, and save them.

``--pictures FOLDER`` also writes small pictures of each: its cover and one spread.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import typst
from PIL import Image
from rich.console import Console

from service.cli.display import display_on
from service.cli.saving import save_story
from service.cli.serving import standalone
from service.client.api import Client, connect
from service.client.following import follow_story
from service.devstack.temporary import temporary_folder
from service.settings import Settings

HERE = Path(__file__).parent
#: A page of a picture for the README, in pixels.
_SIDE = 420


async def make(out: Path) -> list[Path]:
    """Make every example; where the folders of the books are."""
    requests = [json.loads(source.read_text("utf-8")) for source in sources()]
    with temporary_folder() as data:
        settings = Settings(log_level="warning")
        async with standalone(settings, 0, data) as running, connect(running.url, running.token) as client:
            return [await _make_one(client, request, out) for request in requests]


def sources() -> list[Path]:
    """The requests of the examples, in the order in which they are made."""
    return sorted(HERE.glob("*.json"))


async def _make_one(client: Client, request: dict[str, Any], out: Path) -> Path:
    story = await client.create_story(request)
    with display_on(Console(highlight=False)) as display:
        await follow_story(client, str(story.id), display.show).until_the_end()
    saved = await save_story(client, str(story.id), out)
    return saved[0].parent


def strip(folder: Path) -> Image.Image:
    """The cover and the first spread of a book, side by side."""
    pages = _pages(folder / "book.pdf", (0, 3, 4))
    sheet = Image.new("RGB", (_SIDE * len(pages) + 12 * (len(pages) - 1), _SIDE), "white")
    for place, page in enumerate(pages):
        sheet.paste(page, (place * (_SIDE + 12), 0))
    return sheet


def _pages(pdf: Path, wanted: Sequence[int]) -> list[Image.Image]:
    """Some pages of a PDF as pictures: set again as images by the typesetter."""
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        (root / "book.pdf").write_bytes(pdf.read_bytes())
        source = "#set page(width: 210pt, height: 210pt, margin: 0pt)\n" + "\n".join(
            f'#image("book.pdf", page: {page + 1}, width: 210pt)' for page in wanted
        )
        (root / "main.typ").write_text(source)
        drawn: Any = typst.compile(str(root / "main.typ"), format="png", ppi=72 * _SIDE / 210)
    return [Image.open(io.BytesIO(page)).convert("RGB") for page in drawn]


def main() -> None:
    """Make the books, and their pictures where they are wanted."""
    parser = argparse.ArgumentParser(prog="python -m examples", description=__doc__)
    parser.add_argument("out", nargs="?", type=Path, default=Path("books"), help="where the books are put")
    parser.add_argument("--pictures", type=Path, help="where small pictures of the books are put")
    asked = parser.parse_args()
    folders = asyncio.run(make(asked.out))
    for source, folder in zip(sources(), folders, strict=True):
        print(folder)
        if asked.pictures:
            asked.pictures.mkdir(parents=True, exist_ok=True)
            strip(folder).save(asked.pictures / f"{source.stem}.webp", quality=82)


if __name__ == "__main__":
    main()
