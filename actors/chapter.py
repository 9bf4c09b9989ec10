"""Writes a chapter of a novel scene by scene, or writes a passage of it again.

Each scene is a call of its own, and each answer is in the ledger before the next scene is asked for. An
attempt that takes the place of one that has died finds those scenes there, and pays only for the others.
"""

from __future__ import annotations

import asyncio
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from actors.codecs import ReviewCodec
from actors.runtime.context import Context
from actors.runtime.spec import ActorSpec
from service.api.responses.novel_plan import NovelDocument
from service.errors import ProviderRefused, ProviderRetryable
from service.jobs.outcomes import Done, Outcome, Snooze
from service.jobs.retry import RetryPolicy
from service.novels.asking import PASSAGE_STEP, SCENE_STEP, passage_ask, scene_ask, scene_asks
from service.novels.chapter_jobs import GROUP, MADE_FROM, TEXT
from service.novels.store import NOVEL, chapters_of, get_novel
from service.novels.tables import Novel
from service.novels.tree import tree_of
from service.providers.protocols import Moderation
from service.providers.pseudonyms import Pseudonymizer
from service.providers.writing import PassageAsk, SceneAsk, Writer
from service.runtime.ledger import Answer, Work

SPEC = ActorSpec(group=GROUP, kind=NOVEL, timeout=900, retry=RetryPolicy(3, "exponential", 2.0))
_BEGUN, _SHARED = 5, 90
#: After so long an attempt begins no more scene, since its time ends while the next one is written.
LONGEST_SECONDS = 600.0
#: Characters of one text in a call of the moderator.
_PIECE = 8_000
#: The usual length of a scene in characters. Only the percentage depends on it.
_SCENE_CHARACTERS = 4_000


@dataclass(frozen=True, slots=True)
class NovelTools:
    """What the actors of novels need beside what every actor has."""

    writer: Writer
    moderation: Moderation | None = None


class TextCodec:
    """A text, kept inline."""

    async def dump(self, value: str) -> Answer:
        """The text as JSON."""
        return Answer({"text": value})

    async def restore(self, answer: Answer) -> str:
        """The text of a stored answer."""
        return str(answer.result["text"])


async def perform(context: Context) -> Outcome:
    """Write what the job's input asks for. The words are published as they come."""
    novel, tree = await _read(context)
    context.progress(_BEGUN)
    asked, writer = context.job.input, context.dependency(NovelTools).writer
    text = await (_redraft if asked["passage"] else _draft)(context, writer, novel, tree)
    if text is None:
        return Snooze("CHAPTER_CONTINUES", "The chapter is long. It continues with the next scene.", 0.0)
    made_from = {"plan_version": novel.plan_version, "version": asked["version"], "model": writer.model}
    told = {"instruction": asked["instruction"]} if asked["instruction"] else {}
    return Done(patch={TEXT: text, MADE_FROM: {**made_from, **told}})


def work_of(writer: Writer, ask: SceneAsk | PassageAsk, version: int) -> Work:
    """The call for an ask, as the ledger knows it. A text that is asked for again in place of another
    ``version`` is another work."""
    step = SCENE_STEP if isinstance(ask, SceneAsk) else PASSAGE_STEP
    return Work(step, writer.model, [version, asdict(ask)], provider=writer.provider)


async def _draft(context: Context, writer: Writer, novel: Novel, tree: NovelDocument) -> str | None:
    """The text; None if the attempt has taken so long that another one must write the rest."""
    asked, clock = context.job.input, asyncio.get_running_loop().time
    until = clock() + LONGEST_SECONDS
    number = asked["number"]
    count = len(scene_asks(tree.outline.chapters[number - 1]))
    scenes: list[str] = []
    for place in range(1, count + 1):
        so_far = "\n\n".join(scenes)
        previous = asked["previous"] if place == 1 else ""
        ask = scene_ask(novel, tree, number, place, so_far, previous, asked["instruction"])
        text, is_new = await _scene(context, writer, ask)
        scenes.append(text)
        if is_new and place < count and clock() >= until:
            return None
    return "\n\n".join(scenes)


