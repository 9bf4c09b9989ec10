"""The payload of each type of command. Pure.

Texts come cleaned: the HTTP service cleans all of a body as it parses it. Here they are bounded, and fields
that a payload does not know are refused.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from service.api.fields import Amount, AtMost, Body, Boolean, Integer, Language, Length
from service.genesis.fields import AUDIENCE, CHAPTERS, find
from service.genesis.model import GenesisMode, GenesisStage

#: The maximum size of one imported text, and of all imported texts in a session, in bytes.
MOST_MATERIAL = 1024 * 1024
MOST_MATERIAL_IN_ALL = 10 * MOST_MATERIAL
MOST_INSPIRATION = 60_000
MOST_PATHS = 500
MOST_CHANGES = 500
MOST_COUNT = 10
_MOST_SEED = 2**53
#: Words that a scope may contain instead of paths.
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


Short = Annotated[str, Length(200, required=True)]
Say = Annotated[str, Length(4000, required=True)]
Inspiration = Annotated[str, Length(MOST_INSPIRATION)]
Material = Annotated[str, AfterValidator(_weight), Length(MOST_MATERIAL, required=True)]
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
#: A budget in US dollars, rounded to a millionth, which is the precision of its column.
Budget = Annotated[Amount, Field(ge=0.000001), AfterValidator(lambda usd: round(usd, 6))]


class Payload(Body):
    """The payload of a command: its details in addition to the type and the session. Field names may be in
    snake case or camel case."""

    model_config = ConfigDict(extra="forbid")


class Source(Payload):
    """A version of a session."""

    session_id: UUID
    """Id of a session that belongs to you."""
    version: Version
    """Version of that session."""


class StartGenesis(Payload):
    """Starts a session: from an inspiration, from texts, from nothing, or from another session (``from``)."""

    mode: GenesisMode = GenesisMode.GUIDED
    """`guided`: the stages have an order, and each is confirmed before the next. `free_form`: any order."""
    inspiration: Inspiration = ""
    """Idea for the novel, in your own words. Empty: the planner proposes concepts without one."""
    material: Annotated[tuple[Material, ...], AtMost(10)] = ()
    """Your own texts that the novel uses. They are stored word for word."""
    language: Language = "en"
    """Language of the novel."""
    chapters: Annotated[Integer, _fits(CHAPTERS)] | None = None
    """Number of chapters of the novel."""
    genre: Short | None = None
    """Genre of the novel, for example `mystery`."""
    audience: Annotated[str, _fits(AUDIENCE)] | None = None
    """Readers of the novel: `children`, `middle_grade`, `young_adult` or `adult`."""
    budget_usd: Budget | None = None
    """Highest total cost of all calls for the session, in US dollars."""
    seed: Annotated[Integer, Field(ge=0, lt=_MOST_SEED)] = 0
    """Seed of the offline planner. The same seed and the same decisions give the same proposals."""
    source: Annotated[Source | None, Field(alias="from")] = None
    """Session and version from which the new session branches."""

    @model_validator(mode="after")
    def _brings_no_more_than_a_session_holds(self) -> Self:
        if sum(len(text.encode()) for text in self.material) > MOST_MATERIAL_IN_ALL:
            raise PydanticCustomError("too_large", "All texts together are too large.", {"path": "material"})
        return self

    @model_validator(mode="after")
    def _is_new_or_a_branch(self) -> Self:
        brought = sorted({"inspiration", "material", "chapters", "genre", "audience"} & self.model_fields_set)
        if self.source and brought:
            message = "A branch copies this from its source. Leave it out, and change it in the branch."
            raise PydanticCustomError("branch", "{message}", {"message": message, "path": brought[0]})
        return self


class OfStage(Payload):
    """A command about one stage."""

    stage: GenesisStage
    """Stage that the command is about."""


class GenerateInspiration(OfStage):
    """Starts a round of proposals for a stage. ``scope`` limits the round to some paths. The scope "stale"
    selects all stale values of the stage; "following" selects the stale values of all later stages. Without
    ``count``, the round makes the usual number of proposals for the stage."""

    count: Count | None = None
    """Number of proposals to write. Left out: the usual number for the stage."""
    scope: Scope | None = None
    """Paths to propose values for, or `stale` or `following`. Left out: the whole stage."""
    instruction: Say | None = None
    """Instruction for this round only."""


class SelectProposal(Payload):
    """Chooses proposals. A single proposal is accepted, completely or only at some paths. Two or three
    proposals are blended into new proposals."""

    proposal_ids: Annotated[tuple[UUID, ...], Field(min_length=1), AtMost(3)]
    """Proposals of the newest round. A single proposal is accepted. Two or three proposals are blended into
    new proposals."""
    paths: Paths | None = None
    """Paths whose values are accepted. Left out: all values of the proposal."""
    version: Version | None = None
    """Version of the session that has the proposal, for a proposal of an earlier round. Left out: the newest
    version."""

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        if len(set(self.proposal_ids)) < len(self.proposal_ids):
            raise PydanticCustomError("twice", "Name each proposal once.", {"path": "proposal_ids"})
        if self.version is not None and len(self.proposal_ids) > 1:
            message = "Only proposals of the newest round can be blended."
            raise PydanticCustomError("earlier", "{message}", {"message": message, "path": "version"})
        return self


class SubmitFeedback(OfStage):
    """Feedback that says what is missing or wrong. It applies to all later rounds of the stage. ``about`` is
    the id of a proposal, or paths."""

    text: Say
    """What the later rounds should do differently."""
    about: About = ()
    """Id of a proposal, or paths that the feedback is about."""
    regenerate: Boolean = False
    """Whether a new round of proposals begins at once."""


class Change(Payload):
    """One change of a stage. ``set`` sets the value of a field. ``add`` adds an element (an object of fields)
    at the end of a collection. ``remove`` removes the value of a field, or an element. ``move`` moves an
    element to a position, counted from 0; with ``to``, into another collection of the same kind."""

    op: Literal["set", "add", "remove", "move"]
    """Kind of change: `set`, `add`, `remove` or `move`."""
    path: Path
    """Path of the field, the element or the collection."""
    value: Any = None
    """New value of the field, fields of the new element, or new position of the element."""
    to: Path | None = None
    """For `move`: path of the collection that the element is moved into, for example of the scenes of another
    chapter. The values of the element keep their sources and revisions. Left out: the element stays in its
    collection."""

    @model_validator(mode="after")
    def _moves_only(self) -> Self:
        if self.to is not None and self.op != "move":
            raise PydanticCustomError("to", "Only an element that is moved has this.", {"path": "to"})
        return self


class EditStage(OfStage):
    """Changes one stage. Either all changes are made, or none."""

    changes: Annotated[tuple[Change, ...], Field(min_length=1), AtMost(MOST_CHANGES)]
    """Changes, in the order in which they are made."""


class OfPaths(Payload):
    """A command about paths. Each path includes all paths below it."""

    paths: Paths
    """Paths of fields, elements, collections or stages."""


class ImportMaterial(Payload):
    """Adds a text of the user to the session. The text is stored word for word. ``into`` lists the stages
    that use the text. For each of them, a round begins that sorts the text into the fields of the stage,
    unless the stage is not reached, is locked, or has a running round, or the budget is spent. Its proposal
    quotes the passage of each value."""

    text: Material
    """Text to store, at most 1 MiB."""
    into: Annotated[tuple[GenesisStage, ...], AtMost(5)] = ()
    """Stages that use the text, and into whose fields it is sorted at once. A round reads the first 120,000
    characters. Left out: all stages use the text, and no round begins."""


class SetBudget(Payload):
    """Sets the budget for all paid calls of the session, in US dollars. Null removes the limit."""

    budget_usd: Budget | None
    """Highest total cost of all calls for the session, in US dollars. Null: no limit."""


class SwitchMode(Payload):
    """Changes the mode of a session to guided or free-form."""

    mode: GenesisMode
    """New mode of the session."""


class DismissFinding(Payload):
    """Dismisses a finding, because the user wants the plan to stay as it is. The finding returns only if one
    of its fields changes."""

    finding_id: Annotated[str, Field(min_length=1, max_length=300)]
    """Id of the finding, from the state of the session."""
    reason: Short
    """Reason why the finding is not a problem."""


class Restore(Payload):
    """Restores the values of stages at an earlier version, except locked values. Without ``stages``, all
    stages are restored."""

    to_version: Version
    """Version whose values are restored."""
    stages: Annotated[tuple[GenesisStage, ...], AtMost(5)] = ()
    """Stages to restore. Left out: all stages."""


class CopyFields(Payload):
    """Copies values from an earlier version of the session, or from another session, for example a branch.
    After the command, the values at the paths are those of the source: a value or an element that the source
    does not have is removed. Either all paths are copied, or none."""

    source: Annotated[Source, Field(alias="from")]
    """Session and version from which the values are copied. It may be a version of the same session."""
    paths: Paths
    """Paths of fields, elements, collections or stages. Each path includes all paths below it."""


class Nothing(Payload):
    """No payload."""


class AbandonGenesis(Payload):
    """Ends a session without a novel."""

    reason: Short | None = None
    """Reason why the session is abandoned."""


class FinishGenesis(Payload):
    """Ends a session and makes its novel. With ``allow_stale``, this is possible although some fields are
    stale."""

    title: Short | None = None
    """Title of the novel. Left out: the title of the concept."""
    allow_stale: Boolean = False
    """Whether the novel is made even if some fields are stale (derived from fields that have changed
    since)."""
