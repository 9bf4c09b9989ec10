"""``python -m tools.prompts OUT_DIR``: what an illustrator is sent for books of a language model.

A service of its own makes the books before stubs of the providers, and writes each book's prompts into a file
for readers. The stub directs as a good language model might. No key is needed, and no picture is paid for.
"""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

from pydantic import SecretStr

from service.cli.serving import standalone
from service.client.api import Client, connect
from service.devstack.temporary import temporary_folder
from service.settings import Settings
from tests.stubs.directed_books import Book, DirectedStub, brief_of, directed_books
from tests.stubs.elevenlabs_server import ElevenLabsStub
from tests.stubs.provider_stub import opened

_MADE = {"ready", "partial", "failed", "cancelled"}
_WAIT = 1


async def texts(count: int) -> AsyncIterator[str]:
    """The prompts of so many books, one text for each book."""
    with temporary_folder() as data:
        async with opened(DirectedStub()) as openai, opened(ElevenLabsStub()) as elevenlabs:
            settings = Settings(
                log_level="error",
                text_provider="openai",
                image_provider="openai",
                speech_provider="elevenlabs",
                openai_api_key=SecretStr("sk-stub"),
                openai_base_url=openai.base_url,
                elevenlabs_api_key=SecretStr("el-stub"),
                elevenlabs_base_url=elevenlabs.url,
            )
            async with (
                standalone(settings, 0, data) as running,
                connect(running.url, running.token) as client,
            ):
                for number, book in enumerate(directed_books()[:count], 1):
                    openai.renew()
                    openai.book = book
                    await _made(client, book)
                    yield _text(number, openai)


async def write(folder: Path, count: int) -> None:
    """Write the prompts of so many books into a folder, one file for each book."""
    number = 0
    async for text in texts(count):
        number += 1
        await asyncio.to_thread((folder / f"book-{number:02}.txt").write_text, text, "utf-8")


async def _made(client: Client, book: Book) -> None:
    story = await client.create_story(brief_of(book))
    while (await client.read_story(story.id)).status not in _MADE:
        await client.read_status(story.id, wait=_WAIT)


def _text(number: int, openai: DirectedStub) -> str:
    calls = sorted(openai.of("image"), key=lambda call: _place(str(call.body["prompt"])))
    parts = [f"BOOK {number}: {len(calls)} pictures, as they are asked for\n"]
    for at, call in enumerate(calls, 1):
        head = f"PICTURE {at} (files sent with it: {len(call.files)}; {call.body['size']})"
        parts.append(f"{'=' * 100}\n{head}\n\n{call.body['prompt']}\n")
    return "\n".join(parts)


def _place(prompt: str) -> tuple[int, int]:
    """The position of a picture in its book: the character sheet, the cover, the scenes."""
    if "A reference sheet" in prompt:
        return 0, 0
    if "The book's cover." in prompt:
        return 1, 0
    line = next(line for line in prompt.splitlines() if line.startswith("Scene "))
    return 2, int(line.split()[1])


def main() -> None:
    """Read the arguments, and write the files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--briefs", type=int, default=10, help="how many books are made")
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    asyncio.run(write(asked.folder, asked.briefs))


if __name__ == "__main__":
    main()
