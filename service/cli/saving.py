"""Saves the files of a finished story in a new folder."""

from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path

from service.api.responses import Story
from service.client.api import Client
from service.domain.assets import file_name
from service.errors import SetupProblem

_NAME = re.compile(r"[a-z][a-z0-9_]*")


async def save_story(client: Client, story_id: str, out: Path) -> list[Path]:
    """Save the story as JSON, and each asset that has a file. Returns the paths of the saved files.

    Raises ``SetupProblem`` if a file cannot be written, and the errors of the client. The call may be
    cancelled. Files that are already saved stay.
    """
    story = await client.read_story(story_id)
    try:
        folder = _folder_for(story, out)
        record = folder / "story.json"
        record.write_text(story.model_dump_json(by_alias=True, indent=2) + "\n")
        return [
            record,
            *[await client.download(story_id, name, folder / stem) for name, stem in _files(story)],
        ]
    except OSError as problem:
        raise SetupProblem(
            f"{problem.filename or out} cannot be written ({problem.strerror}): give another --out."
        ) from problem


def _files(story: Story) -> list[tuple[str, str]]:
    """Return the assets that have files, each with the file name without its suffix. This name is never a
    path."""
    assets = story.asset_generation_status["assets"]
    ready = [
        name
        for name, state in assets.items()
        if _NAME.fullmatch(name) and state["status"] == "ready" and state.get("url")
    ]
    return [(name, file_name(name, "book")) for name in ready]


def _folder_for(story: Story, out: Path) -> Path:
    """Return the folder for a story. Its name comes from the title. The folder of another story with the same
    title is not overwritten."""
    folder = out.expanduser() / (_slug(story.title) or str(story.id))
    if _id_in(folder / "story.json") not in (None, str(story.id)):
        folder = folder.with_name(f"{folder.name}-{str(story.id)[:8]}")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _id_in(record: Path) -> str | None:
    try:
        return str(json.loads(record.read_text())["id"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _slug(title: str) -> str:
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60]
