"""What a writer is asked for a scene or for a passage: the novel's plan in the writer's terms. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from service.api.responses.base import Answer
from service.api.responses.novel_plan import NovelDocument, PlanPerson, PlanScene, WrittenChapter
from service.novels.tables import Novel
from service.providers.writing import PassageAsk, SceneAsk

#: The names of the calls in the ledger.
SCENE_STEP, PASSAGE_STEP = "chapter_scene", "chapter_passage"
#: Characters of the chapter's text so far that are sent, and of the text of the chapter before.
_BEFORE, PREVIOUS = 8_000, 1_500
#: Characters around a passage that are sent.
_AROUND = 3_000
#: Words of a scene where the plan says nothing.
_WORDS = 600


def scene_asks(chapter: WrittenChapter) -> Sequence[PlanScene]:
    """The scenes that a chapter is written by; one for the whole chapter where the plan has none."""
    return chapter.scenes or (PlanScene(id="s1"),)


def scene_ask(
    novel: Novel,
    tree: NovelDocument,
    number: int,
    scene: int,
    so_far: str,
    previous: str,
    instruction: str,
) -> SceneAsk:
    """The ask for a scene (from 1) of a chapter (from 1). ``so_far`` is the chapter's text before it,
    ``previous`` the end of the chapter before."""
    chapter = tree.outline.chapters[number - 1]
    scenes = scene_asks(chapter)
    here = scenes[scene - 1]
    return SceneAsk(
        language=tree.language,
        facts=_facts(novel, tree, _present(tree, chapter, [here]), here),
        chapter=_json(chapter, exclude={"scenes", "text", "words", "id"}),
        scene=_json(here, exclude={"id"}),
        number=scene,
        of=len(scenes),
        words=here.words or _usual_words(tree, len(scenes)),
        before=so_far[-_BEFORE:],
        previous=previous or (_outcome_before(tree, number) if scene == 1 else ""),
        instruction=instruction,
        real_names=_real_names(tree),
    )


def passage_ask(
    novel: Novel, tree: NovelDocument, number: int, span: tuple[int, int], instruction: str
) -> PassageAsk:
    """The ask for a passage of a chapter's text, from the one code point until before the other."""
    chapter = tree.outline.chapters[number - 1]
    text, (start, end) = chapter.text or "", span
    return PassageAsk(
        language=tree.language,
        facts=_facts(novel, tree, _present(tree, chapter, chapter.scenes), None),
        passage=text[start:end],
        instruction=instruction,
        before=text[max(0, start - _AROUND) : start],
        after=text[end : end + _AROUND],
        real_names=_real_names(tree),
    )


def _facts(
    novel: Novel, tree: NovelDocument, people: Sequence[PlanPerson], scene: PlanScene | None
) -> Mapping[str, Any]:
    bible = tree.bible
    place = next((one for one in bible.world.places if scene and one.id == scene.place), None)
    threads = [one for one in tree.outline.threads if scene and one.id in scene.threads]
    facts = {
        "novel": {"title": tree.title, **_json(bible.concept, exclude={"title", "length"})},
        "theme": _json(bible.theme),
        "era": bible.world.era,
        "people": [_json(one, exclude={"real"}) for one in people],
        "place": _json(place) if place else None,
        "rules": [_json(one) for one in bible.world.rules],
        "threads": [_json(one) for one in threads],
        "glossary": [_json(one) for one in bible.world.glossary],
        "locked": {path: novel.data[path] for path in novel.locks if path in novel.data},
    }
    return {name: part for name, part in facts.items() if part}


def _present(tree: NovelDocument, chapter: WrittenChapter, scenes: Sequence[PlanScene]) -> list[PlanPerson]:
    """The people of some scenes and the one from whose point of view they are told; all where the plan names
    none."""
    ids = {id_ for scene in scenes for id_ in scene.people} | ({chapter.pov} if chapter.pov else set())
    return [one for one in tree.bible.people if one.id in ids] or list(tree.bible.people)


def _outcome_before(tree: NovelDocument, number: int) -> str:
    """What comes of the chapter before, in the plan."""
    return (tree.outline.chapters[number - 2].outcome or "") if number > 1 else ""


def _usual_words(tree: NovelDocument, scenes: int) -> int:
    words = tree.bible.concept.length.words_a_chapter
    return max(100, words // scenes) if words else _WORDS


def _real_names(tree: NovelDocument) -> tuple[str, ...]:
    return tuple(one.name for one in tree.bible.people if one.real and one.name)


def _json(part: Answer, exclude: set[str] | None = None) -> dict[str, Any]:
    """A part of the plan as JSON, without what is empty."""
    return part.model_dump(mode="json", exclude_defaults=True, exclude=exclude)
