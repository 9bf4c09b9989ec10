"""The hook of a spark, which stands on stage: what is done, can be done or must never be done."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from service.providers.offline.planner.feelings import feelings_of
from service.providers.offline.planner.retelling import verb_of
from service.providers.offline.planner.spark import matter_of, purpose_of
from service.providers.offline.planner.word_lists import kin
from service.providers.offline.planner.words import without_article

_FORBIDDEN = re.compile(
    r"\b(?:an?|the|one) ((?:[a-z-]+ ){0,2}[a-z-]+) (?:that|which) "
    r"(?:must|may|can|should) (?:never|not) be (\w+)"
)
_POWER = re.compile(
    r"(?:\b(?:who|that)|^[A-ZÀ-Þ]\S+) can ((?!not\b|never\b|no\b)[a-z]+ [^,;.]+?)(?=$|[,;.]| and | but )"
)
_CHASE = re.compile(
    r"\b(?:chas|hunt|pursu|follow|track)(?:e|es|s|ing)? (?:down )?(?:an?|the) ((?:[a-z-]+ ?){1,3})"
)
_KEPT = re.compile(r"\b(?:keeps?|hides?|tends?) (?:an?|the|her|his|their) (?:secret|hidden|forbidden) [a-z]+")
_OCCASION = re.compile(r"\bfor ((?:the|an?|her|his|their) [^,;.]+)$")
_ENDS = re.compile(r" (?:through|across|in|over|along|to|from|at|that|who|which|and)\b.*")


@dataclass(frozen=True, slots=True)
class Hook:
    """The name of the carrier that puts a hook on stage, and what stands for its slots."""

    carrier: str
    words: Mapping[str, str] = field(default_factory=dict)


def hook_of(told: str) -> Hook | None:
    """The hook of a spark's sentence; None where its matter or purpose is all that it has."""
    if found := _FORBIDDEN.search(told):
        return Hook("forbidden", {"done": f"{verb_of(found[2])} the {without_article(found[1])}"})
    fear = next((one.about for one in feelings_of(told) if one.name == "fear" and one.about), "")
    purpose = purpose_of(told)
    if fear and purpose:
        occasion = _OCCASION.search(purpose)
        words = {"purpose": purpose, "fear": fear, "occasion": occasion[1] if occasion else ""}
        return Hook("ordeal", words)
    if found := _POWER.search(told):
        return Hook("power", {"done": found[1]})
    if found := _CHASE.search(told):
        old = any(role == "E" and re.search(rf"\b{word}\b", told) for word, role in kin().items())
        return Hook("chase" if old else "chaseyoung", {"chased": f"the {_ENDS.sub('', found[1]).strip()}"})
    if _KEPT.search(told) and (matter := matter_of(told)):
        return Hook("kept", {"matter": matter})
    return None
