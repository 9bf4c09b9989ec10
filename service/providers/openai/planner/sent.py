"""What of an ask is sent to a model: the fields that matter most for its stage, the beginning and the end of
long texts, never the whole history. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from service.providers.openai.planner.fields import CHAPTERS, FIELDS, is_order, named
from service.providers.protocols import FieldValue, PlanAsk, Stage

#: Tokens of each part of the data. With the rules and the schema a prompt stays near 7,000.
_FIELDS, _INSPIRATION, _MATERIAL, _FEEDBACK, _BLEND = 2700, 900, 900, 600, 1200
#: Characters of one field's value, and how much of the newest feedback and used names is sent.
_VALUE, _REMARK = 1200, 600
_NEWEST_FEEDBACK, _NEWEST_NAMES, _AVOIDED = 6, 60, 40
#: Paths that can be cited one by one. With more, an element is cited as a whole.
_MOST_SOURCES = 120

#: What ids stand for: a model must know whom it names.
_NAMES = ("name", "role")
#: Fields that each later stage needs, and those that hardly any stage needs.
_MAIN = (
    "title", "logline", "premise", "genre", "audience", "tone", "chapters", "question", "statement", "name",
    "role", "want", "need", "lie", "a", "b", "tension", "era", "cost", "goal", "outcome",
)  # fmt: skip
_MINOR = (
    "skin_tone", "hair", "eyes", "outfit", "other", "real", "age", "number", "words", "senses", "meaning",
    "when", "what", "term", "beats", "hook", "conflict", "summary",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sent:
    """``fields`` are all that is sent of the accepted values, ``fixed`` those of them that must stay.
    ``sources``: the paths that a draft may cite, each with the accepted fields that it stands for. ``notes``
    say what was left out."""

    fields: Mapping[str, FieldValue]
    fixed: Mapping[str, FieldValue]
    inspiration: str
    material: Mapping[str, str]
    sources: Mapping[str, tuple[str, ...]]
    notes: tuple[str, ...] = ()


def sent_of(ask: PlanAsk, tokens: int = _FIELDS) -> Sent:
    """What is sent of an ask, with so many tokens of fields."""
    values = {path: value for path, value in {**ask.fields, **ask.locked}.items() if not is_order(path)}
    order = sorted(values, key=lambda path: _rank(ask, path))
    chosen = set(_within(order, values, tokens))
    fields = {path: shortened(value) for path, value in values.items() if path in chosen}
    inspiration = ends_of(ask.inspiration, _INSPIRATION)
    share = _MATERIAL // max(len(ask.material), 1)
    material = {id_: ends_of(text, share) for id_, text in ask.material.items()}
    sources = _sources(ask, fields)
    sources |= {"inspiration": ("inspiration",)} if ask.inspiration else {}
    sources |= {f"material.{id_}": (f"material.{id_}",) for id_ in material}
    fixed = {path: value for path, value in fields.items() if path in ask.locked}
    return Sent(fields, fixed, inspiration, material, sources, tuple(_notes(ask, inspiration, material)))


def data_of(ask: PlanAsk, sent: Sent) -> dict[str, Any]:
    """The data of the user's message, as JSON. What is empty is left out."""
    accepted = {path: value for path, value in sent.fields.items() if path not in sent.fixed}
    made = {
        "accepted": nested(accepted),
        "fixed": nested(sent.fixed),
        "inspiration": sent.inspiration,
        "material": sent.material,
        "avoid": list(ask.avoid[:_AVOIDED]),
        "names_used_before": list(ask.used_names[-_NEWEST_NAMES:]),
        "said_of_earlier_proposals": list(_newest(ask.feedback)),
        "asked_for_now": ends_of(ask.instruction, _REMARK),
        "to_blend": [nested(_blended(one, len(ask.blend))) for one in ask.blend],
    }
    return {key: part for key, part in made.items() if part}


def nested(values: Mapping[str, FieldValue]) -> dict[str, Any]:
    """Values by path; those of an element together, under its path."""
    made: dict[str, Any] = {}
    for path, value in values.items():
        element = element_of(path)
        if element:
            made.setdefault(element, {})[path.removeprefix(f"{element}.")] = value
        else:
            made[path] = value
    return made


def element_of(path: str) -> str:
    """The path of the innermost element of a field; empty for a field of a stage."""
    parts = path.split(".")
    if ".".join(parts[:2]) == CHAPTERS and len(parts) > 5:
        return ".".join(parts[:5])
    stage = next((group for name, group in FIELDS.items() if name == parts[0]), None)
    return ".".join(parts[:3]) if stage and len(parts) > 3 and parts[1] in stage.collections else ""


