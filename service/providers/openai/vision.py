"""The validator: a model that checks each picture and answers plain questions about it."""

from __future__ import annotations

import base64
from collections.abc import Sequence

from service.domain.story import Finding
from service.providers.openai.shapes import Seen, SeenAll, WrittenAlt
from service.providers.openai.stories import check_words, made_of
from service.providers.openai.structured import Ask, ChatProvider, unfit
from service.providers.openai.vision_prompts import alt_messages, safety_messages, verdict_messages
from service.providers.pictures import media_type_of
from service.providers.protocols import Alt, Likeness, PictureAsk, Question
from service.providers.pseudonyms import Pseudonymizer
from service.providers.replies import Reply


class OpenAIVision(ChatProvider):
    """Checks pictures by Chat Completions, with the picture as a data URL."""

    @property
    def safety_apart(self) -> bool:
        """True: words of a person could influence this model."""
        return True

    @property
    def sees(self) -> bool:
        """True: the model recognises who and what is in a picture."""
        return True

    async def check(
        self,
        ask: PictureAsk,
        picture: bytes,
        questions: Sequence[Question],
        beside: Sequence[Likeness] = (),
    ) -> Reply[tuple[Finding, ...]]:
        """Answer each question, in order. Raises ``ProviderError``."""
        people = _people(ask, [question.text for question in questions])
        shown = [(one.heroes, data_url(one.data)) for one in beside]
        messages = verdict_messages(ask.cast, questions, people, data_url(picture), shown)
        return await self._findings(Ask("verdicts", SeenAll, messages, people), questions)

    async def describe(self, ask: PictureAsk, picture: bytes, language: str) -> Reply[Alt]:
        """Describe the picture. Raises ``ProviderError``."""
        people = _people(ask, [language])
        messages = alt_messages(ask.cast, language, people, data_url(picture))
        reply = await self._answers.ask(Ask("alt", WrittenAlt, messages, people))
        return made_of(reply, lambda written: Alt(text=_checked(written)))

    async def look(self, picture: bytes, questions: Sequence[Question]) -> Reply[tuple[Finding, ...]]:
        """Answer our own questions: only they and the picture are sent. Raises ``ProviderError``."""
        messages = safety_messages([question.text for question in questions], data_url(picture))
        return await self._findings(Ask("safety", SeenAll, messages, Pseudonymizer(())), questions)

    async def _findings(self, ask: Ask[SeenAll], questions: Sequence[Question]) -> Reply[tuple[Finding, ...]]:
        reply = await self._answers.ask(ask)
        seen = {answer.number: answer for answer in reply.value.answers}
        missing = [number for number in range(1, len(questions) + 1) if number not in seen]
        if missing:
            raise unfit(f"no answer to question {missing[0]}", reply.usage, reply.request_id)
        return Reply(findings_of(questions, seen), reply.model, reply.usage, reply.request_id)


def _people(ask: PictureAsk, texts: Sequence[str]) -> Pseudonymizer:
    known = [text for person in ask.characters for text in (person.model_dump_json(), person.name)]
    return Pseudonymizer((person.name for person in ask.characters), [*known, *texts])


def _checked(written: WrittenAlt) -> str:
    check_words(written)
    return written.alt.strip()


def data_url(picture: bytes) -> str:
    """An encoded picture as a ``data:`` URL."""
    return f"data:{media_type_of(picture)};base64,{base64.b64encode(picture).decode()}"


def findings_of(questions: Sequence[Question], seen: dict[int, Seen]) -> tuple[Finding, ...]:
    """A finding for each question. If a needed answer is "absent", the answer is "absent", too. If an object
    is present but its detail is not, the detail is wrong."""
    found: dict[str, Finding] = {}
    for number, question in enumerate(questions, 1):
        answer, verdict = seen[number], seen[number].verdict
        evidence = answer.evidence
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
