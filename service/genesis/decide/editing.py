"""Handlers for the user's own changes of a stage, and for locks, which prevent changes. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from service.errors import InvalidInput
from service.genesis.commands import CommandType
from service.genesis.decide.handler import CommandHandler
from service.genesis.decide.recorder import Recorder
from service.genesis.decide.refusing import refuse_elsewhere, refuse_missing, refuse_unreached
from service.genesis.fields import Collection, Place, find, flatten, missing
from service.genesis.model import EventType, Json, StageState, StageStatus, State
from service.genesis.paths import below, covers, holds_lock, locked, mint, parent, within
from service.genesis.payloads import Change, EditStage, OfPaths
from service.genesis.refusals import FieldLocked
from service.genesis.stage_edit import StageEdit


class EditStageHandler(CommandHandler[EditStage]):
    """All changes in one event, or none of them. What changes nothing is no event."""

    types = (CommandType.EDIT_STAGE,)

    def validate(self, at: Recorder, payload: EditStage) -> None:
        refuse_unreached(at, payload.stage)
        paths = (path for change in payload.changes for path in (change.path, change.to) if path)
        refuse_elsewhere(payload.stage, paths)
        if held := sorted({change.path for change in payload.changes if _is_held(change, at.state)}):
            raise FieldLocked(paths=held)

    def process(self, at: Recorder, payload: EditStage) -> Json:
        stage, edit = at.stage(payload.stage), at.edit(payload.stage)
        made: dict[str, list[str]] = {"added": []}
        for index, change in enumerate(payload.changes):
            try:
                path = _OPERATIONS[change.op](edit, find(change.path), change, f"{at.command.id}:{index}")
            except ValueError as error:
                where = f"payload.changes.{index}"
                errors = [{"path": where, "message": str(error)}]
                raise InvalidInput(f"{where}: {error}", errors=errors) from error
            if path:
                made.setdefault("added" if change.op == "add" else "moved", []).append(path)
        if patch := edit.patch():
            status = status_after(stage, edit)
            at.record(EventType.FIELD_EDITED, edit.patch(status=status.value) if status else patch)
        return made


def _is_held(change: Change, state: State) -> bool:
    """Whether a lock forbids a change. A new order of elements counts as a change of their collection."""
    if change.op == "move" and change.to:
        return holds_lock(change.path, state.locks) or locked(change.to, state.locks)
    if change.op == "move":
        return locked(parent(change.path), state.locks)
    if change.op == "remove":
        return holds_lock(change.path, state.locks)
    return locked(change.path, state.locks)


def status_after(stage: StageState, edit: StageEdit) -> StageStatus | None:
    """The status of a stage after an edit. A stage that is no longer empty, or no longer complete, becomes
    "drafting"."""
    after = StageState(stage.stage, {**stage.json, "fields": edit.fields, "order": edit.order})
    begun = stage.status is StageStatus.EMPTY
    broken = stage.status is StageStatus.CONFIRMED and missing(after)
    return StageStatus.DRAFTING if begun or broken else None


def _need(edit: StageEdit, place: Place) -> None:
    for collection, id_ in place.elements:
        if id_ not in edit.order.get(collection, ()):
            raise ValueError(f"The element {collection}.{id_} does not exist.")


def _set(edit: StageEdit, place: Place, change: Change, _: str) -> None:
    if place.field is None:
        raise ValueError("Only a single field can be set.")
    _need(edit, place)
    edit.set(within(place.path), place.field.check(change.value))


def _room(edit: StageEdit, place: Place) -> tuple[Collection, list[str]]:
    """A collection that has room for one element more, with the ids of its elements."""
    if place.collection is None or place.is_element:
        raise ValueError("An element can be added to a collection only.")
    _need(edit, place)
    ids = edit.order.get(within(place.path), [])
    if len(ids) >= place.collection.most:
        raise ValueError(f"At most {place.collection.most} are allowed.")
    return place.collection, ids


def _add(edit: StageEdit, place: Place, change: Change, seed: str) -> str:
    table, ids = _room(edit, place)
    name, values = within(place.path), flatten(table.element, change.value)
    checked = {part: table.element.fields[part].check(one) for part, one in values.items()}
    id_ = mint(table.prefix, seed, ids)
    edit.insert(name, id_)
    for part, one in checked.items():
        edit.set(f"{name}.{id_}.{part}", one)
    return f"{place.path}.{id_}"


def _remove(edit: StageEdit, place: Place, _change: Change, _: str) -> None:
    _need(edit, place)
    if place.field is not None:
        edit.clear(within(place.path))
    elif place.is_element:
        edit.remove(*place.elements[-1])
    else:
        raise ValueError("Only a field or an element can be removed.")


def _move(edit: StageEdit, place: Place, change: Change, seed: str) -> str | None:
    value = change.value
    if not place.is_element:
        raise ValueError("Only an element can be moved.")
    _need(edit, place)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError("The position must be a whole number, 0 or greater.")
    if change.to in (None, parent(place.path)):
        edit.move(*place.elements[-1], value)
        return None
    return _move_into(edit, place, find(str(change.to)), value, seed)


def _move_into(edit: StageEdit, place: Place, to: Place, position: int, seed: str) -> str:
    """Move an element into another collection. Its id changes only if that collection has the same id."""
    table, ids = _room(edit, to)
    if table is not place.collection:
        raise ValueError("An element can be moved only into a collection of the same kind.")
    if covers(place.path, to.path):
        raise ValueError("An element cannot be moved into itself.")
    collection, id_ = place.elements[-1]
    new = mint(table.prefix, seed, ids) if id_ in ids else id_
    edit.move_into(f"{collection}.{id_}", within(to.path), new, position)
    return f"{to.path}.{new}"


_OPERATIONS: Mapping[str, Callable[[StageEdit, Place, Change, str], str | None]] = {
    "set": _set,
    "add": _add,
    "remove": _remove,
    "move": _move,
}


class LockFieldsHandler(CommandHandler[OfPaths]):
    """Locks paths. A choice of proposals, a restore or an edit does not change locked values, and no proposal
    replaces them."""

    types = (CommandType.LOCK_FIELDS,)

    def validate(self, at: Recorder, payload: OfPaths) -> None:
        for stage in at.state.stages:
            refuse_missing(stage, payload.paths)

    def process(self, at: Recorder, payload: OfPaths) -> Json:
        if new := sorted(set(payload.paths) - at.state.locks):
            at.record(EventType.FIELD_LOCKED, {"locks": dict.fromkeys(new, True)})
        return {"locked": new}


class UnlockFieldsHandler(CommandHandler[OfPaths]):
    """Removes the locks at the given paths and below them. A lock on a path above must be removed by its own
    path."""

    types = (CommandType.UNLOCK_FIELDS,)

    def validate(self, at: Recorder, payload: OfPaths) -> None:
        locks = at.state.locks
        wider = {lock for path in payload.paths for lock in locks if lock != path and covers(lock, path)}
        if held := sorted(lock for lock in wider if not any(covers(path, lock) for path in payload.paths)):
            raise FieldLocked(
                "A lock on a longer part of the plan also locks this path. Unlock that one.", paths=held
            )

    def process(self, at: Recorder, payload: OfPaths) -> Json:
        gone = sorted({lock for path in payload.paths for lock in below(path, at.state.locks)})
        if gone:
            at.record(EventType.FIELD_UNLOCKED, {"locks": dict.fromkeys(gone)})
        return {"unlocked": gone}
