"""Writes a story from a plot: renders the prose, keeps the budget of words, and makes the staging of each
picture."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from random import Random

from service.domain.languages import is_english
from service.domain.story import Beat, StoryBrief, StoryContent
from service.providers.offline.storyteller.budget import (
    Paragraph,
    Rank,
    Sentence,
    budget,
    cost,
    is_rich,
    keep_to,
)
from service.providers.offline.storyteller.cast import Cast
from service.providers.offline.storyteller.corpus import Line, Moment, Paragraphs, records
from service.providers.offline.storyteller.grammar import Template, parse, render, slots, typographic
from service.providers.offline.storyteller.introductions import introduce
from service.providers.offline.storyteller.plot import Plot, Scene, Step, make_plot, said
from service.providers.offline.storyteller.staging import stage

#: The only language of the offline storyteller.
LANGUAGE = "en"
_LONGEST_PARAGRAPH = 3
_WAYS = frozenset({"way", "side"})
_REFRAIN_AFTER = _WAYS | {"leave", "turn"}


def tell(brief: StoryBrief) -> StoryContent:
    """Write the whole story. The same brief, its seed included, gives the same words."""
    limits = budget(brief.age_range, brief.scene_count)
    brisk = 0
    while True:
        chance = Random(f"{brief.seed}/{brief.story_type}/{brief.age_range}")
        teller = _Teller(brief, make_plot(brief, chance), chance, brisk)
        pages = teller.pages()
        if teller.has_told_briskly_what_it_can or _core(pages) <= limits.most:
            break
        brisk += 1
    keep_to(limits, pages, chance)
    return teller.content(pages)


def _core(pages: list[list[Paragraph]]) -> int:
    """The number of words in the sentences that must be included."""
    return cost(s for page in pages for paragraph in page for s in paragraph if s.rank is Rank.CORE)


class _Teller:
    """Writes the story of one plot. If the budget of words is small, the last ``brisk`` pages on the way get
    short versions."""

    def __init__(self, brief: StoryBrief, plot: Plot, chance: Random, brisk: int) -> None:
        self._brief = brief
        self._chance = chance
        self._plot = plot
        self._rich = is_rich(brief.age_range)
        self._flows = brief.age_range == "8-10"
        self._groups = 0
        self._group_of: dict[int, int] = {}
        values = plot.frame.values
        facts = {
            "errand": values["errand"],
            "guest": typographic(plot.arc.values["guest"]),
            "theme": plot.themes[0].word,
        }
        self._cast = Cast(brief.characters, facts, chance)
        echo = self._header(
            plot.themes[0].record.options("echo_r" if self._rich else "echo_s"), plot.arc_lead
        )
        self._cast = self._cast.led_by(0, intro=self._introductions(), echo=echo)
        self._refrains = deque(render(option, self._cast) for option in plot.frame.options("refrain"))

        ways = [scene.key for scene in plot.scenes if scene.key.moment.kind in _WAYS]
        self._brisk = {id(step.moment) for step in ways[len(ways) - brisk :]} if brisk else set()
        self.has_told_briskly_what_it_can = brisk >= len(ways)

    def pages(self) -> list[list[Paragraph]]:
        """All pages, with all sentences that may be included."""
        return [self._page(scene) for scene in self._plot.scenes]

    def content(self, pages: list[list[Paragraph]]) -> StoryContent:
        """The content of the story, from pages whose included sentences are marked."""
        scenes = self._plot.scenes
        return StoryContent(
            title=self._brief.title or self._title(),
            summary=self._summary(),
            beats=tuple(self._beat(at, pages[at], scene) for at, scene in enumerate(scenes)),
            cover_alt=self._header(self._plot.frame.options("cover"), 0),
            language=None if is_english(self._brief.language) else LANGUAGE,
        )

    def _page(self, scene: Scene) -> list[Paragraph]:
        paragraphs: list[Paragraph] = []
        for step in scene.steps:
            paragraphs += self._tell(step)
        if any(step.moment.kind == "leave" for step in scene.steps):
            paragraphs.append([*self._cameos(), *self._company()])
        if scene.steps[-1].moment.kind in _REFRAIN_AFTER and self._refrains:
            paragraphs.append([self._sentence(self._refrains.popleft(), Rank.REFRAIN)])
        return paragraphs

    def _beat(self, at: int, page: list[Paragraph], scene: Scene) -> Beat:
        cast = self._cast.led_by(scene.key.lead, **scene.key.facts)
        return Beat(
            index=at + 1,
            text=_joined(page),
            alt=render(scene.key.moment.alt, cast),
            staging=stage(self._plot, at, self._brief.characters),
        )

    def _title(self) -> str:
        titles = self._plot.frame.options("title")
        short = [option for option in titles if self._cast.size <= 2 or "heroes" not in set(slots(option))]
        return self._header(short, 0)

    def _summary(self) -> str:
        happens = self._header(self._plot.frame.options("summary"), 0)
        learned = " and that ".join(
            self._header((parse(theme.record.values["clause"]),), 0, theme=theme.word)
            for theme in self._plot.themes[:2]
        )
        found = render(parse("[they find|{heroes} finds] out that "), self._cast)
        return f"{happens}. On the way, {found}{learned}."

    def _header(self, options: Sequence[Template], lead: int, **facts: str) -> str:
        option = options[self._cast.choose(len(options))]
        return render(option, self._cast.led_by(lead, **facts))

    def _introductions(self) -> str:
        known = (introduce(hero, rich=self._rich) for hero in self._brief.characters)
        return " ".join(sentence for sentence in known if sentence)

    def _tell(self, step: Step) -> Iterator[Paragraph]:
        """The paragraphs of a step. The sentences of an extra step are included together or not at all."""
        self._groups += 1
        group = self._groups if step.extra else None
        self._group_of[id(step.moment)] = self._groups
        for lines in self._telling_of(step.moment):
            paragraph: Paragraph = []
            for line, text in self._rendered(lines, self._cast.led_by(step.lead, **step.facts)):
                if paragraph and self._begins_paragraph(text, line, len(paragraph)):
                    yield paragraph
                    paragraph = []
                paragraph.append(self._sentence(text, _rank(line, step), group))
            if paragraph:
                yield paragraph

    def _telling_of(self, moment: Moment) -> Paragraphs:
        return moment.rich if self._rich and id(moment) not in self._brisk else moment.simple

    def _rendered(self, lines: Iterable[Line], cast: Cast) -> Iterator[tuple[Line, str]]:
        """Render the lines that suit the number of heroes and the age."""
        for line in lines:
            if line.fits(cast.size) and (self._flows or not line.elder):
                text = render(line.flowing if self._flows else line.template, cast)
                if text:
                    yield line, text

    def _begins_paragraph(self, text: str, line: Line, lines_before: int) -> bool:
        """Whether a line begins a paragraph. Speech begins a paragraph; in the longer version, most lines
        do."""
        if text.startswith("“") or lines_before >= _LONGEST_PARAGRAPH:
            return True
        return self._rich and not line.joins

    def _sentence(self, text: str, rank: Rank, group: int | None = None, unless: int = 0) -> Sentence:
        if group is None:
            self._groups += 1
            group = self._groups
        return Sentence(text, rank, group, unless)

    def _cameos(self) -> Iterator[Sentence]:
        """A short mention of each trait that has no episode in this book."""
        told = {id(step.moment) for scene in self._plot.scenes for step in scene.steps if not step.extra}
        for at, hero in enumerate(self._brief.characters):
            for episode in (records("trait")[r.id] for r in hero.traits if r.id in records("trait")):
                moment = id(episode.moments.get("way"))
                if moment not in told:
                    cast = self._cast.led_by(at, word=said(hero, episode.id))
                    text = render(parse(episode.values["cameo"]), cast)
                    yield self._sentence(text, Rank.CAMEO, unless=self._group_of.get(moment, 0))

    def _company(self) -> Iterator[Sentence]:
        """A line for each hero who has no action in the plot."""
        leads = {step.lead for scene in self._plot.scenes for step in scene.steps}
        busy = leads | {1, (self._plot.arc_lead + 1) % self._cast.size}
        company = records("company")["rich" if self._rich else "simple"].options("lines")
        idle = [at for at in range(self._cast.size) if at not in busy]
        for at, line in zip(idle, self._chance.sample(company, len(company)), strict=False):
            yield self._sentence(render(line, self._cast.led_by(at)), Rank.CAMEO)


def _rank(line: Line, step: Step) -> Rank:
    if line.elder:
        return Rank.ELDER
    if line.optional:
        return Rank.DETAIL
    return Rank.EPISODE if step.extra else Rank.CORE


def _joined(page: list[Paragraph]) -> str:
    told = (" ".join(sentence.text for sentence in paragraph if sentence.told) for paragraph in page)
    return "\n\n".join(paragraph for paragraph in told if paragraph)
