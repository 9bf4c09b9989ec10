"""The common part of the cover, the scenes and the character sheet: draw, check, try again.

The settings limit the number of tries (three by default). Each try and each check is a step in the ledger. A
miss is a question of the check that the picture fails. If the last try still has misses, the picture with the
fewest misses is kept and flagged; under the strict policy the asset fails instead. If the provider refuses a
request, the request is repeated once in gentler words, and never unchanged.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from math import ceil

import structlog

from actors.book import plates_key
from actors.checking import Checks, checks_of, described, inspected
from actors.codecs import PictureCodec
from actors.references import Given
from actors.runtime.context import Context
from actors.runtime.spec import Pool
from actors.story import Story, StoryTools, done_with_file, store_file
from service.domain.assets import picture_index, plates_folder
from service.domain.inspection import Judgement, findings_json, judge
from service.domain.prompts import Reference
from service.domain.scene_questions import is_near
from service.domain.story import Finding, SceneAnalysis
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
    """One drawn picture, the findings of its check, and its description, if there is one."""

    number: int
    picture: Picture
    findings: tuple[Finding, ...]
    colours: tuple[str, ...]
    judgement: Judgement
    alt: str | None = None


async def _nothing() -> Sequence[Given]:
    return ()


@dataclass(frozen=True, slots=True)
class Plan:
    """The plan for one picture: the references of its first try, and the function that composes the request.
    The function takes the feedback of the last check, whether to use gentler words, and what the files show
    that are sent.

    ``words`` are the text that the picture belongs to. If this text changes, the picture is drawn and checked
    again, even if the director's analysis is the same as before. ``analysis`` says what the picture must
    show; None for a picture that shows the heroes only, and for one that an older version directed.
    ``likenesses`` fetches what its heroes look like.
    """

    ask: Callable[[str | None, bool, Sequence[Reference]], PictureAsk]
    references: Sequence[Given]
    is_cover: bool
    words: Sequence[str] = ()
    analysis: SceneAnalysis | None = None
    likenesses: Callable[[], Awaitable[Sequence[Given]]] = _nothing

    async def files(self, last: Try | None) -> Sequence[Given]:
        """The files for a try. After a miss, all heroes have a likeness. After a near miss, the last try is
        sent, too, and is edited."""
        if last is None or self.analysis is None:
            return self.references
        cover = [given for given in self.references if given.shows.kind == "cover"]
        edited = [Given(Reference("try"), last.picture.data)] if is_near(last.judgement.misses) else []
        return [*cover, *await self.likenesses(), *edited]


async def draw(context: Context, story: Story, plan: Plan) -> Outcome:
    """Draw until a picture has no misses, or until all tries that the settings allow are used. Then keep the
    best picture."""
    checks = await checks_of(context, story, plan.words, plan.analysis, plan.likenesses)
    tries: list[Try] = []
    while len(tries) < context.deps.settings.picture_tries:
        if not await context.acquire_slot():
            return Snooze("PICTURE_WAITS", "The picture is drawn again as soon as a slot is free.", 0.0)
        try:
            tried = await _try(context, story, plan, checks, tries)
        except ProviderRefused:
            if not tries:
                raise
            break
        tries.append(tried)
        if tried.judgement.passed:
            break
    best = min(tries, key=lambda one: (not one.judgement.showable, len(one.judgement.misses), -one.number))
    return await _end(context, story, best, len(tries))


async def _try(context: Context, story: Story, plan: Plan, checks: Checks, tries: Sequence[Try]) -> Try:
    context.progress(40)
    last, number = tries[-1] if tries else None, len(tries) + 1
    ask, picture = await _drawn(context, story, plan, last, number)
    context.progress(70)
    shown = _stored(context, story, picture).hash
    # The picture is prepared for the books while the validator checks it: most pictures pass.
    findings, colours, alt = await asyncio.gather(
        inspected(context, checks, ask, picture, shown, number),
        _made_ready(context, story, picture),
        described(context, story, ask, picture, shown),
    )
    context.progress(85)
    levels = context.deps.settings.trait_levels
    judgement = judge(findings, is_cover=plan.is_cover, levels=levels)
    return Try(number, picture, findings, colours, judgement, alt)


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
    context: Context, story: Story, plan: Plan, last: Try | None, number: int
) -> tuple[PictureAsk, Picture]:
    """The picture and the request that made it. Raises ``ProviderRefused`` at the second refusal."""
    given = await plan.files(last)
    shows = [one.shows for one in given]
    feedback = last.judgement.feedback if last else None
    ask = plan.ask(feedback, False, shows)
    try:
        return ask, await _draw(context, story, plan, ask, given, number)
    except ProviderRefused as refused:
        _log.warning("picture.refused", note="It is asked for more gently.", code=refused.code)
    ask = plan.ask(feedback, True, shows)
    return ask, await _draw(context, story, plan, ask, given, number)


async def _draw(
    context: Context, story: Story, plan: Plan, ask: PictureAsk, given: Sequence[Given], number: int
) -> Picture:
    image, references = context.dependency(StoryTools).providers.image, [one.data for one in given]
    work = Work("picture", image.model, _input(plan, ask, references), number, provider=image.provider)

    async def make() -> Reply[Picture]:
        reply = await image.draw(ask, references)
        # The check needs no slot, so the next picture can start.
        await context.release_slot()
        return reply

    return await context.call(work, PictureCodec(context, story), make)


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
    alt = {"alt": best.alt} if best.alt else {}
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


def _stored(context: Context, story: Story, picture: Picture) -> Stored:
    """The key and hash under which the codec has stored the picture."""
    return story_key(story.user_id, story.id, context.job.name, picture.data, picture.media_type)


def _input(plan: Plan, ask: PictureAsk, references: Sequence[bytes]) -> object:
    """Everything that determines a picture. A hash represents each reference."""
    shown = [hashlib.sha256(reference).hexdigest() for reference in references]
    return [str(ask.prompt), ask.seed, ask.size, ask.subject, ask.index, shown, *plan.words]


def picture_size(context: Context) -> tuple[int, int]:
    """The width and height of pictures in pixels, from the settings."""
    width, height = context.deps.settings.image_size.split("x")
    return int(width), int(height)
