"""What each type of command carries. Pure.

Texts are made fit to keep here, whoever sends them; what a payload does not know is refused.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from service.api.fields import Amount, AtMost, Body, Boolean, Integer, Language, Length
from service.api.sanitize import clean
from service.genesis.fields import AUDIENCE, CHAPTERS, find
from service.genesis.model import GenesisMode, GenesisStage

#: Bytes of one text that is brought, and of all in a session.
MOST_MATERIAL = 1024 * 1024
MOST_MATERIAL_IN_ALL = 10 * MOST_MATERIAL
MOST_INSPIRATION = 60_000
MOST_PATHS = 500
MOST_CHANGES = 500
MOST_COUNT = 10
_MOST_SEED = 2**53
#: Words that stand for paths in the scope of a round.
STALE, FOLLOWING = "stale", "following"


def _path(path: str) -> str:
    try:
        find(path)
    except ValueError as error:
        raise PydanticCustomError("unknown_path", "{message}", {"message": str(error)}) from error
    return path


def _scope(item: str) -> str:
    return item if item in (STALE, FOLLOWING) else _path(item)


def _proposal_or_path(item: str) -> str:
    try:
        return str(UUID(item))
    except ValueError:
        return _path(item)


def _as_list(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


def _cleaned(most: int) -> AfterValidator:
    return AfterValidator(lambda text: clean(text, most=most))


def _fits(field_: Any) -> AfterValidator:
    def check(value: Any) -> Any:
        try:
            return field_.check(value)
        except ValueError as error:
            raise PydanticCustomError("unfit", "{message}", {"message": str(error)}) from error

    return AfterValidator(check)


def _weight(text: str) -> str:
    if (size := len(text.encode())) > MOST_MATERIAL:
        message = f"This has {size} bytes; at most {MOST_MATERIAL} are allowed in one part."
        raise PydanticCustomError("too_large", "{message}", {"message": message})
    return text


Short = Annotated[str, _cleaned(2000), Length(200, required=True)]
Say = Annotated[str, _cleaned(20_000), Length(4000, required=True)]
Inspiration = Annotated[str, _cleaned(2 * MOST_INSPIRATION), Length(MOST_INSPIRATION)]
Material = Annotated[
    str, _cleaned(MOST_MATERIAL), AfterValidator(_weight), Length(MOST_MATERIAL, required=True)
]
Path = Annotated[str, Field(max_length=200), AfterValidator(_path)]
Paths = Annotated[tuple[Path, ...], Field(min_length=1), AtMost(MOST_PATHS)]
_Item = Annotated[str, Field(max_length=200)]
Scope = Annotated[
    tuple[Annotated[_Item, AfterValidator(_scope)], ...],
    Field(min_length=1),
    AtMost(MOST_PATHS),
    BeforeValidator(_as_list),
]
About = Annotated[
    tuple[Annotated[_Item, AfterValidator(_proposal_or_path)], ...],
    AtMost(MOST_PATHS),
    BeforeValidator(_as_list),
]
Count = Annotated[Integer, Field(ge=1, le=MOST_COUNT)]
Version = Annotated[Integer, Field(ge=1)]
#: In US dollars, to the millionth: as its column has it.
Budget = Annotated[Amount, Field(ge=0.000001), AfterValidator(lambda usd: round(usd, 6))]


class Payload(Body):
    """What a command carries beside its type and its session, in snake or camel case."""

    model_config = ConfigDict(extra="forbid")


class Source(Payload):
    """A session as it stood at a version."""

    session_id: UUID
    """Session of yours."""
    version: Version
    """Version of that session."""


class StartGenesis(Payload):
    """A new session: from a spark, from texts, from nothing, or from another session (``from``)."""

    mode: GenesisMode = GenesisMode.GUIDED
    """`guided`: the stages have an order, and each is confirmed before the next. `free_form`: any order."""
    inspiration: Inspiration = ""
    """Idea for the novel, in your own words. Empty: the planner proposes concepts without one."""
    material: Annotated[tuple[Material, ...], AtMost(10)] = ()
    """Texts of your own that the novel is to use. They are kept word for word."""
    language: Language = "en"
    """Language of the novel."""
    chapters: Annotated[Integer, _fits(CHAPTERS)] | None = None
    """Number of chapters of the novel."""
    genre: Short | None = None
    """Genre of the novel, for example `mystery`."""
    audience: Annotated[str, _fits(AUDIENCE)] | None = None
    """Readers of the novel: `children`, `middle_grade`, `young_adult` or `adult`."""
    budget_usd: Budget | None = None
    """Most that all calls for the session may cost, in US dollars."""
    seed: Annotated[Integer, Field(ge=0, lt=_MOST_SEED)] = 0
    """Seed of the offline planner. The same seed and the same decisions give the same proposals."""
    source: Annotated[Source | None, Field(alias="from")] = None
    """Session and version from which the new session is a branch."""

    @model_validator(mode="after")
    def _brings_no_more_than_a_session_holds(self) -> Self:
        if sum(len(text.encode()) for text in self.material) > MOST_MATERIAL_IN_ALL:
            raise PydanticCustomError("too_large", "All texts together are too large.", {"path": "material"})
        return self

    @model_validator(mode="after")
    def _is_new_or_a_branch(self) -> Self:
        brought = sorted({"inspiration", "material", "chapters", "genre", "audience"} & self.model_fields_set)
        if self.source and brought:
            message = "A branch has what its source has: leave this out, and change it there."
            raise PydanticCustomError("branch", "{message}", {"message": message, "path": brought[0]})
        return self


class OfStage(Payload):
    """A command about one stage."""

    stage: GenesisStage
    """Stage that the command is about."""


class GenerateInspiration(OfStage):
    """A round of proposals. ``scope``: for these paths only; "stale": for what is stale in the stage;
    "following": for what is stale in each stage after it. ``count`` not given: as many as the stage wants."""

    count: Count | None = None
    """How many proposals to write. Left out: as many as the stage usually has."""
    scope: Scope | None = None
    """Paths to propose values for, or `stale` or `following`. Left out: the whole stage."""
    instruction: Say | None = None
    """What to heed in this round only."""


class SelectProposal(Payload):
    """One proposal: take it, or the values at some paths. Two or three: blend them into new ones."""

    proposal_ids: Annotated[tuple[UUID, ...], Field(min_length=1), AtMost(3)]
    """Proposals of the newest round. One is accepted; two or three are blended into new proposals."""
    paths: Paths | None = None
    """Paths whose values are accepted. Left out: all values of the proposal."""

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        if len(set(self.proposal_ids)) < len(self.proposal_ids):
            raise PydanticCustomError("twice", "Name each proposal once.", {"path": "proposal_ids"})
        return self


class SubmitFeedback(OfStage):
    """What is missing or wrong, for all rounds that follow. ``about``: a proposal, or paths."""

    text: Say
    """What the next rounds are to do differently."""
    about: About = ()
    """Id of a proposal, or paths that the feedback is about."""
    regenerate: Boolean = False
    """Whether a new round of proposals begins at once."""


class Change(Payload):
    """One change. ``set``: a field's value. ``add``: an element, an object of fields, at the end of a
    collection. ``remove``: a field's value or an element. ``move``: an element to a place, from 0."""

    op: Literal["set", "add", "remove", "move"]
    """Kind of change: `set`, `add`, `remove` or `move`."""
    path: Path
    """Path of the field, the element or the collection."""
    value: Any = None
    """New value of the field, fields of the new element, or new place of the element."""


