"""Checks a picture: the questions about what it must show, what guards children, and its description.

Each call is a step in the ledger. A validator that reads text gets the safeguard questions in a separate
call, which contains no text of a user.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256

import structlog

from actors.codecs import FindingsCodec, ModelCodec
from actors.references import Given
from actors.runtime.calls import together
from actors.runtime.context import Context
from actors.story import Story, StoryTools
from service.domain.inspection import SAFEGUARDS, Question, moderated, questions_for
from service.domain.languages import is_english
from service.domain.scene_questions import scene_questions
from service.domain.story import Finding, SceneAnalysis
from service.errors import ProviderRefused
from service.providers.protocols import Alt, Likeness, Picture, PictureAsk
from service.providers.replies import Reply
from service.runtime.ledger import Work

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Checks:
    """What is asked about each try of a picture, the text that the picture belongs to, and the pictures that
    its heroes are compared with, with their hashes."""

    questions: tuple[Question, ...]
    words: Sequence[str]
    beside: tuple[Likeness, ...] = ()
    hashes: tuple[str, ...] = ()


async def checks_of(
    context: Context,
    story: Story,
    words: Sequence[str],
    analysis: SceneAnalysis | None,
    likenesses: Callable[[], Awaitable[Sequence[Given]]],
) -> Checks:
    """The checks of a picture of these words that must show this analysis. Without one, only traits are
    checked."""
    levels = context.deps.settings.trait_levels
    if analysis is None:
        return Checks(questions_for(story.brief.characters, levels), words)
    sees = context.dependency(StoryTools).providers.vision.sees
    beside = tuple(Likeness(one.shows.heroes, one.data) for one in (await likenesses() if sees else ()))
    compared = {name for one in beside for name in one.heroes}
    asked = scene_questions(story.brief.characters, analysis, levels, compared=compared)
    hashes = tuple(sha256(one.data).hexdigest() for one in beside)
    return Checks((*asked, *SAFEGUARDS), words, beside, hashes)


async def inspected(
    context: Context, checks: Checks, ask: PictureAsk, picture: Picture, shown: str, number: int
) -> tuple[Finding, ...]:
    """The findings of the validator and of the moderator, if one is configured. Both run at once. ``shown``
    is the hash of the picture."""
    moderation = context.dependency(StoryTools).providers.moderation
    looks = _looks(context, checks, ask, picture, shown, number)
    if moderation is None:
        return await looks

    async def review() -> Reply[tuple[Finding, ...]]:
        reply = await moderation.review((), (picture.data,))
        return Reply((moderated(reply.value.flagged),), reply.model, reply.usage, reply.request_id)

    reviewed = context.call(
        Work("moderation", moderation.model, [shown], number, provider=moderation.provider),
        FindingsCodec(),
        review,
    )
    findings, flags = await together(looks, reviewed)
    return (*findings, *flags)


async def _looks(
    context: Context, checks: Checks, ask: PictureAsk, picture: Picture, shown: str, number: int
) -> tuple[Finding, ...]:
    """The validator's answers. In a book that an older version began, one answer contains all of them."""
    vision, codec = context.dependency(StoryTools).providers.vision, FindingsCodec()
    picture_of = [ask.subject, ask.index, *checks.words, *checks.hashes]

    def work(asked: Sequence[Question]) -> Work:
        about = [shown, [asdict(question) for question in asked], *picture_of]
        return Work("verdict", vision.model, about, number, provider=vision.provider)

    def check(asked: Sequence[Question]) -> Awaitable[Reply[tuple[Finding, ...]]]:
        return vision.check(ask, picture.data, asked, checks.beside)

    questions = checks.questions
    if not vision.safety_apart:
        return await context.call(work(questions), codec, lambda: check(questions))
    if (kept := await context.kept(work(questions), codec)) is not None:
        return kept
    about = tuple(question for question in questions if question not in SAFEGUARDS)
    safety = Work(
        "safety",
        vision.model,
        [shown, [question.text for question in SAFEGUARDS]],
        number,
        provider=vision.provider,
    )
    seen, safe = await together(
        context.call(work(about), codec, lambda: check(about)),
        context.call(safety, codec, lambda: vision.look(picture.data, SAFEGUARDS)),
    )
    return (*seen, *safe)


async def described(
    context: Context, story: Story, ask: PictureAsk, picture: Picture, shown: str
) -> str | None:
    """The description of the picture as it was drawn, for readers who cannot see it. None if nobody can
    describe it: then the storyteller's description counts."""
    vision = context.dependency(StoryTools).providers.vision
    if alt := alt_of_picture(story, picture):
        return alt
    spoken = story.content.language_of(story.brief)
    if not vision.sees or ask.analysis is None:
        return None
    cast = [character.name for character in ask.cast]
    work = Work("alt", vision.model, [shown, spoken, cast], provider=vision.provider)
    try:
        made = await context.call(work, ModelCodec(Alt), lambda: vision.describe(ask, picture.data, spoken))
    except ProviderRefused as refused:
        _log.warning("picture.undescribed", note="The storyteller's description is used.", code=refused.code)
        return None
    return made.text


def alt_of_picture(story: Story, picture: Picture) -> str | None:
    """The illustrator's description of the picture. It is in English, so only English books use it."""
    return picture.alt if is_english(story.content.language_of(story.brief)) else None
