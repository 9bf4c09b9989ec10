"""The planner: proposals for the stages of a novel's plan, by a language model."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from math import ceil
from typing import Any, TypeVar

import orjson
from openai.types.chat import ChatCompletionMessageParam
from pydantic_core import from_json

from service.errors import ProviderError
from service.providers.openai.planner import reviewing, sorting
from service.providers.openai.planner.alike import repeats
from service.providers.openai.planner.arriving import Arriving
from service.providers.openai.planner.prompts import messages_of, plan_messages
from service.providers.openai.planner.reading import values_of
from service.providers.openai.planner.reviewing import remarks_of
from service.providers.openai.planner.sent import Sent, missing_before, sent_of
from service.providers.openai.planner.sorting import sorted_draft
from service.providers.openai.planner.wanted import Wanted, schema_of, wanted_of
from service.providers.openai.prompts import language_tag, stand_ins
from service.providers.openai.structured import ChatProvider, Written, unfit
from service.providers.plan_tokens import CHAPTERS, REVIEWED, SORTED, most_output, usual_output, usual_scenes
from service.providers.prices import Counts
from service.providers.protocols import (
    Draft,
    DraftPart,
    FieldValue,
    OnPart,
    PlanAsk,
    PlannerCall,
    Remark,
)
from service.providers.pseudonyms import LeftoverStandIn, Pseudonymizer, real_names
from service.providers.replies import Reply, Usage

R = TypeVar("R")

#: Bytes of a prompt for a token, at the least that occurs.
_BYTES = 3
#: Characters of an answer for a token, at the most: what is longer comes from a server that heeds no limit.
_CHARACTERS = 16


@dataclass(frozen=True, slots=True)
class _Question:
    """What is sent for some proposals."""

    name: str
    schema: Mapping[str, Any]
    messages: Sequence[ChatCompletionMessageParam]
    seed: int | None
    most_tokens: int


class OpenAIPlanner(ChatProvider):
    """Plans by Chat Completions. Only people who are marked ``real`` have stand-ins for their names."""

    async def propose(self, ask: PlanAsk, on_part: OnPart) -> Reply[tuple[Draft, ...]]:
        """The drafts, streamed. Those that repeat an earlier one are asked for again once, if the money that
        ``most_usd`` names is enough. Raises ``ProviderError``, also after drafts were closed."""
        call = _Call(ask)
        if not call.wanted:
            return Reply((call.closed({}, on_part),), self.model)
        reserved = self.most_usd(ask)
        reply = await self._write(call, ask.count, on_part)
        usage = reply.usage
        lacking = min(ask.count - len(call.drafts), call.repeated)
        # Where calls have no price, nothing is reserved.
        if lacking > 0 and (not reserved or usage.cost_usd + self._most(call.question(lacking)) <= reserved):
            usage = _sum(usage, await self._again(call, lacking, on_part))
        if not call.drafts:
            raise unfit("no proposal could be read", usage, reply.request_id)
        return Reply(tuple(call.drafts), self.model, usage, reply.request_id)

    async def sort_material(self, ask: PlanAsk) -> Reply[tuple[Draft, ...]]:
        """What the texts say of the stage. Raises ``ProviderError``."""
        call = _Call(ask)
        reply, answer = await self._answer(call.sorting())
        draft = self._read(reply, lambda: sorted_draft(ask, answer, call.people))
        return Reply((draft,) if draft else (), self.model, reply.usage, reply.request_id)

    async def review(self, ask: PlanAsk) -> Reply[tuple[Remark, ...]]:
        """Remarks whose quotes stand in the accepted fields. Raises ``ProviderError``."""
        call = _Call(ask)
        reply, answer = await self._answer(call.reviewing())
        remarks = self._read(reply, lambda: tuple(remarks_of(ask, answer, call.people)))
        return Reply(remarks, self.model, reply.usage, reply.request_id)

    async def _answer(self, question: _Question) -> tuple[Reply[Written], Mapping[str, Any]]:
        """An answer that need not be whole: what is there of its list counts."""
        reply = await self._answers.write(question, lambda _: None)
        try:
            answer = from_json(reply.value.text, allow_partial=True)
        except ValueError as error:
            raise unfit("it is no JSON", reply.usage, reply.request_id) from error
        if not isinstance(answer, dict):
            raise unfit("it is no object", reply.usage, reply.request_id)
        return reply, answer

    def _read(self, reply: Reply[Written], read: Callable[[], R]) -> R:
        try:
            return read()
        except LeftoverStandIn as leftover:
            raise unfit(str(leftover), reply.usage, reply.request_id) from leftover

    def most_usd(self, ask: PlanAsk, call: PlannerCall = "propose") -> Decimal:
        """The cost of the longest prompt and the longest answer that are possible, in US dollars."""
        made = _Call(ask)
        if call == "sort_material":
            return self._most(made.sorting())
        return self._most(made.reviewing()) if call == "review" else self._most_for_proposals(made)

    def _most_for_proposals(self, call: _Call) -> Decimal:
        ask = call.ask
        return self._most(call.question(ask.count)) if call.wanted else Decimal(0)

    async def _write(self, call: _Call, count: int, on_part: OnPart) -> Reply[Any]:
        arriving, question = Arriving(), call.question(count)

        def on_text(text: str) -> None:
            if len(text) > question.most_tokens * _CHARACTERS:
                raise unfit("it does not end", self._answers.price(_most_of(question)), "")
            for raw in arriving.feed(text):
                call.take(raw, on_part)
            call.show(arriving.growing(), on_part)

        return await self._answers.write(question, on_text)

    async def _again(self, call: _Call, count: int, on_part: OnPart) -> Usage:
        """The usage of a second call. What fails there costs nobody the drafts of the first."""
        try:
            return (await self._write(call, count, on_part)).usage
        except ProviderError as error:
            known = error.data.get("usage")
            return known if isinstance(known, Usage) else self._answers.price(_most_of(call.question(count)))

    def _most(self, question: _Question) -> Decimal:
        return self._answers.price(_most_of(question)).cost_usd


class _Call:
    """One ask and its drafts so far. ``repeated``: how many of them were left out as repetitions."""

    def __init__(self, ask: PlanAsk) -> None:
        self.ask = ask
        self.wanted: Wanted = wanted_of(ask)
        self.sent: Sent = sent_of(ask)
        self.people = Pseudonymizer(real_names({**ask.fields, **ask.locked}), _texts(ask))
        self.drafts: list[Draft] = []
        self.repeated = 0

    def question(self, count: int) -> _Question:
        """What is sent for so many drafts; those that are there already must not be repeated."""
        siblings = [draft.values for draft in self.drafts]
        return _Question(
            name=f"plan_{self.ask.stage}",
            schema=schema_of(self.ask, self.wanted, list(self.sent.sources)),
            messages=plan_messages(self.ask, self.sent, self.people, count=count, siblings=siblings),
            seed=self.ask.seed,
            most_tokens=most_output(self._usual(count), self.ask.language),
        )

    def sorting(self) -> _Question:
        """What is sent to sort texts."""
        return self._of_own(
            "sort", sorting.RULES, sorting.schema_for_sorting, sorting.data_for_sorting, SORTED
        )

    def reviewing(self) -> _Question:
        """What is sent for a review."""
        schema, data = reviewing.schema_for_review, reviewing.data_for_review
        return self._of_own("review", reviewing.RULES, schema, data, REVIEWED)

    def _of_own(
        self,
        name: str,
        rules: str,
        schema: Callable[[PlanAsk], dict[str, Any]],
        data: Callable[[PlanAsk], dict[str, Any]],
        usual: int,
    ) -> _Question:
        ask, people = self.ask, self.people
        whole = {"language": language_tag(ask.language, people), **data(ask)}
        rules = f"{rules} {stand_ins(people)}" if people.names else rules
        return _Question(
            name=f"plan_{name}",
            schema=schema(ask),
            messages=messages_of(rules, whole, people),
            seed=ask.seed,
            most_tokens=most_output(usual, ask.language),
        )

    def _usual(self, count: int) -> int:
        chapters = self.wanted.elements.get("chapters")
        if chapters and chapters.inner.elements:
            return usual_scenes(len(chapters.ids or ()))
        wanted = self.ask.fields.get("concept.length.chapters")
        return usual_output(self.ask.stage, count, chapters=wanted if isinstance(wanted, int) else CHAPTERS)

    def take(self, raw: Mapping[str, Any], on_part: OnPart) -> None:
        """Close a draft that is complete. One that is of no use, or repeats another, is left out."""
        if len(self.drafts) >= self.ask.count:
            return
        values = self._values(raw)
        if not values:
            return
        if repeats(values, (draft.values for draft in self.drafts), self.ask.locked):
            self.repeated += 1
            return
        self.closed(values, on_part, self._cited(raw.get("drawn_from")))

    def show(self, raw: Mapping[str, Any], on_part: OnPart) -> None:
        """Let the listeners see as much as there is of a draft."""
        if len(self.drafts) < self.ask.count and (values := self._values(raw)):
            on_part(DraftPart(len(self.drafts), Draft(values)))

    def closed(self, values: Mapping[str, FieldValue], on_part: OnPart, cited: tuple[str, ...] = ()) -> Draft:
        """A draft of these values and the locked ones."""
        draft = Draft(
            {**values, **self.ask.locked},
            drawn_from=cited,
            assumed=missing_before(self.ask),
            notes=self.sent.notes,
        )
        self.drafts.append(draft)
        on_part(DraftPart(len(self.drafts) - 1, draft, closed=True))
        return draft

    def _values(self, raw: Mapping[str, Any]) -> dict[str, FieldValue]:
        try:
            return values_of(self.ask, self.wanted, raw, self.people.restore)
        except LeftoverStandIn:
            return {}

    def _cited(self, said: Any) -> tuple[str, ...]:
        """The cited fields. A draft that cites nothing may follow from all that was sent."""
        sources = self.sent.sources
        given = said if isinstance(said, list) else ()
        named = [source for source in given if isinstance(source, str) and source in sources]
        return tuple(dict.fromkeys(path for source in named or sources for path in sources[source]))


def _texts(ask: PlanAsk) -> list[str]:
    values = map(str, {**ask.fields, **ask.locked}.values())
    blended = (str(value) for one in ask.blend for value in one.values())
    said = (ask.inspiration, *ask.material.values(), *ask.avoid, *ask.used_names, *ask.feedback)
    return [*values, *blended, *said, ask.instruction]


def _most_of(question: _Question) -> Counts:
    size = len(orjson.dumps([question.messages, question.schema]))
    return Counts(input_tokens=ceil(size / _BYTES), output_tokens=question.most_tokens)


def _sum(one: Usage, other: Usage) -> Usage:
    return replace(
        one,
        input_tokens=one.input_tokens + other.input_tokens,
        output_tokens=one.output_tokens + other.output_tokens,
        cost_usd=one.cost_usd + other.cost_usd,
    )
