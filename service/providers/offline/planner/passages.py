"""Passages of a person's own texts, word for word: what such a text says of somebody or something."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from service.providers.offline.planner.wish_names import LONG
from service.providers.protocols import PlanAsk

_SENTENCE = re.compile(r"[^\s.!?…][^.!?…\n]{15,260}[.!?…]+[”\"’]?(?=\s|$)")
_ABBREVIATED = re.compile(r"\b(?:Mr|Mrs|Ms|Dr|St)\.$")
_TELLS = re.compile(r"\b(?:is|was|were|had|has|never|always|once|who|kept|lay|stood|old)\b")
#: How many sentences about a name are compared.
_COMPARED = 60


def own_texts(ask: PlanAsk) -> Mapping[str, str]:
    """The long texts of an ask by the path that a draft cites: those that may be quoted."""
    texts = {"inspiration": ask.inspiration} if len(ask.inspiration) > LONG else {}
    return texts | {f"material.{id_}": text for id_, text in ask.material.items()}


def quotation(ask: PlanAsk, name: str) -> str:
    """The sentence that says most of a name, word for word and in quotation marks; else an empty string."""
    found = passage(tuple(own_texts(ask).values()), name.removeprefix("the "))
    return f"“{found}”" if found else ""


@lru_cache(maxsize=256)
def passage(texts: tuple[str, ...], name: str) -> str:
    """The sentence that says most of a name; an empty string where none names it."""
    words = [name, *(part for part in name.split() if part[0].isupper())]
    for word in words:
        about = [one for text in texts for one in _sentences_with(text, word)]
        if about:
            return max(about, key=_weight)
    return ""


def openings(texts: Iterable[str]) -> Iterator[str]:
    """The first sentence of each text that has one."""
    for text in texts:
        found = _SENTENCE.search(text)
        if found:
            yield found[0]


def _sentences_with(text: str, word: str) -> Iterator[str]:
    seen = 0
    for found in re.finditer(rf"\b{re.escape(word)}\b", text, re.IGNORECASE if word.islower() else 0):
        start = max(text.rfind(mark, 0, found.start()) for mark in (". ", "! ", "? ", "\n", "” "))
        sentence = _SENTENCE.search(text, start + 1, start + 400)
        if sentence and sentence.start() <= found.start() < sentence.end() and _is_whole(sentence[0]):
            yield sentence[0]
            seen += 1
        if seen == _COMPARED:
            return


def _is_whole(sentence: str) -> bool:
    marks = sentence.count("“") == sentence.count("”") and sentence.count('"') % 2 == 0
    return marks and sentence[0].isupper() and not _ABBREVIATED.search(sentence)


def _weight(sentence: str) -> tuple[int, int]:
    """What describes somebody weighs more than what is said or done; then the longer sentence."""
    said = any(mark in sentence for mark in '“"')
    return len(_TELLS.findall(sentence)) - 2 * said, min(len(sentence), 180)


def sentences(text: str) -> Iterator[str]:
    """The whole sentences of a text, in order."""
    return (found[0] for found in _SENTENCE.finditer(text) if _is_whole(found[0]))
