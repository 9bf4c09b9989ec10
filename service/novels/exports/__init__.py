"""A novel as a file: each format is made of the same tree, and all of the text formats of one document."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from typing import Any

from service.api.queries import NovelFormat
from service.api.responses.novel_plan import NovelDocument
from service.novels.exports.epub import epub
from service.novels.exports.markdown import folder, markdown
from service.novels.exports.opml import opml
from service.novels.exports.scenes import scenes_csv
from service.novels.outline import document_of
from service.publishing.epub_container import MEDIA_TYPE as EPUB
from service.publishing.epub_container import plain_archive

#: Spreadsheets read a table as UTF-8 only behind this mark.
_BYTE_ORDER_MARK = "\ufeff"


@dataclass(frozen=True, slots=True)
class Format:
    """A format: the media type of its files, and the ending of their names."""

    media_type: str
    ending: str
    make: Callable[[NovelDocument, datetime], bytes]


def export(tree: NovelDocument, format_: NovelFormat, modified: datetime) -> bytes:
    """The file of a novel. CPU-bound. ``modified`` is when the novel changed last, in UTC."""
    return FORMATS[format_].make(tree, modified)


def json_schema() -> dict[str, Any]:
    """The JSON schema of the export as JSON."""
    schema = NovelDocument.model_json_schema(mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def _markdown(tree: NovelDocument, _: datetime) -> bytes:
    return markdown(document_of(tree)).encode()


def _folder(tree: NovelDocument, _: datetime) -> bytes:
    return plain_archive({name: text.encode() for name, text in folder(document_of(tree)).items()})


def _docx(tree: NovelDocument, _: datetime) -> bytes:
    # The library takes 15 MB and half a second: only the process that writes such a file loads it.
    docx = import_module("service.novels.exports.docx").docx
    made: bytes = docx(document_of(tree), tree.language)
    return made


def _epub(tree: NovelDocument, modified: datetime) -> bytes:
    return epub(document_of(tree), tree, modified)


def _opml(tree: NovelDocument, _: datetime) -> bytes:
    return opml(document_of(tree)).encode()


def _json(tree: NovelDocument, _: datetime) -> bytes:
    return tree.model_dump_json(indent=2).encode()


def _csv(tree: NovelDocument, _: datetime) -> bytes:
    return f"{_BYTE_ORDER_MARK}{scenes_csv(tree)}".encode()


_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
FORMATS: Mapping[NovelFormat, Format] = {
    "markdown": Format("text/markdown", "md", _markdown),
    "markdown_folder": Format("application/zip", "zip", _folder),
    "docx": Format(_WORD, "docx", _docx),
    "epub": Format(EPUB, "epub", _epub),
    "json": Format("application/json", "json", _json),
    "opml": Format("text/x-opml", "opml", _opml),
    "csv": Format("text/csv", "csv", _csv),
}
