"""Tells a story: finds plots, tells the best of them, reads each book as a critic, and keeps the soundest."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice, product

from service.domain.languages import is_english
from service.domain.story import Beat, StoryBrief, StoryContent
from service.providers.offline.storyteller.agreement import tidy
from service.providers.offline.storyteller.corpus import entries
from service.providers.offline.storyteller.critic import criticise
from service.providers.offline.storyteller.english import typographic
from service.providers.offline.storyteller.events import told
from service.providers.offline.storyteller.pages import Unit, lay_out, page_texts
from service.providers.offline.storyteller.plot import Plot, find_plots
from service.providers.offline.storyteller.staging import Stager, cover_of
from service.providers.offline.storyteller.voice import Voice

#: The only language of the offline storyteller.
LANGUAGE = "en"
#: How many drafts of a round are told, and how many rounds there are, before the soundest book is taken.
_TELLINGS, _ROUNDS = 6, 3
_SMALL_WORDS = frozenset(
    {"a", "an", "the", "and", "of", "to", "in", "on", "at", "for", "with", "is", "by", "from"}
)


def tell(brief: StoryBrief) -> StoryContent:
    """Write the whole story. The same brief, its seed included, gives the same words."""
    return tell_plot(brief)[1]


def tell_plot(brief: StoryBrief) -> tuple[Plot, StoryContent]:
    """The story, and the plot that it tells: the first without a fault, or the one with the least."""
    best: tuple[float, Plot, StoryContent] | None = None
    for plot, brisk in _drafts(brief):
        content = _book(plot, brisk)
        weight = sum(fault.weight for fault in criticise(plot, content))
        if best is None or weight < best[0]:
            best = (weight, plot, content)
        if not weight:
            break
    assert best is not None  # ``find_plots`` returns at least one plot.
    return best[1], best[2]


def _drafts(brief: StoryBrief) -> Iterator[tuple[Plot, bool]]:
    """The plots to tell, the best first, and whether briskly. If all of a round have faults, others are
    drawn."""
    briskly = (False, True) if brief.age_range == "3-5" else (False,)
    for turn in range(_ROUNDS):
        yield from islice(product(find_plots(brief, turn), briskly), _TELLINGS)


def _book(plot: Plot, brisk: bool) -> StoryContent:
    voice, events = told(plot, brisk=brisk)
    pages = lay_out(plot, voice, events)
    stager = Stager(plot, voice)
    brief = plot.brief
    beats = tuple(
        _beat(voice, stager, at, page, at / max(len(pages) - 1, 1)) for at, page in enumerate(pages)
    )
    return StoryContent(
        title=brief.title or _title(plot, voice),
        summary=_summary(plot, voice),
        beats=beats,
        cover_alt=cover_of(plot, voice),
        language=None if is_english(brief.language) else LANGUAGE,
    )


def _beat(voice: Voice, stager: Stager, at: int, page: list[Unit], share: float) -> Beat:
    alt, staging = stager.page(page, share)
    text = voice.expand(typographic("\n\n".join(page_texts(page))))
    return Beat(index=at + 1, text=text, alt=alt, staging=staging)


def _title(plot: Plot, voice: Voice) -> str:
    known = entries("title")
    families = (plot.matter.want, *plot.families)
    titles = [title for family in families if family in known for title in known[family].many("list")]
    voice.roles = dict(plot.steps[0].roles)
    words = voice.render(voice.chance.choice(titles or ["{L} and {P}"])).split()
    first, *rest = words
    capitals = [word if word in _SMALL_WORDS else word[:1].upper() + word[1:] for word in rest]
    return voice.expand(typographic(" ".join((first[:1].upper() + first[1:], *capitals))))


def _summary(plot: Plot, voice: Voice) -> str:
    """What happens, and what the heroes find out, if the last turn lives a theme that was asked for."""
    voice.roles = dict(plot.steps[0].roles)
    text = tidy(voice.render(entries("want")[plot.matter.want].get("summary"))) + "."
    wins = [step.event for step in plot.steps if step.event.slot == "win"]
    theme = next((name for name in plot.themes if name in wins[-1].words("themes")), "")
    if theme:
        clause = entries("theme")[theme].get("clause")
        text += " " + voice.render(f"On the way, #they find|{{L}} finds# out that {clause}.")
    return voice.expand(typographic(text))
