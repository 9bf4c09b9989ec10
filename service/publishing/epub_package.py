"""The package of the read-aloud book: metadata, manifest, and media overlays with the time of each word."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from service.domain.story import SpokenWord
from service.publishing.book import Book, labels
from service.publishing.epub_container import escape
from service.publishing.epub_pages import ACTIVE_CLASS, PLAYING_CLASS, Page, ScenePage
from service.publishing.narration import Track

AUDIO = "narration.mp3"


@dataclass(frozen=True, slots=True)
class Overlay:
    """The media overlay of a scene: a SMIL document, and its duration in seconds."""

    page: str
    smil: str
    duration: float


def overlays(pages: Sequence[ScenePage], book: Book, track: Track | None) -> dict[str, Overlay]:
    """The media overlays by the name of the page. A scene has an overlay only if its narration contains
    exactly the words of the scene."""
    if track is None or len(track.pages) != len(pages):
        return {}
    made = (
        _overlay(page, spread.paragraphs, track, place)
        for place, (page, spread) in enumerate(zip(pages, book.spreads, strict=True))
    )
    return {overlay.page: overlay for overlay in made if overlay}


def _overlay(page: ScenePage, paragraphs: Sequence[str], track: Track, place: int) -> Overlay | None:
    spoken, span = track.words_of(place), track.pages[place]
    if not spoken or [word.text for word in spoken] != " ".join(paragraphs).split():
        return None
    clips = iter(_clips(spoken, span.start, span.end))
    body = "\n".join(
        _paragraph_overlay(page.name, f"p{page.index}-{number}", row, clips)
        for number, row in enumerate(page.word_ids)
    )
    smil = (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<smil xmlns="http://www.w3.org/ns/SMIL" xmlns:epub="http://www.idpf.org/2007/ops" version="3.0">\n'
        f'<body epub:textref="{page.name}.xhtml" epub:type="bodymatter">\n{body}\n</body>\n</smil>\n'
    )
    return Overlay(page.name, smil, span.end - span.start)


def _clips(words: Sequence[SpokenWord], start: float, end: float) -> list[tuple[float, float]]:
    """A clip for each word. Each clip starts where the previous clip ended, so that no sound is cut."""
    edges = [start, *(max(start, word.start) for word in words[1:]), end]
    return list(pairwise(edges))


def _paragraph_overlay(
    page: str, paragraph: str, row: Sequence[str], clips: Iterator[tuple[float, float]]
) -> str:
    timed = "\n".join(
        f'<par id="{word}-clip"><text src="{page}.xhtml#{word}"/>'
        f'<audio src="{AUDIO}" clipBegin="{clock(begin)}" clipEnd="{clock(end)}"/></par>'
        for word, (begin, end) in zip(row, clips, strict=False)
    )
    return f'<seq id="{paragraph}-clips" epub:textref="{page}.xhtml#{paragraph}">\n{timed}\n</seq>'


def clock(seconds: float) -> str:
    """A full clock value: hours, minutes, seconds and milliseconds."""
    milliseconds = round(seconds * 1000)
    minutes, rest = divmod(milliseconds, 60_000)
    return f"{minutes // 60}:{minutes % 60:02d}:{rest / 1000:06.3f}"


def package(
    book: Book,
    identifier: str,
    pages: Sequence[Page],
    timed: Mapping[str, Overlay],
    resources: Mapping[str, str],
) -> str:
    """The package document. ``resources`` maps the name of each other file to its media type."""
    language = escape(book.language_tag)
    direction = "rtl" if book.right_to_left else "ltr"
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="book-id"'
        f' xml:lang="{language}" dir="{direction}">\n'
        f'<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">\n{_metadata(book, identifier, timed)}\n'
        f"</metadata>\n<manifest>\n{_manifest(pages, timed, resources)}\n</manifest>\n"
        f'<spine page-progression-direction="{direction}">\n{_spine(pages)}\n</spine>\n</package>\n'
    )


def _metadata(book: Book, identifier: str, timed: Mapping[str, Overlay]) -> str:
    modified = f"{book.colophon.made_on.isoformat()}T00:00:00Z"
    title = book.title.strip() or labels(book.language)["untitled"]
    lines = [
        f'<dc:identifier id="book-id">{escape(identifier)}</dc:identifier>',
        f"<dc:title>{escape(title)}</dc:title>",
        f"<dc:language>{escape(book.language_tag)}</dc:language>",
        "<dc:creator>Storytroupe</dc:creator>",
        f"<dc:date>{book.colophon.made_on.isoformat()}</dc:date>",
    ]
    if book.summary.strip():
        lines.append(f"<dc:description>{escape(book.summary)}</dc:description>")
    lines += [_meta("dcterms:modified", modified), *_rendition(), *_accessibility(bool(timed))]
    return "\n".join(lines + (_narration(book, timed) if timed else []))


def _rendition() -> list[str]:
    return [
        _meta("rendition:layout", "pre-paginated"),
        _meta("rendition:orientation", "landscape"),
        _meta("rendition:spread", "none"),
    ]


def _accessibility(spoken: bool) -> list[str]:
    features = ["alternativeText", "readingOrder", "structuralNavigation", "tableOfContents"]
    modes = ["textual", "visual"]
    summary = "Every picture has an alternative text, and all of the story is text in reading order."
    if spoken:
        features.append("synchronizedAudioText")
        modes.append("auditory")
        summary += " The story is read aloud, and each word is marked as it is spoken."
    hazards = ("noFlashingHazard", "noMotionSimulationHazard", "noSoundHazard")
    return [
        *(_meta("schema:accessMode", mode) for mode in modes),
        *(_meta("schema:accessModeSufficient", enough) for enough in ("textual", "textual,visual")),
        *(_meta("schema:accessibilityFeature", feature) for feature in features),
        *(_meta("schema:accessibilityHazard", hazard) for hazard in hazards),
        f'<meta property="schema:accessibilitySummary" xml:lang="en">{summary}</meta>',
    ]


def _narration(book: Book, timed: Mapping[str, Overlay]) -> list[str]:
    voice = book.colophon.voice.model if book.colophon.voice else "Storytroupe"
    durations = [round(overlay.duration, 3) for overlay in timed.values()]
    return [
        *(
            f'<meta property="media:duration" refines="#{name}-overlay">{clock(overlay.duration)}</meta>'
            for name, overlay in timed.items()
        ),
        _meta("media:duration", clock(sum(durations))),
        _meta("media:narrator", voice),
        _meta("media:active-class", ACTIVE_CLASS),
        _meta("media:playback-active-class", PLAYING_CLASS),
    ]


def _meta(name: str, value: str) -> str:
    return f'<meta property="{name}">{escape(value)}</meta>'


def _manifest(pages: Sequence[Page], timed: Mapping[str, Overlay], resources: Mapping[str, str]) -> str:
    lines = [
        '<item id="contents" href="contents.xhtml" media-type="application/xhtml+xml" properties="nav"/>'
    ]
    for page in pages:
        overlay = f' media-overlay="{page.name}-overlay"' if page.name in timed else ""
        lines.append(
            f'<item id="{page.name}" href="{page.name}.xhtml" media-type="application/xhtml+xml"{overlay}/>'
        )
    lines += [
        f'<item id="{name}-overlay" href="{name}.smil" media-type="application/smil+xml"/>' for name in timed
    ]
    for name, media_type in resources.items():
        cover = ' properties="cover-image"' if name == "cover.jpg" else ""
        lines.append(f'<item id="file-{name}" href="{name}" media-type="{media_type}"{cover}/>')
    return "\n".join(lines)


def _spine(pages: Sequence[Page]) -> str:
    return "\n".join(
        f'<itemref idref="{page.name}" properties="'
        f'{"rendition:page-spread-center" if page.fixed else "rendition:layout-reflowable"}"/>'
        for page in pages
    )
