"""Providers whose pace the tests set: short stories, plain pictures, a voice of tones with known times."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import soundfile
from PIL import Image

from service.domain.inspection import Question
from service.domain.story import (
    Activities,
    Activity,
    Beat,
    Finding,
    PaletteJourney,
    SceneAnalysis,
    SpokenWord,
    StoryBrief,
    StoryContent,
)
from service.domain.storyboard import Frame
from service.domain.writing import Outline
from service.providers.offline.director import analyse_scene, plan_palette
from service.providers.offline.pace import Pace
from service.providers.offline.planning import OfflinePlanner
from service.providers.protocols import (
    Alt,
    Likeness,
    Narration,
    OnWords,
    Picture,
    PictureAsk,
    Providers,
    SpeechAsk,
)
from service.providers.replies import Reply
from service.providers.writing import OnText, PassageAsk, SceneAsk

RATE = 16_000
#: How a word is spoken, in seconds: its tone, and the silence after it.
WORD, GAP = 0.19, 0.05
#: Light and deep colours of the pictures, by the place in the book.
COLOURS = ((201, 92, 60), (52, 120, 150), (96, 128, 62), (128, 84, 150), (170, 110, 40))


class Gate:
    """Lets through while it is open."""

    def __init__(self) -> None:
        self._open = asyncio.Event()
        self._open.set()

    def close(self) -> None:
        self._open.clear()

    def open(self) -> None:
        self._open.set()

    async def passed(self) -> None:
        await self._open.wait()


class Writer:
    """Tells of the hero in two sentences a page; waits at the gate in the middle of the second page."""

    provider = "offline"
    model = "storytroupe-test-writer"
    editor = None

    def __init__(self, gate: Gate) -> None:
        self._gate = gate

    async def write_story(
        self, brief: StoryBrief, on_words: OnWords, outline: Outline | None = None
    ) -> Reply[StoryContent]:
        beats = [_beat(brief, index) for index in range(1, brief.scene_count + 1)]
        for beat in beats:
            first, _, _ = beat.text.partition("\n\n")
            on_words(beat.index, first)
            if beat.index == min(2, len(beats)):
                await self._gate.passed()
            on_words(beat.index, beat.text)
        name = brief.characters[0].name
        content = StoryContent(
            title=brief.title or f"{name} Walks",
            summary=f"{name} goes out, and comes home again.",
            beats=tuple(beats),
            cover_alt=f"{name} waves from the gate.",
        )
        return Reply(content, self.model)

    async def plan_palette(self, brief: StoryBrief, content: StoryContent) -> Reply[PaletteJourney]:
        return Reply(plan_palette(brief, content), self.model)

    async def analyse_scene(
        self, brief: StoryBrief, content: StoryContent, index: int, frame: Frame | None = None
    ) -> Reply[SceneAnalysis]:
        return Reply(analyse_scene(brief, content, index), self.model)

    async def write_activities(self, brief: StoryBrief, content: StoryContent) -> Reply[Activities]:
        question = Activity(
            kind="multiple_choice", question="Who walked?", options=("A fox", "The hero"), answer="The hero"
        )
        return Reply(Activities(age_range=brief.age_range, questions=(question,)), self.model)


def _beat(brief: StoryBrief, index: int) -> Beat:
    name = brief.characters[0].name
    text = f"{name} took step {index} today.\n\n“Onwards,” said {name}."
    return Beat(index=index, text=text, alt=f"{name} walks on, step {index}.")


class Painter:
    """Paints two soft bands of colour, and a third in a style of one's own."""

    provider = "offline"
    model = "storytroupe-test-painter"

    def __init__(self, gate: Gate) -> None:
        self._gate = gate

    async def draw(self, ask: PictureAsk, references: Sequence[bytes]) -> Reply[Picture]:
        if ask.subject != "character_sheet":
            await self._gate.passed()
        width, height = ask.size
        sky, ground = COLOURS[ask.index % 5], COLOURS[(ask.index + 2) % 5]
        picture = Image.new("RGB", ask.size, sky)
        picture.paste(ground, (0, height * 2 // 3, width, height))
        if ask.style:
            picture.paste(COLOURS[(ask.index + 3) % 5], (0, 0, width, height // 4))
        out = io.BytesIO()
        picture.save(out, "PNG")
        return Reply(Picture(out.getvalue(), "image/png", width, height), self.model)


class Looker:
    """Sees all that it is asked for."""

    provider = "offline"
    model = "storytroupe-test-looker"
    safety_apart = sees = False

    async def check(
        self,
        ask: PictureAsk,
        picture: bytes,
        questions: Sequence[Question],
        beside: Sequence[Likeness] = (),
    ) -> Reply[tuple[Finding, ...]]:
        return await self.look(picture, questions)

    async def describe(self, ask: PictureAsk, picture: bytes, language: str) -> Reply[Alt]:
        raise NotImplementedError

    async def look(self, picture: bytes, questions: Sequence[Question]) -> Reply[tuple[Finding, ...]]:
        seen = tuple(
            Finding(
                question=question.text,
                verdict="present",
                evidence="It is there.",
                character=question.character,
                trait=question.trait,
            )
            for question in questions
        )
        return Reply(seen, self.model)


class Voice:
    """Speaks each word as a tone of its own height."""

    provider = "offline"
    model = "storytroupe-test-voice"

    def __init__(self, gate: Gate) -> None:
        self._gate = gate

    async def speak(self, ask: SpeechAsk) -> Reply[Narration]:
        await self._gate.passed()
        texts = ask.text.split()
        at = [number * (WORD + GAP) for number in range(len(texts))]
        words = tuple(
            SpokenWord(text=text, start=start, end=start + WORD)
            for text, start in zip(texts, at, strict=True)
        )
        sound = np.concatenate([_tone(220 + 20 * (number % 12)) for number in range(len(texts))])
        out = io.BytesIO()
        soundfile.write(out, sound, RATE, format="WAV")
        return Reply(Narration(out.getvalue(), "audio/wav", len(sound) / RATE, words), self.model)


def _tone(hertz: float) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    times = np.arange(round(WORD * RATE)) / RATE
    tone = 0.3 * np.sin(2 * np.pi * hertz * times) * np.sin(np.pi * times / WORD)
    return np.concatenate([tone, np.zeros(round(GAP * RATE))]).astype(np.float32)


class Novelist:
    """Writes two paragraphs a scene; waits at the gate in the middle of the second, and of a passage."""

    provider = "offline"
    model = "storytroupe-test-novelist"

    def __init__(self, gate: Gate) -> None:
        self._gate = gate

    async def write_scene(self, ask: SceneAsk, on_text: OnText) -> Reply[str]:
        first, second = f"Scene {ask.number} begins.{_heeded(ask)}", f"Scene {ask.number} ends."
        on_text(first)
        if ask.number == min(2, ask.of):
            await self._gate.passed()
        on_text(f"{first}\n\n{second}")
        return Reply(f"{first}\n\n{second}", self.model)

    async def rewrite_passage(self, ask: PassageAsk, on_text: OnText) -> Reply[str]:
        on_text("Once more:")
        await self._gate.passed()
        text = f"Once more: {ask.passage.upper()}{_heeded(ask)}"
        on_text(text)
        return Reply(text, self.model)


def _heeded(ask: SceneAsk | PassageAsk) -> str:
    return f" ({ask.instruction})" if ask.instruction else ""


@dataclass
class PacedProviders:
    """The providers, with gates before the middle of words and chapters, every picture and every reading."""

    words: Gate = field(default_factory=Gate)
    chapters: Gate = field(default_factory=Gate)
    pictures: Gate = field(default_factory=Gate)
    voice: Gate = field(default_factory=Gate)

    def providers(self) -> Providers:
        return Providers(
            text=Writer(self.words),
            image=Painter(self.pictures),
            vision=Looker(),
            speech=Voice(self.voice),
            planner=OfflinePlanner(Pace(0)),
            writer=Novelist(self.chapters),
        )