class EditStage(OfStage):
    """A person's changes of one stage: all of them, or none."""

    changes: Annotated[tuple[Change, ...], Field(min_length=1), AtMost(MOST_CHANGES)]
    """Changes in their order."""


class OfPaths(Payload):
    """A command about paths; each holds for all below it."""

    paths: Paths
    """Paths of fields, elements, collections or stages."""


class ImportMaterial(Payload):
    """A text of the person's own, kept word for word. ``into``: for which stages it is meant."""

    text: Material
    """Text to keep, at most 1 MiB."""
    into: Annotated[tuple[GenesisStage, ...], AtMost(5)] = ()
    """Stages that use the text. Left out: all stages."""


class SetBudget(Payload):
    """The cap of all paid calls in US dollars; null is no cap."""

    budget_usd: Budget | None
    """Most that all calls for the session may cost, in US dollars. Null: no limit."""


class SwitchMode(Payload):
    """Guided or free-form."""

    mode: GenesisMode
    """New mode of the session."""


class DismissFinding(Payload):
    """A finding that is on purpose. It returns only where what it cites changes."""

    finding_id: Annotated[str, Field(min_length=1, max_length=300)]
    """Id of the finding, as the state has it."""
    reason: Short
    """Why the finding is on purpose."""


class Restore(Payload):
    """Stages as they stood at a version, but for what is locked. No stages: all of them."""

    to_version: Version
    """Version whose values stand again."""
    stages: Annotated[tuple[GenesisStage, ...], AtMost(5)] = ()
    """Stages to restore. Left out: all stages."""


class Nothing(Payload):
    """No payload."""


class AbandonGenesis(Payload):
    """The end of a session without a novel."""

    reason: Short | None = None
    """Why the session is given up."""


class FinishGenesis(Payload):
    """The end of a session: its novel. ``allow_stale``: although fields no longer fit their sources."""

    title: Short | None = None
    """Title of the novel. Left out: the title of the concept."""
    allow_stale: Boolean = False
    """Whether the novel is made although some fields are stale."""
