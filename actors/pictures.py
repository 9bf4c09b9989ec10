"""What the cover, the scenes and the character sheet have in common: draw, look, try again.

As many pictures in all as the settings allow (three as a rule); each try and each verdict is a step
of the ledger. After the last miss the picture with the fewest is kept and flagged, or the asset fails
where the policy is strict.
What the provider refuses is asked for once more in gentler words, never as it was.
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


#: Whatever draws shares one bound over all processes.
PICTURES = Pool("pictures", lambda settings: settings.image_concurrency)


def picture_slots(settings: Settings) -> int:
    """Some more than a process draws at once: while they wait for their turn their references are fetched,
    and their words put together."""
    drawn = settings.image_concurrency_per_process
    return drawn + ceil(drawn / 2)


@dataclass(frozen=True, slots=True)
class Try:
    """One picture and what was seen in it."""

    number: int
    picture: Picture
    findings: tuple[Finding, ...]
    colours: tuple[str, ...]
    judgement: Judgement


@dataclass(frozen=True, slots=True)
class Plan:
    """What to draw, from what, and how the ask is put together: with feedback, and whether gently.

    ``words`` are those that the picture goes with: where they changed, it is drawn and looked at
    anew, even if the director read them as before.
    """

    ask: Callable[[str | None, bool], PictureAsk]
    references: Sequence[bytes]
    is_cover: bool
    words: Sequence[str] = ()


async def draw(context: Context, story: Story, plan: Plan) -> Outcome:
    """Draw until nothing is missed, as often as the settings allow, and keep the best."""
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
    # It is made ready for the books while the validator looks: most pictures pass.
    findings, colours = await asyncio.gather(
        _inspected(context, story, plan, ask, picture, questions, number),
        _made_ready(context, story, picture),
    )
    context.progress(85)
    levels = context.deps.settings.trait_levels
    judgement = judge(findings, is_cover=plan.is_cover, levels=levels)
    return Try(number, picture, findings, colours, judgement)


async def _made_ready(context: Context, story: Story, picture: Picture) -> tuple[str, ...]:
    """The picture's colours. Its plates are put beside it, where those who set the books look for them; they
    make them themselves where that failed."""
    cpu, folder = context.deps.cpu, plates_folder(_stored(context, story, picture).key)
    if folder is None:
        return await cpu.run(extract, picture.data)
    made = await cpu.run(prepare, picture.data, is_cover=picture_index(context.job.name) == 0)
    try:
        await store_file(context, story, plates_key(folder, made.recipe), made.plates, MEDIA_TYPE)
    except Unavailable as failed:
        _log.warning("plates not kept", asset=context.job.name, error=failed.message)
    return made.colours


async def _drawn(
    context: Context, story: Story, plan: Plan, feedback: str | None, number: int
) -> tuple[PictureAsk, Picture]:
    """The picture and what it was asked for with. Raises ``ProviderRefused`` at the second refusal."""
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
        # It is looked at without a slot: the next picture may be begun.
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
    """What the validator sees in a picture, and the moderator where there is one, all at once."""
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
    """The validator's answers. One that reads is asked what guards children in a call of its own, in
    which no words of a person stand; books that were begun before that have both in one answer."""
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
        return Discard("IMAGE_VALIDATION_FAILED", best.judgement.feedback)
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
            # For whoever brings this picture back after another was made.
            "colours": list(colours),
            "review": flagged,
            **alt,
        },
        patch={"hue_extracted_colors": {context.job.name: list(colours)}},
    )
    return replace(done, result={**done.result, **flagged, **alt})


def alt_of_picture(story: Story, picture: Picture) -> dict[str, str]:
    """What is in the picture, by whoever drew it: in English, so for English books alone."""
    spoken = story.content.language_of(story.brief)
    return {"alt": picture.alt} if picture.alt and is_english(spoken) else {}


def _stored(context: Context, story: Story, picture: Picture) -> Stored:
    """Where the codec has put the picture."""
    return story_key(story.user_id, story.id, context.job.name, picture.data, picture.media_type)


def _input(plan: Plan, ask: PictureAsk) -> object:
    """All that decides a picture; references by their hashes."""
    shown = [hashlib.sha256(reference).hexdigest() for reference in plan.references]
    return [str(ask.prompt), ask.seed, ask.size, ask.subject, ask.index, shown, *plan.words]


def picture_size(context: Context) -> tuple[int, int]:
    """The size of pictures in pixels, by the settings."""
    width, height = context.deps.settings.image_size.split("x")
    return int(width), int(height)
