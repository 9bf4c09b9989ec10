"""From a plot to a written story: render, keep to the budget of words, set each page's picture."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from service.domain.reading import word_count
from service.domain.story import Beat, Character, StoryBrief, StoryContent
from service.providers.offline.storyteller.budget import Budget, budget, is_rich
from service.providers.offline.storyteller.cast import Cast
from service.providers.offline.storyteller.corpus import records
from service.providers.offline.storyteller.grammar import parse, render, slots
from service.providers.offline.storyteller.introductions import introduce
from service.providers.offline.storyteller.plot import Plot, Scene, Step, make_plot, said
from service.providers.offline.storyteller.staging import stage

_REFRAIN_AFTER = frozenset({"leave", "way", "side", "turn"})


@dataclass(slots=True)
class Sentence:
    """A rendered line; ``rank`` 0 must be told, 1 should be, 2 may be."""

    text: str
    rank: int
    group: int
    told: bool = False


Paragraph = list[Sentence]


def tell(brief: StoryBrief) -> StoryContent:
    """Write the whole story. The same brief, its seed included, gives the same words."""
    chance = Random(f"{brief.seed}/{brief.story_type}/{brief.age_range}")
    plot = make_plot(brief, chance)
    teller = _Teller(brief, plot, chance)
    pages = [teller.page(scene) for scene in plot.scenes]
    _keep_to(budget(brief.age_range, brief.scene_count), pages, chance)
    return StoryContent(
        title=brief.title or teller.title(),
        summary=teller.summary(),
        beats=tuple(teller.beat(at, pages[at], scene) for at, scene in enumerate(plot.scenes)),
        cover_alt=teller.cover_alt(),
    )


class _Teller:
    def __init__(self, brief: StoryBrief, plot: Plot, chance: Random) -> None:
        self._brief = brief
        self._plot = plot
        self._rich = is_rich(brief.age_range)
        self._groups = 0
        values = plot.frame.values
        facts = {
            "goal": values["goal"],
            "errand": values["errand"],
            "guest": plot.arc.values["guest"],
            "theme": plot.themes[0].word,
        }
        self._cast = Cast(brief.characters, facts, chance)
        echo = self._header(plot.themes[0].record.options("echo_r" if self._rich else "echo_s"), plot.arc_lead)
        self._cast = self._cast.led_by(0, intro=self._introductions(), echo=echo)
        self._refrains = deque(
            render(option, self._cast) for option in plot.frame.options("refrain")
        )

    def page(self, scene: Scene) -> list[Paragraph]:
        """A page's paragraphs, with everything in them that might be told."""
        paragraphs: list[Paragraph] = []
        for step in scene.steps:
            paragraphs += self._tell(step)
            if step.moment.kind == "leave":
                paragraphs += self._cameos()
        if scene.steps[-1].moment.kind in _REFRAIN_AFTER and self._refrains:
            paragraphs.append([self._sentence(self._refrains.popleft(), 1)])
        return paragraphs

    def beat(self, at: int, page: list[Paragraph], scene: Scene) -> Beat:
        cast = self._cast.led_by(scene.key.lead, **scene.key.facts)
        return Beat(
            index=at + 1,
            text=_joined(page),
            alt=render(scene.key.moment.alt, cast),
            staging=stage(self._plot, at, self._brief.characters),
        )

    def title(self) -> str:
        titles = self._plot.frame.options("title")
        short = [option for option in titles if self._cast.size <= 2 or "heroes" not in set(slots(option))]
        return self._header(short, 0)

    def summary(self) -> str:
        happens = self._header(self._plot.frame.options("summary"), 0)
        learned = " and that ".join(
            self._header((parse(theme.record.values["clause"]),), 0, theme=theme.word)
            for theme in self._plot.themes[:2]
        )
        found = render(parse("{heroes} [find|finds] out that "), self._cast)
        return f"{happens}. On the way, {found}{learned}."

    def cover_alt(self) -> str:
        return self._header(self._plot.frame.options("cover"), 0)

    def _header(self, options: Sequence[object], lead: int, **facts: str) -> str:
        option = options[self._cast.choose(len(options))]
        return render(option, self._cast.led_by(lead, **facts))  # type: ignore[arg-type]

    def _introductions(self) -> str:
        known = (introduce(hero, rich=self._rich) for hero in self._brief.characters)
        return " ".join(sentence for sentence in known if sentence)

    def _tell(self, step: Step) -> Iterator[Paragraph]:
        """The step's paragraphs. What is extra stands or falls as one."""
        cast = self._cast.led_by(step.lead, **step.facts)
        self._groups += 1
        group = self._groups
        for lines in step.moment.rich if self._rich else step.moment.simple:
            paragraph = []
            for line in lines:
                text = render(line.template, cast) if line.fits(cast.size) else ""
                if text:
                    rank = 2 if line.optional else int(step.extra)
                    paragraph.append(self._sentence(text, rank, group if step.extra else None))
            if paragraph:
                yield paragraph

    def _sentence(self, text: str, rank: int, group: int | None = None) -> Sentence:
        if group is None:
            self._groups += 1
            group = self._groups
        return Sentence(text, rank, group)

    def _cameos(self) -> Iterator[Paragraph]:
        """A word of each trait that has no episode of its own in this book."""
        told = {id(step.moment) for scene in self._plot.scenes for step in scene.steps if not step.extra}
        for at, hero in enumerate(self._brief.characters):
            for ref in hero.traits:
                episode = records("trait").get(ref.id)
                if episode is None or "cameo" not in episode.values:
                    continue
                if "way" in episode.moments and id(episode.moments["way"]) in told:
                    continue
                facts = {"word": said(hero, ref.id), "detail": ref.detail or ""}
                cast = self._cast.led_by(at, **facts)
                yield [self._sentence(render(parse(episode.values["cameo"]), cast), 1)]


def _keep_to(limits: Budget, pages: list[list[Paragraph]], chance: Random) -> None:
    """Mark what is told: all that must be, then all that should be and fits, then more up to the target."""
    sentences = [sentence for page in pages for paragraph in page for sentence in paragraph]
    total = 0
    for sentence in sentences:
        if sentence.rank == 0:
            sentence.told = True
            total += word_count(sentence.text)
    for group in _groups(sentences, rank=1):
        cost = sum(word_count(sentence.text) for sentence in group)
        if total + cost <= limits.most:
            total += cost
            for sentence in group:
                sentence.told = True
    maybe = [sentence for sentence in sentences if sentence.rank == 2 and _may(sentence, sentences)]
    chance.shuffle(maybe)
    for sentence in maybe:
        cost = word_count(sentence.text)
        if total < limits.target and total + cost <= limits.most:
            total += cost
            sentence.told = True


def _groups(sentences: Sequence[Sentence], rank: int) -> list[list[Sentence]]:
    groups: dict[int, list[Sentence]] = {}
    for sentence in sentences:
        if sentence.rank == rank:
            groups.setdefault(sentence.group, []).append(sentence)
    return list(groups.values())


def _may(sentence: Sentence, sentences: Sequence[Sentence]) -> bool:
    """An extra's detail is told only with the extra itself."""
    return all(other.told for other in sentences if other.group == sentence.group and other.rank < 2)


def _joined(page: list[Paragraph]) -> str:
    told = (" ".join(sentence.text for sentence in paragraph if sentence.told) for paragraph in page)
    return "\n\n".join(paragraph for paragraph in told if paragraph)


def heroes_named(characters: Sequence[Character], text: str) -> list[Character]:
    """The characters whose names stand in the text."""
    return [character for character in characters if character.name in text]
