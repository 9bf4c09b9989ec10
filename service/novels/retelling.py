"""What a picture book of a novel tells: the written text of chapters, or their scenes in short. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from service.api.responses.novel_plan import NovelDocument, PlanPerson, PlanScene, WrittenChapter
from service.domain.assets import MAX_SCENES
from service.domain.languages import is_english
from service.domain.offline import SYNOPSIS_NOTICE
from service.domain.own_words import page_count, sentences_of
from service.domain.story import AgeRange

#: Characters of a text in a request for a story.
_MOST_WRITTEN = 20_000
#: Characters of a plan that is told in short, and of a paragraph of it. More is too much for one evening.
_MOST_TOLD, _MOST_PARAGRAPH = 7_000, 3_000
_ENDED = (".", "!", "?", "…", "”", "»", '"', "。", "！", "？")
_WORD = re.compile(r"\w{4,}")


@dataclass(frozen=True, slots=True)
class Retold:
    """The text in paragraphs. ``is_written`` says that these are the words of the chapters themselves.
    ``people`` are the ids of the people in the scenes, once for each scene."""

    paragraphs: tuple[str, ...]
    is_written: bool = False
    people: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The whole text, with blank lines between its paragraphs."""
        return "\n\n".join(self.paragraphs)


@dataclass(frozen=True, slots=True)
class _Paragraph:
    text: str
    people: tuple[str, ...] = field(default=())


def retell(tree: NovelDocument, chapters: Sequence[WrittenChapter], age_range: AgeRange) -> Retold:
    """The written text of the chapters if all of them are written and the text fits into a book. Otherwise
    their scenes, in as many whole sentences as the book has room for."""
    there = tuple(id_ for chapter in chapters for scene in chapter.scenes for id_ in scene.people)
    texts = [(chapter.text or "").strip() for chapter in chapters]
    if all(text and not text.startswith(SYNOPSIS_NOTICE) for text in texts):
        text = "\n\n".join(texts)
        if len(text) <= _MOST_WRITTEN and page_count(text, age_range, MAX_SCENES + 1) <= MAX_SCENES:
            return Retold((text,), is_written=True, people=there)
    told = _framed(tree, chapters, _scenes_that_fit(chapters))
    if is_english(tree.language):
        told = list(_with_introductions(told, tree.bible.people))
    people = tuple(id_ for paragraph in told for id_ in paragraph.people)
    return Retold(tuple(paragraph.text for paragraph in told), people=people)


def whole_sentences(text: str, most: int) -> str:
    """The first sentences of a text that together have at most so many characters."""
    told = ""
    for sentence in sentences_of(" ".join(text.split())):
        longer = f"{told} {_sentence(sentence)}".strip()
        if len(longer) > most:
            break
        told = longer
    return told


