"""Compares versions of a session, lists the paths that a decision changed, and makes branches. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from service.genesis.derive import at_rest
from service.genesis.model import Json, StageState, State
from service.genesis.patches import apply
from service.genesis.paths import key_of

#: The keys of a state that a branch does not copy.
_LEFT_BEHIND = (
    "waits",
    "decision_version",
    "expires_at",
    "reminded_at",
    "reason",
    "title",
    "origin",
    "status",
)


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The paths whose values differ, each with ``before`` and ``after``. If a path has no value on one side,
    the key of this side is left out.

    To compare versions or sessions, pass the ``outline`` of each. To compare proposals, pass the
    ``proposal_outline`` of each.
    """
    found: dict[str, dict[str, Any]] = {}
    for path in sorted(before.keys() | after.keys()):
        sides = {
            name: values[path] for name, values in (("before", before), ("after", after)) if path in values
        }
        if len(sides) == 1 or sides["before"] != sides["after"]:
            found[path] = sides
    return found


def outline(state: State) -> dict[str, Any]:
    """All values of a state by path, and the order of each collection at the path of the collection."""
    return {path: value for stage in state.stages for path, value in stage_outline(stage).items()}


def stage_outline(stage: StageState) -> dict[str, Any]:
    """All values of one stage, and the orders of its collections, as in ``outline``."""
    values = {f"{stage.stage}.{name}": record["value"] for name, record in stage.fields.items()}
    return values | {f"{stage.stage}.{name}": list(ids) for name, ids in stage.order.items()}


def proposal_outline(proposal: Json) -> dict[str, Any]:
    """All values of a proposal, and the orders of its collections, as in ``outline``."""
    orders = {f"{proposal['stage']}.{name}": list(ids) for name, ids in proposal.get("order", {}).items()}
    return dict(proposal["values"]) | orders


def touched(patches: Iterable[Json]) -> list[str]:
    """The paths of fields, collections and locks that the patches of some events change.

    If a command was sent for an older version, the answer lists these paths.
    """
    paths: set[str] = set()
    for patch in patches:
        paths |= patch.get("locks", {}).keys()
        for stage, part in patch.get("stages", {}).items():
            names = {*part.get("fields", ()), *part.get("order", ())}
            paths |= {f"{stage}.{name}" for name in names}
    return sorted(paths)


def decided_stage(patches: Iterable[Json]) -> str | None:
    """The stage that a decision is about, by the patches of its events: the first patch that names a stage
    decides. None if no patch names a stage, or if this patch names several stages.

    A confirmation in guided mode also enters the next stage; the confirmed stage comes first.
    """
    for patch in patches:
        locked = {path.partition(".")[0] for path in patch.get("locks", ())}
        entered = {stage} if (stage := patch.get("current_stage")) else set()
        if named := patch.get("stages", {}).keys() | locked | entered:
            return next(iter(named)) if len(named) == 1 else None
    return None


def branched(state: State) -> dict[str, Any]:
    """The first state of a new session that branches from this state. It contains all decisions, proposals
    and feedback.

    The versions of the new session start at 1, so all revisions become 1. Stale values stay stale.
    """
    kept = {key: part for key, part in state.json.items() if key not in _LEFT_BEHIND}
    kept["stages"] = {
        stage.stage.value: _branched_stage(state, stage) for stage in state.stages if stage.json
    }
    if state.dismissed:
        rebased = {id_: {**one, "at": _rebased(state, one["at"])} for id_, one in state.dismissed.items()}
        kept["dismissed"] = rebased
    return kept


def _branched_stage(state: State, stage: StageState) -> dict[str, Any]:
    if stage.running:
        stage = StageState(stage.stage, apply(stage.json, at_rest(stage)))
    proposals = {id_: {**one, "at": _rebased(state, one["at"])} for id_, one in stage.proposals.items()}
    keys = {key: key_of(_rebased(state, cited)) for key, cited in stage.sources.items()}
    return {
        **stage.json,
        "proposals": proposals,
        "fields": {name: _rebased_record(record, keys) for name, record in stage.fields.items()},
        "sources": {keys[key]: _rebased(state, cited) for key, cited in stage.sources.items()},
    }


def _rebased_record(record: Json, keys: Mapping[str, str]) -> dict[str, Any]:
    cited = {"drawn_from": keys[record["drawn_from"]]} if "drawn_from" in record else {}
    return {**record, "revision": 1, **cited}


def _rebased(state: State, cited: Mapping[str, int]) -> dict[str, int]:
    """The cited revisions in a branch. A revision that is still current becomes the new current revision. An
    outdated revision becomes -1, which never matches."""
    return {
        path: (1 if revision else 0) if state.revision(path) == revision else -1
        for path, revision in cited.items()
    }
