"""The common part of the cover, the scenes and the character sheet: draw, check, try again.

The settings limit the number of tries (three by default). Each try and each check is a step in the ledger. A
miss is a question of the check that the picture fails. If the last try still has misses, the picture with the
fewest misses is kept and flagged; under the strict policy the asset fails instead. If the provider refuses a
request, the request is repeated once in gentler words, and never unchanged.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from math import ceil

import structlog

from actors.book import plates_key
from actors.codecs import FindingsCodec, PictureCodec
from actors.runtime.calls import together
from actors.runtime.context import Context
from actors.runtime.spec import Pool
from actors.story import Story, StoryTools, done_with_file, store_file
from service.domain.assets import picture_index, plates_folder
from service.domain.inspection import (
    SAFEGUARDS,
    Judgement,
    Question,
    findings_json,
    judge,
    moderated,
    questions_for,
)
from service.domain.languages import is_english
from service.domain.story import Finding
from service.errors import ProviderRefused, Unavailable
from service.jobs.outcomes import Discard, Outcome, Snooze
from service.providers.protocols import Picture, PictureAsk
from service.providers.replies import Reply
from service.publishing.colours import extract
from service.publishing.early import MEDIA_TYPE, prepare
from service.runtime.ledger import Work
from service.settings import Settings
from service.storage.store import Stored, story_key

_log = structlog.get_logger()


#: All groups that draw share one limit over all processes.
PICTURES = Pool("pictures", lambda settings: settings.image_concurrency)


def picture_slots(settings: Settings) -> int:
    """The number of attempts that one process runs at once. This number is larger than the number of pictures
    that the process draws at once: the other attempts fetch their references and compose their prompts while
    they wait."""
    drawn = settings.image_concurrency_per_process
    return drawn + ceil(drawn / 2)


@dataclass(frozen=True, slots=True)
class Try:
    """One drawn picture and the findings of its check."""

    number: int
    picture: Picture
    findings: tuple[Finding, ...]
    colours: tuple[str, ...]
    judgement: Judgement


@dataclass(frozen=True, slots=True)
class Plan:
    """The plan for one picture: its references, and the function that composes the request. The function
    takes the feedback of the last check, and whether to use gentler words.

    ``words`` are the text that the picture belongs to. If this text changes, the picture is drawn and checked
    again, even if the director's analysis is the same as before.
    """

    ask: Callable[[str | None, bool], PictureAsk]
    references: Sequence[bytes]
    is_cover: bool
    words: Sequence[str] = ()


async def draw(context: Context, story: Story, plan: Plan) -> Outcome:
    """Draw until a picture has no misses, or until all tries that the settings allow are used. Then keep the
    best picture."""
    settings = context.deps.settings
    levels = settings.trait_levels
    questions = questions_for(story.brief.characters, levels)
    tries: list[Try] = []
    feedback: str | None = None
    while len(tries) < settings.picture_tries:
        if not await context.acquire_slot():
            return Snooze("PICTURE_WAITS", "The picture is drawn again as soon as a slot is free.", 0.0)
        try:
            tried = await _try(context, story, plan, questions, feedback, len(tries) + 1)
        except ProviderRefused:
            if not tries:
                raise
            break
        tries.append(tried)
        if tried.judgement.passed:
            break
        feedback = tried.judgement.feedback
    best = min(tries, key=lambda one: (not one.judgement.showable, len(one.judgement.misses), -one.number))
    return await _end(context, story, best, len(tries))


async def _try(
    context: Context,
    story: Story,
    plan: Plan,
    questions: Sequence[Question],
    feedback: str | None,
    number: int,
) -> Try:
    context.progress(40)
    ask, picture = await _drawn(context, story, plan, feedback, number)
    context.progress(70)
    # The picture is prepared for the books while the validator checks it: most pictures pass.
    findings, colours = await asyncio.gather(
        _inspected(context, story, plan, ask, picture, questions, number),
        _made_ready(context, story, picture),
    )
    context.progress(85)
    levels = context.deps.settings.trait_levels
    judgement = judge(findings, is_cover=plan.is_cover, levels=levels)
    return Try(number, picture, findings, colours, judgement)


async def _made_ready(context: Context, story: Story, picture: Picture) -> tuple[str, ...]:
    """Return the picture's colours. Also store the picture's plates for the actors that typeset the books. If
    the plates cannot be stored, these actors make the plates themselves."""
    cpu, folder = context.deps.cpu, plates_folder(_stored(context, story, picture).key)
    if folder is None:
        return await cpu.run(extract, picture.data)
    made = await cpu.run(prepare, picture.data, is_cover=picture_index(context.job.name) == 0)
    try:
        await store_file(context, story, plates_key(folder, made.recipe), made.plates, MEDIA_TYPE)
    except Unavailable as failed:
        _log.warning("plates not kept", asset=context.job.name, error=failed)
    return made.colours


async def _drawn(
    context: Context, story: Story, plan: Plan, feedback: str | None, number: int
) -> tuple[PictureAsk, Picture]:
    """The picture and the request that made it. Raises ``ProviderRefused`` at the second refusal."""
    ask = plan.ask(feedback, False)
    try:
        return ask, await _draw(context, story, plan, ask, number)
    except ProviderRefused as refused:
        _log.warning("picture.refused", note="It is asked for more gently.", code=refused.code)
    ask = plan.ask(feedback, True)
    return ask, await _draw(context, story, plan, ask, number)


async def _draw(context: Context, story: Story, plan: Plan, ask: PictureAsk, number: int) -> Picture:
    image = context.dependency(StoryTools).providers.image
    work = Work("picture", image.model, _input(plan, ask), number, provider=image.provider)

    async def make() -> Reply[Picture]:
        reply = await image.draw(ask, plan.references)
        # The check needs no slot, so the next picture can start.
        await context.release_slot()
        return reply

    return await context.call(work, PictureCodec(context, story), make)


async def _inspected(
    context: Context,
    story: Story,
    plan: Plan,
    ask: PictureAsk,
    picture: Picture,
    questions: Sequence[Question],
    number: int,
) -> tuple[Finding, ...]:
    """The findings of the validator and of the moderator, if one is configured. Both run at once."""
    moderation = context.dependency(StoryTools).providers.moderation
    shown = _stored(context, story, picture).hash
    looks = _looks(context, plan, ask, picture, questions, shown, number)
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
    context: Context,
    plan: Plan,
    ask: PictureAsk,
    picture: Picture,
    questions: Sequence[Question],
    shown: str,
    number: int,
) -> tuple[Finding, ...]:
    """The validator's answers.

    A validator that reads text gets the safeguard questions in a separate call, which contains no text of a
    user. In a book that an older version began, one answer contains both.
    """
    vision, codec = context.dependency(StoryTools).providers.vision, FindingsCodec()

    def work(asked: Sequence[Question]) -> Work:
        about = [shown, [asdict(question) for question in asked], ask.subject, ask.index, *plan.words]
        return Work("verdict", vision.model, about, number, provider=vision.provider)

    if not vision.safety_apart:
        return await context.call(work(questions), codec, lambda: vision.check(ask, picture.data, questions))
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
        context.call(work(about), codec, lambda: vision.check(ask, picture.data, about)),
        context.call(safety, codec, lambda: vision.look(picture.data, SAFEGUARDS)),
    )
    return (*seen, *safe)


async def _end(context: Context, story: Story, best: Try, tries: int) -> Outcome:
    policy = story.brief.validation or context.deps.settings.validation
    if not best.judgement.passed and (policy == "strict" or not best.judgement.showable):
        return Discard(
            "IMAGE_VALIDATION_FAILED", "The picture does not meet the request.", best.judgement.feedback
        )
    stored = _stored(context, story, best.picture)
    colours = best.colours
    context.progress(95)
    flagged: dict[str, object] = {}
    if not best.judgement.passed:
        flagged = {"needs_review": True, "findings": findings_json(best.judgement.misses)}
    alt = alt_of_picture(story, best.picture)
    done = done_with_file(
        context,
        story,
        stored,
        metadata={
            "tries": tries,
            "kept": best.number,
            "unverified": best.judgement.unverified,
            # For a later restore of this picture, after another one was made.
            "colours": list(colours),
            "review": flagged,
            **alt,
        },
        patch={"hue_extracted_colors": {context.job.name: list(colours)}},
    )
    return replace(done, result={**done.result, **flagged, **alt})


def alt_of_picture(story: Story, picture: Picture) -> dict[str, str]:
    """The illustrator's description of the picture. It is in English, so only English books use it."""
    spoken = story.content.language_of(story.brief)
    return {"alt": picture.alt} if picture.alt and is_english(spoken) else {}


def _stored(context: Context, story: Story, picture: Picture) -> Stored:
    """The key and hash under which the codec has stored the picture."""
    return story_key(story.user_id, story.id, context.job.name, picture.data, picture.media_type)


def _input(plan: Plan, ask: PictureAsk) -> object:
    """Everything that determines a picture. A hash represents each reference."""
    shown = [hashlib.sha256(reference).hexdigest() for reference in plan.references]
    return [str(ask.prompt), ask.seed, ask.size, ask.subject, ask.index, shown, *plan.words]


def picture_size(context: Context) -> tuple[int, int]:
    """The width and height of pictures in pixels, from the settings."""
    width, height = context.deps.settings.image_size.split("x")
    return int(width), int(height)