def _scenes_that_fit(chapters: Sequence[WrittenChapter]) -> list[_Paragraph]:
    """All scenes with their beats, or the main scene of each chapter, or only what comes of it. If even that
    is too long, chapters between the first and the last are left out."""
    for tell in (_each_scene, _main_scene, _main_scene_in_short):
        told = _paragraphs(chapters, tell)
        if _length(told) <= _MOST_TOLD:
            return told
    while len(told) > 1 and _length(told) > _MOST_TOLD:
        least = max(len(told) * _MOST_TOLD // (_length(told) + 1), 2)
        wanted = min(least, len(told) - 1)
        told = [told[round(at * (len(told) - 1) / max(wanted - 1, 1))] for at in range(wanted)]
    return told


def _length(told: Sequence[_Paragraph]) -> int:
    return sum(len(paragraph.text) for paragraph in told)


def _paragraphs(
    chapters: Sequence[WrittenChapter], tell: Callable[[WrittenChapter], Iterator[_Paragraph]]
) -> list[_Paragraph]:
    """The paragraphs of all chapters. A chapter without scenes has what comes of it."""
    found = (
        paragraph
        for chapter in chapters
        for paragraph in (tell(chapter) if chapter.scenes else [_Paragraph(_joined(chapter.outcome))])
    )
    cut = (replace(one, text=whole_sentences(one.text, _MOST_PARAGRAPH)) for one in found)
    return [one for one in cut if one.text]


def _each_scene(chapter: WrittenChapter) -> Iterator[_Paragraph]:
    *before, last = chapter.scenes
    for scene in before:
        yield _Paragraph(_joined(scene.summary, *scene.beats), scene.people)
    yield _Paragraph(_joined(last.summary, *last.beats, *_outcome(chapter)), last.people)


def _main_scene(chapter: WrittenChapter) -> Iterator[_Paragraph]:
    scene = _main(chapter)
    yield _Paragraph(_joined(scene.summary, *scene.beats, *_outcome(chapter)), scene.people)


def _main_scene_in_short(chapter: WrittenChapter) -> Iterator[_Paragraph]:
    scene = _main(chapter)
    comes = chapter.outcome or (scene.beats[-1] if scene.beats else None)
    yield _Paragraph(_joined(scene.summary, comes), scene.people)


def _main(chapter: WrittenChapter) -> PlanScene:
    """The scene that has most words in common with the chapter's own goal, conflict and outcome; of equal
    ones the last."""
    wanted = _words(chapter.goal, chapter.conflict, chapter.outcome)
    shared = [len(wanted & _words(scene.summary, *scene.beats)) for scene in chapter.scenes]
    return chapter.scenes[max(range(len(shared)), key=lambda at: (shared[at], at))]


def _words(*texts: str | None) -> set[str]:
    return {word for text in texts if text for word in _WORD.findall(text.casefold())}


def _outcome(chapter: WrittenChapter) -> Iterator[str]:
    """What comes of a chapter, unless one of its scenes says so."""
    said = _joined(*(part for scene in chapter.scenes for part in (scene.summary, *scene.beats)))
    if chapter.outcome and _joined(chapter.outcome) not in said:
        yield chapter.outcome


def _framed(
    tree: NovelDocument, chapters: Sequence[WrittenChapter], told: list[_Paragraph]
) -> list[_Paragraph]:
    """With the novel in one sentence in front if its first chapter does not open it, and with the ending of
    the plan if the last chapter has no scenes that tell it."""
    outline, concept = tree.outline.chapters, tree.bible.concept
    opens = bool(outline and outline[0] in chapters and outline[0].scenes)
    ends = bool(outline and outline[-1] in chapters and not outline[-1].scenes)
    opening = "" if opens else whole_sentences(concept.logline or concept.premise or "", _MOST_PARAGRAPH)
    ending = whole_sentences(tree.outline.ending or "", _MOST_PARAGRAPH) if ends or not outline else ""
    everybody = tuple(person.id for person in tree.bible.people)
    return [_Paragraph(opening, everybody)] * bool(opening) + told + [_Paragraph(ending)] * bool(ending)


def _with_introductions(told: Sequence[_Paragraph], people: Sequence[PlanPerson]) -> Iterator[_Paragraph]:
    """Each person has their description behind the name where they are first present: ``Ewan, the head of
    the archive, says``."""
    unknown = {person.id: person for person in people if person.name and described(person.role)}
    for paragraph in told:
        text = paragraph.text
        for id_ in dict.fromkeys(paragraph.people):
            if (person := unknown.get(id_)) and (introduced := _introduced(text, person)):
                text = introduced
                del unknown[id_]
        yield replace(paragraph, text=text)


def _introduced(text: str, person: PlanPerson) -> str | None:
    """The text with the description behind the name; None if the name stands only within speech, or as a
    genitive. A name with a comma behind it already has a description, or needs none."""
    first, _, rest = (person.name or "").partition(" ")
    name = re.escape(first) + (f"(?: {re.escape(rest)})?" if rest else "")
    for found in re.finditer(rf"(?<![\w“]){name}(?![\w’'-])", text):
        before, after = text[: found.end()], text[found.end() :]
        if before.count("“") > before.count("”"):
            continue
        if after.startswith(","):
            return text
        comma = "," if after[:1].isspace() else ""
        return f"{before}, {described(person.role)}{comma}{after}"
    return None


def described(role: str | None) -> str:
    """What a role says of the person: ``opponent: the head of the archive`` is ``the head of the archive``,
    and a role of one word, for example ``protagonist``, is nothing."""
    part, _, about = (role or "").partition(":")
    about = about.strip() or (part.strip() if " " in part.strip() else "")
    return about.rstrip(".")


def _joined(*parts: str | None) -> str:
    return " ".join(_sentence(part) for part in parts if part and part.strip())


def _sentence(text: str) -> str:
    folded = " ".join(text.split())
    ended = folded if folded.endswith(_ENDED) else f"{folded}."
    return ended[:1].upper() + ended[1:]