async def _scene(context: Context, writer: Writer, ask: SceneAsk) -> tuple[str, bool]:
    """The text of one scene, and whether this attempt has written it: that is progress, whatever becomes of
    the attempt."""
    work = work_of(writer, ask, context.job.input["version"])
    await _moderate(context, ask, "what was asked for", _strings([ask.instruction, ask.chapter, ask.scene]))
    kept = text = await context.kept(work, TextCodec())
    if text is None:
        on_text = _publishing(context, ask.number, ask.of)
        text = await context.call(work, TextCodec(), lambda: writer.write_scene(ask, on_text))
        await context.checkpoint(_percent(ask.number, ask.of), patch={"scene": ask.number})
    await _moderate(context, ask, "a scene", [text])
    context.tick(f"scene.{ask.number}", {"scene": ask.number, "text": text})
    return _clean(text), kept is None


async def _redraft(context: Context, writer: Writer, novel: Novel, tree: NovelDocument) -> str | None:
    asked = context.job.input
    start, end = asked["passage"]
    ask = passage_ask(novel, tree, asked["number"], (start, end), asked["instruction"])
    work, on_text = work_of(writer, ask, asked["version"]), _publishing(context, 1, 1)
    await _moderate(context, ask, "what was asked for", [ask.instruction, ask.passage])
    passage = await context.call(work, TextCodec(), lambda: writer.rewrite_passage(ask, on_text))
    await _moderate(context, ask, "the passage", [passage])
    whole = tree.outline.chapters[asked["number"] - 1].text or ""
    return f"{whole[:start]}{_clean(passage)}{whole[end:]}"


async def _moderate(context: Context, ask: SceneAsk | PassageAsk, what: str, said: Iterable[str]) -> None:
    """Raises ``ProviderRefused`` if a moderator is configured and flags a text."""
    moderation, whole = context.dependency(NovelTools).moderation, "\n".join(filter(None, said))
    if moderation is None or not whole.strip():
        return
    texts = [whole[at : at + _PIECE] for at in range(0, len(whole), _PIECE)]
    people = Pseudonymizer(ask.real_names, texts)
    hidden = [people.pseudonymize(text) for text in texts]
    # The key uses the original text, as for stories.
    work = Work("moderation", moderation.model, texts, provider=moderation.provider)
    review = await context.call(work, ReviewCodec(), lambda: moderation.review(hidden))
    if review.flagged:
        raise ProviderRefused(
            f"Moderation flagged {what}: {', '.join(review.flagged)}. Change it and try again.",
            code="CONTENT_FLAGGED",
        )


def _strings(value: Any) -> Iterator[str]:
    """All texts in a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from _strings(list(value.values()))
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _strings(part)


def _publishing(context: Context, scene: int, of: int) -> Callable[[str], None]:
    def on_text(text: str) -> None:
        context.tick(f"scene.{scene}", {"scene": scene, "text": text})
        share = (scene - 1 + min(len(text) / _SCENE_CHARACTERS, 1)) / of
        context.progress(_BEGUN + round(_SHARED * share))

    return on_text


def _percent(scene: int, of: int) -> int:
    return _BEGUN + round(_SHARED * scene / of)


def _clean(text: str) -> str:
    """A provider's text as it is kept. Raises ``ProviderRetryable`` for one without words."""
    kept = unicodedata.normalize("NFC", text.replace("\x00", "")).strip()
    if not kept:
        raise ProviderRetryable("The text is empty.", code="PROVIDER_ANSWER_UNFIT")
    return kept


async def _read(context: Context) -> tuple[Novel, NovelDocument]:
    """The novel with its tree. Raises ``NovelNotFound`` where it was deleted meanwhile."""
    id_, database = context.job.aggregate_id, context.deps.database
    novel = await database.retry_statement(lambda one: get_novel(one, id_))
    chapters = await database.retry_statement(lambda one: chapters_of(one, id_))
    return novel, tree_of(novel, chapters)
