"""The handler that copies values from another version or another session. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from service.genesis.commands import CommandType
from service.genesis.decide.editing import status_after
from service.genesis.decide.handler import CommandHandler
from service.genesis.decide.recorder import Recorder
from service.genesis.decide.refusing import refuse_paths, refuse_too_many, refuse_unreached
from service.genesis.fields import find
from service.genesis.history import differences, stage_outline
from service.genesis.model import STAGES, EventType, GenesisStage, Json, StageState, State
from service.genesis.paths import covers, holds_lock, locked, parent, stage_of
from service.genesis.payloads import CopyFields
from service.genesis.refusals import FieldLocked


class CopyFieldsHandler(CommandHandler[CopyFields]):
    """Makes the values at some paths equal to those of another version or another session.

    The copied values count as the user's own, like those of an edit. All paths are copied in one event, or
    none of them. If all values are equal already, there is no event.
    """

    types = (CommandType.COPY_FIELDS,)

    def validate(self, at: Recorder, payload: CopyFields) -> None:
        paths = _outermost(payload.paths)
        for stage in _stages(paths):
            refuse_unreached(at, stage)
        empty = [path for path in paths if not _has(at.state, path) and not _has(at.past, path)]
        refuse_paths(empty, "Neither the session nor the source has a value at this path.")
        inside = [path for path in paths if not _may_stand(at.state, path)]
        refuse_paths(inside, "The session does not have this element. Copy the whole element.")

    def process(self, at: Recorder, payload: CopyFields) -> Json:
        stages: dict[str, Json] = {}
        copied: list[str] = []
        paths = _outermost(payload.paths)
        for name in _stages(paths):
            changed, patch = self._copied(at, name, [path for path in paths if stage_of(path) == name])
            copied += changed
            stages |= patch.get("stages", {})
        if stages:
            at.record(EventType.FIELD_EDITED, {"stages": stages})
        return {"copied": copied}

    def _copied(self, at: Recorder, name: GenesisStage, paths: list[str]) -> tuple[list[str], Json]:
        """Copy the paths of one stage. Returns the paths whose values change, and the patch."""
        stage, edit = at.stage(name), at.edit(name)
        for path in paths:
            edit.copy(at.past.stage(name), path)
        after = StageState(name, {**stage.json, "fields": edit.fields, "order": edit.order})
        changed = list(differences(stage_outline(stage), stage_outline(after)))
        if not changed:
            return [], {}
        if held := sorted({*_held(changed, at.state.locks), *_dropped(stage, after, at.state.locks)}):
            raise FieldLocked(paths=held)
        refuse_too_many(stage, edit.order)
        status = status_after(stage, edit)
        return changed, edit.patch(status=status.value) if status else edit.patch()


def _outermost(paths: Collection[str]) -> list[str]:
    """The paths that no other of the paths includes."""
    given = dict.fromkeys(paths)
    return [path for path in given if not locked(parent(path), given)]


def _stages(paths: Collection[str]) -> list[GenesisStage]:
    named = set(map(stage_of, paths))
    return [stage for stage in STAGES if stage in named]


def _has(state: State, path: str) -> bool:
    """Whether the state has the element that the path names, or a value at the path."""
    place = find(path)
    stage = state.stage(place.stage)
    if place.is_element:
        return place.exists(stage)
    return any(covers(path, one) for one in stage_outline(stage))


def _may_stand(state: State, path: str) -> bool:
    """Whether the session has each element that the path passes before its end."""
    place = find(path)
    return find(parent(path)).exists(state.stage(place.stage)) if place.elements else True


def _held(paths: Collection[str], locks: Collection[str]) -> Iterator[str]:
    return (path for path in paths if locked(path, locks))


def _dropped(before: StageState, after: StageState, locks: Collection[str]) -> Iterator[str]:
    """The elements that would be removed although they are locked, or something in them is."""
    for name, ids in before.order.items():
        for id_ in set(ids).difference(after.order.get(name, ())):
            element = f"{before.stage}.{name}.{id_}"
            if holds_lock(element, locks):
                yield element
