"""What the cover, the scenes and the character sheet have in common: draw, look, try again.

Three pictures in all; each try and each verdict is a step of the ledger. After three misses
the picture with the fewest is kept and flagged, or the asset fails where the policy is strict.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace

from actors.codecs import FindingsCodec, PictureCodec
from actors.runtime.context import Context
from actors.story import Story, done_with_file
from service.db.ledger import Work
from service.domain.inspection import Judgement, Question, findings_json, judge, questions_for
from service.domain.outcomes import Discard, Outcome
from service.domain.story import Finding
from service.providers.protocols import Picture, PictureAsk
from service.publishing.colours import extract
from service.storage.store import Stored, story_key

#: Pictures in all for one run of an asset.
MAX_TRIES = 3


@dataclass(frozen=True, slots=True)
class Try:
    """One picture and what was seen in it."""

    number: int
    picture: Picture
    findings: tuple[Finding, ...]
    judgement: Judgement


@dataclass(frozen=True, slots=True)
class Plan:
    """What to draw, from what, and how the ask is put together with feedback."""

    ask: Callable[[str | None], PictureAsk]
    references: Sequence[bytes]
    is_cover: bool


async def draw(context: Context, story: Story, plan: Plan) -> Outcome:
    """Draw until nothing is missed, three times at most, and keep the best."""
    questions = questions_for(story.brief.characters)
    tries: list[Try] = []
    feedback: str | None = None
    while len(tries) < MAX_TRIES:
        tried = await _try(context, story, plan, questions, feedback, len(tries) + 1)
        tries.append(tried)
        if tried.judgement.passed:
            break
        feedback = tried.judgement.feedback
    best = min(tries, key=lambda one: (len(one.judgement.misses), -one.number))
    return await _end(context, story, best, len(tries))


async def _try(
    context: Context,
    story: Story,
    plan: Plan,
    questions: Sequence[Question],
    feedback: str | None,
    number: int,
) -> Try:
    image, vision = context.workshop.providers.image, context.workshop.providers.vision
    ask = plan.ask(feedback)
    context.progress(40)
    work = Work("picture", image.model, _input(ask, plan.references), number)
    picture = await context.call(work, PictureCodec(context, story), lambda: image.draw(ask, plan.references))
    context.progress(70)
    stored = _stored(context, story, picture)
    asked = [asdict(question) for question in questions]
    work = Work("verdict", vision.model, [stored.hash, asked], number)
    findings = await context.call(work, FindingsCodec(), lambda: vision.check(ask, picture.data, questions))
    context.progress(85)
    return Try(number, picture, findings, judge(findings, is_cover=plan.is_cover))


async def _end(context: Context, story: Story, best: Try, tries: int) -> Outcome:
    policy = story.brief.validation or context.workshop.settings.validation
    if not best.judgement.passed and policy == "strict":
        return Discard("IMAGE_VALIDATION_FAILED", best.judgement.feedback)
    stored = _stored(context, story, best.picture)
    colours = await context.workshop.cpu.run(extract, best.picture.data)
    context.progress(95)
    done = done_with_file(
        context,
        story,
        stored,
        metadata={"tries": tries, "kept": best.number, "unverified": best.judgement.unverified},
        patch={"hue_extracted_colors": {context.job.name: list(colours)}},
    )
    if best.judgement.passed:
        return done
    flagged = {"needs_review": True, "findings": findings_json(best.judgement.misses)}
    return replace(done, result={**done.result, **flagged})


def _stored(context: Context, story: Story, picture: Picture) -> Stored:
    """Where the codec has put the picture."""
    return story_key(story.user_id, story.id, context.job.name, picture.data, picture.media_type)


def _input(ask: PictureAsk, references: Sequence[bytes]) -> object:
    """All that decides a picture; references by their hashes."""
    shown = [hashlib.sha256(reference).hexdigest() for reference in references]
    return [ask.prompt, ask.seed, ask.size, ask.subject, ask.index, shown]


def picture_size(context: Context) -> tuple[int, int]:
    """The size of pictures in pixels, by the settings."""
    width, height = context.workshop.settings.image_size.split("x")
    return int(width), int(height)
