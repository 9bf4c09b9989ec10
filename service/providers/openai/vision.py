"""The validator: a model that looks at each picture and answers plain questions about it."""

from __future__ import annotations

import base64
from collections.abc import Sequence

from openai.types.chat import ChatCompletionMessageParam

from service.domain.story import Finding
from service.providers.openai.prompts import verdict_rules
from service.providers.openai.shapes import Seen, SeenAll
from service.providers.openai.structured import Answers, Ask, unfit
from service.providers.pictures import media_type_of
from service.providers.protocols import PictureAsk, Question, Reply
from service.providers.veil import Veil


class OpenAIVision:
    """Looks by Chat Completions, the picture as a data URL."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers

    @property
    def model(self) -> str:
        return self._answers.model

    async def check(
        self, ask: PictureAsk, picture: bytes, questions: Sequence[Question]
    ) -> Reply[tuple[Finding, ...]]:
        """Answer each question, in order. Raises ``ProviderError``."""
        veil = Veil((person.name for person in ask.characters), (question.text for question in questions))
        rules = veil.hide(verdict_rules(questions))
        who = veil.hide(". ".join(_known_by(ask)))
        reply = await self._answers.ask(Ask("verdicts", SeenAll, _messages(rules, who, picture)))
        seen = {answer.number: answer for answer in reply.value.answers}
        missing = [number for number in range(1, len(questions) + 1) if number not in seen]
        if missing:
            raise unfit(f"no answer to question {missing[0]}", reply.usage, reply.request_id)
        found = findings_of(questions, seen, veil)
        return Reply(found, reply.model, reply.usage, reply.request_id)


def _messages(rules: str, who: str, picture: bytes) -> list[ChatCompletionMessageParam]:
    return [
        {"role": "system", "content": rules},
        {
            "role": "user",
            "content": [
                {"type": "text", "text": f"Who is who: {who}."},
                {"type": "image_url", "image_url": {"url": data_url(picture), "detail": "high"}},
            ],
        },
    ]


def data_url(picture: bytes) -> str:
    """An encoded picture as a ``data:`` URL."""
    return f"data:{media_type_of(picture)};base64,{base64.b64encode(picture).decode()}"


def findings_of(questions: Sequence[Question], seen: dict[int, Seen], veil: Veil) -> tuple[Finding, ...]:
    """A finding for each question. What depends on something that is not there is not there either;
    a detail that is missing from a thing that is there is a wrong detail."""
    found: dict[str, Finding] = {}
    for number, question in enumerate(questions, 1):
        answer, verdict = seen[number], seen[number].verdict
        evidence = veil.show(answer.evidence)
        needed = found.get(question.needs or "")
        if needed is not None and needed.verdict != "present":
            verdict, evidence = needed.verdict, needed.evidence  # type: ignore[assignment]
        elif needed is not None and needed.trait is not None and verdict == "absent":
            verdict = "wrong_detail"
        found[question.text] = Finding(
            question=question.text,
            verdict=verdict,
            evidence=evidence,
            character=question.character,
            trait=question.trait,
        )
    return tuple(found[question.text] for question in questions)


def _known_by(ask: PictureAsk) -> list[str]:
    """How each character can be told from the others."""
    return [
        f"{person.name}: {person.species or person.kind}"
        + "".join(f", {look}" for look in person.looks.model_dump(exclude_none=True).values())
        for person in ask.characters
    ]
