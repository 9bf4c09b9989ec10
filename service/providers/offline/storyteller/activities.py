"""Makes questions about a finished story, each with an answer that the pages of the story confirm.

Only the brief and the content are used, so that the questions about an edited story match the edited text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from random import Random

from service.domain.readability import sentences, words
from service.domain.story import Activities, Activity, Beat, StoryBrief, StoryContent
from service.providers.offline.storyteller.corpus import all_fragments
from service.providers.offline.storyteller.english import join_names
from service.providers.offline.storyteller.staging import focus_of
from service.providers.offline.storyteller.themes import find_theme
from service.providers.offline.storyteller.vocabulary import EXPRESSIONS, PLACES

_LEAST = 4
_MOST = 6
_CHOICES = {"0-3": 2, "3-5": 3, "5-8": 4, "8-10": 4}
_TELLING = frozenset({"worried", "surprised", "brave", "sleepy", "curious", "calm"})
_ARROW = " → "


def ask_about(brief: StoryBrief, content: StoryContent) -> Activities:
    """Four to six questions: about facts, places, people, the order of events and feelings, and one open
    question."""
    asker = _Asker(brief, content)
    facts = list(_first(asker.facts(), _MOST - 2))
    plain = _first(asker.true_or_false(), _LEAST - 2 - len(facts))
    questions = (*facts, *plain, *asker.feeling(), asker.open())
    return Activities(age_range=brief.age_range, questions=questions)


def _first(questions: Iterable[Activity], count: int) -> Iterator[Activity]:
    for _, question in zip(range(count), questions, strict=False):
        yield question


class _Asker:
    def __init__(self, brief: StoryBrief, content: StoryContent) -> None:
        self._brief = brief
        self._content = content
        self._choices = _CHOICES[brief.age_range]
        self._chance = Random(f"{brief.seed}/{content.title}")

    def facts(self) -> Iterator[Activity]:
        """Questions about facts, best questions first."""
        yield from self._thing()
        yield from self._place()
        yield from self._speaker()
        yield from self._order()
        yield from self._missing_word()

    def feeling(self) -> Iterator[Activity]:
        """A question about the feeling of a hero in a picture. The answer is from the staging of the
        picture."""
        for beat in sorted(self._content.beats, key=lambda beat: beat.index == 1):
            for pose in beat.staging.poses if beat.staging else ():
                if pose.expression in _TELLING:
                    yield self._choice(
                        f"Look at the picture on page {beat.index}. How does {pose.name} feel there?",
                        pose.expression,
                        _others(EXPRESSIONS, {pose.expression, *_NEAR.get(pose.expression, ())}),
                        beat.index,
                    )
                    return
        yield Activity(
            kind="open",
            question=f"How do you think {self._heroes()} felt at the end of the story?",
            answer="Any feeling is right that you can give a reason for from the last page.",
            page=self._content.beats[-1].index,
        )

    def open(self) -> Activity:
        """An open question about the theme."""
        themes = (found for word in self._brief.themes if (found := find_theme(word)))
        theme = next(themes, None)
        question = theme.get("question") if theme else "Which page did you like best?"
        return Activity(
            kind="open",
            question=question,
            answer="There is no wrong answer: tell each other, and say why.",
        )

    def _thing(self) -> Iterator[Activity]:
        """A question with one thing that a page shows and names. The wrong answers are things that do not
        occur in the story."""
        all_props = {prop for beat in self._content.beats if beat.staging for prop in beat.staging.props}
        for beat in self._shuffled():
            named = [p for p in beat.staging.props if _names(beat.text, p)] if beat.staging else []
            absent = [p for p in _known_props() if p not in all_props and not self._mentions(p)]
            if named:
                thing = self._chance.choice(named)
                yield self._choice(f"Which of these is on page {beat.index}?", thing, absent, beat.index)
                return

    def _place(self) -> Iterator[Activity]:
        places = {beat.staging.place for beat in self._content.beats if beat.staging}
        for beat in self._shuffled():
            place = beat.staging.place if beat.staging else ""
            if place and _names(beat.text, place.replace("_", " ")):
                elsewhere = [p for p in _others(PLACES, places) if not self._mentions(_label(p))]
                yield self._choice(f"Where does page {beat.index} take place?", place, elsewhere, beat.index)
                return

    def _speaker(self) -> Iterator[Activity]:
        """A question about the hero who says a line. The line is on exactly one page, and exactly one hero
        says it."""
        names = [hero.name for hero in self._brief.characters]
        if len(set(names)) < 2:
            return
        for beat in self._shuffled():
            for quote, verb, name in _spoken(beat.text, names):
                if self._text().count(quote) == 1 and len(words(quote)) > 1:
                    others = [other for other in names if other != name]
                    asked = "signs" if verb == "signed" else "says"
                    yield self._choice(f"Who {asked} “{quote}”?", name, others, beat.index)
                    return

    def _order(self) -> Iterator[Activity]:
        beats = self._content.beats
        happened = list(dict.fromkeys(beat.alt for beat in beats))
        if len(happened) != len(beats) or len(beats) < 3:
            return
        picked = (
            happened if len(happened) <= 4 else [happened[at * (len(happened) - 1) // 3] for at in range(4)]
        )
        picked = picked[:3] if self._choices < 4 else picked
        mixed = list(picked)
        while mixed == picked:
            self._chance.shuffle(mixed)
        yield Activity(
            kind="sequence",
            question="Put these in the order in which they happen.",
            options=tuple(mixed),
            answer=_ARROW.join(picked),
        )

    def _missing_word(self) -> Iterator[Activity]:
        """A question about the missing word of a sentence. The last long word is left out. The wrong answers
        are words that the sentence does not contain."""
        everything = sorted({_bare(word).lower() for word in words(self._text()) if _plain(word)})
        for beat in self._shuffled():
            for sentence in sentences(beat.text):
                fit = [w for w in words(sentence)[2:] if _plain(w)]
                if not fit or "“" in sentence or not 5 <= len(words(sentence)) <= 16:
                    continue
                word = _bare(fit[-1])
                others = [w for w in everything if w not in sentence.lower() and abs(len(w) - len(word)) < 3]
                if len(others) >= self._choices and sentence.count(word) == 1:
                    gap = sentence.replace(word, "____")
                    question = f"Page {beat.index}. Which word is missing? {gap}"
                    yield self._choice(question, word, others, beat.index)
                    return

    def true_or_false(self) -> Iterator[Activity]:
        """A true-or-false question, for a text about which no other question is possible."""
        first, last = self._content.beats[0], self._content.beats[-1]
        hero = self._brief.characters[0].name
        yield _true_or_false(f"{hero} is there on the first page.", hero in first.text, first.index)
        yield _true_or_false(f"{hero} is there on the last page.", hero in last.text, last.index)

    def _choice(self, question: str, answer: str, others: Sequence[str], page: int) -> Activity:
        wrong = self._chance.sample(list(others), min(self._choices - 1, len(others)))
        options = [_label(answer), *(_label(option) for option in wrong)]
        self._chance.shuffle(options)
        return Activity(
            kind="multiple_choice",
            question=question,
            options=tuple(options),
            answer=_label(answer),
            page=page,
        )

    def _shuffled(self) -> list[Beat]:
        return self._chance.sample(self._content.beats, len(self._content.beats))

    def _heroes(self) -> str:
        return join_names([hero.name for hero in self._brief.characters])

    def _text(self) -> str:
        return "\n\n".join(beat.text for beat in self._content.beats)

    def _mentions(self, thing: str) -> bool:
        return thing.lower() in self._text().lower()


def _true_or_false(statement: str, holds: bool, page: int) -> Activity:
    return Activity(
        kind="true_false", question=statement, options=("True", "False"), answer=str(holds), page=page
    )


#: Focus words that stand for something of the plot.
_ROLES = frozenset({"", "npc", "way", "helper"})

#: Feelings that are too similar to be wrong answers for each other.
_NEAR = {
    "worried": ("thinking", "surprised"),
    "surprised": ("worried", "curious", "thinking"),
    "brave": ("happy", "curious", "calm"),
    "sleepy": ("calm",),
    "curious": ("thinking", "surprised", "happy"),
    "calm": ("happy", "sleepy", "thinking", "curious"),
}


def _others(words_known: Iterable[str], taken: set[str]) -> list[str]:
    return sorted(set(words_known) - taken)


def _known_props() -> list[str]:
    """The things that the events of the storyteller stage by their own name."""
    things = {focus_of(event) for event in all_fragments()}
    return sorted(thing for thing in things if thing.islower() and "_" not in thing and thing not in _ROLES)


def _label(word: str) -> str:
    return word.replace("_", " ")


def _names(text: str, thing: str) -> bool:
    return re.search(rf"\b{re.escape(thing)}\b", text, re.IGNORECASE) is not None


def _spoken(text: str, names: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """All quotes that are followed by a verb of speech and one of the names."""
    whose = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    pattern = rf"“([^“”]+)” (said|asked|called|whispered|answered|cried|signed) ({whose})(?![\w’])"
    for found in re.finditer(pattern, text):
        quote, verb, name = found.groups()
        yield quote.removesuffix(","), verb, name


def _plain(word: str) -> bool:
    return bool(re.fullmatch(r"[a-z]{4,}[.,!?;:]*", word))


def _bare(word: str) -> str:
    return word.rstrip(".,!?;:")