def weight(text: str) -> int:
    """The approximate number of a text's tokens, rather too many."""
    plain = sum(map(str.isascii, text))
    return plain // 4 + (len(text) - plain) * 3 // 4 + 1


def ends_of(text: str, tokens: int) -> str:
    """The beginning and the end of a text, if it has more than about this number of tokens."""
    if (heavy := weight(text)) <= tokens:
        return text
    keep = len(text) * tokens // heavy
    return f"{text[: keep * 3 // 4].rstrip()} […] {text[len(text) - keep // 4 :].lstrip()}"


def shortened(value: FieldValue) -> FieldValue:
    """A value as it is sent."""
    return f"{value[:_VALUE].rstrip()}…" if isinstance(value, str) and len(value) > _VALUE else value


def missing_before(ask: PlanAsk) -> tuple[str, ...]:
    """The paths of earlier stages that are empty, so that a draft assumes something for them."""
    earlier: list[Stage] = list(FIELDS)[: list(FIELDS).index(ask.stage)]
    wanted = [path for path in _NEEDED if path.partition(".")[0] in earlier]
    return tuple(
        path for path in wanted if not any(one == path or one.startswith(f"{path}.") for one in ask.fields)
    )


_NEEDED = (
    "concept.title",
    "concept.premise",
    "concept.genre",
    "theme.question",
    "theme.statement",
    "character.people",
    "world.summary",
    "world.places",
)


def _rank(ask: PlanAsk, path: str) -> tuple[int, int]:
    """What comes first where not all can be sent: the concept, then main fields, then near stages."""
    stage, name = path.partition(".")[0], path.rpartition(".")[2]
    own = stage == ask.stage
    if any(path == one or path.startswith(f"{one}.") for one in ask.scope):
        return 0, 0
    if stage == "concept" or (own and _is_near(ask, path)):
        return 1, 0
    if name in _NAMES:
        return 1, 1
    worth = 0 if name in _MAIN or path in ask.locked else 2 if name in _MINOR else 1
    stages = list(FIELDS)
    away = abs(stages.index(ask.stage) - stages.index(stage)) if stage in stages else len(stages)
    return 2 + worth, away if not own else 0


def _is_near(ask: PlanAsk, path: str) -> bool:
    """Whether a field belongs to a chapter that is asked for, or to one beside it."""
    if not path.startswith(f"{CHAPTERS}."):
        return False
    asked = {one.split(".")[2] for one in ask.scope if one.startswith(f"{CHAPTERS}.")}
    ids = list(named(ask.fields, CHAPTERS))
    at = ids.index(path.split(".")[2]) if path.split(".")[2] in ids else -1
    return bool(asked) and any(id_ in asked for id_ in ids[max(at - 1, 0) : at + 2])


def _within(order: Iterable[str], values: Mapping[str, FieldValue], tokens: int) -> Iterator[str]:
    for path in order:
        tokens -= weight(path.rpartition(".")[2]) + weight(str(shortened(values[path]))) + 3
        if tokens < 0:
            return
        yield path


def _sources(ask: PlanAsk, fields: Mapping[str, FieldValue]) -> dict[str, tuple[str, ...]]:
    """What can be cited: accepted fields that the draft does not write itself."""
    cited = [
        path
        for path in fields
        if path in ask.fields and (path.partition(".")[0] != ask.stage or path in ask.locked)
    ]
    if len(cited) <= _MOST_SOURCES:
        return {path: (path,) for path in cited}
    made: dict[str, tuple[str, ...]] = {}
    for path in cited:
        source = element_of(path) or path
        made[source] = (*made.get(source, ()), path)
    return dict(list(made.items())[: 2 * _MOST_SOURCES])


def _newest(feedback: tuple[str, ...]) -> Iterator[str]:
    for text in feedback[-_NEWEST_FEEDBACK:]:
        yield ends_of(text, _FEEDBACK // _NEWEST_FEEDBACK)


def _blended(values: Mapping[str, FieldValue], count: int) -> dict[str, FieldValue]:
    return {path: shortened(values[path]) for path in _within(values, values, _BLEND // count)}


def _notes(ask: PlanAsk, inspiration: str, material: Mapping[str, str]) -> Iterator[str]:
    if inspiration != ask.inspiration:
        yield "The inspiration is long: the model was given its beginning and its end."
    if any(text != ask.material[id_] for id_, text in material.items()):
        yield "The material is long: the model was given the beginning and the end of each text."
