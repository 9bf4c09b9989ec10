"""Checks that several commands share. Each check raises a refusal, or does nothing. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from service.errors import InvalidInput
from service.genesis.decide.recorder import Recorder
from service.genesis.derive import reached
from service.genesis.fields import find
from service.genesis.model import GenesisStage, StageState, State
from service.genesis.paths import locked, stage_of
from service.genesis.refusals import FieldLocked, StageNotReached


def refuse_unreached(at: Recorder, stage: GenesisStage) -> None:
    """Raises ``StageNotReached`` if the session is guided and has not reached the stage."""
    if not reached(at.state, stage):
        raise StageNotReached(stage=stage.value)


def refuse_elsewhere(stage: GenesisStage, paths: Iterable[str]) -> None:
    """Raises ``InvalidInput`` for paths of another stage."""
    refuse_paths(
        [path for path in paths if stage_of(path) != stage], f"This path is not in the stage {stage}."
    )


def refuse_missing(stage: StageState, paths: Iterable[str]) -> None:
    """Raises ``InvalidInput`` for paths below elements that the stage does not have."""
    gone = [path for path in paths if stage_of(path) == stage.stage and not find(path).exists(stage)]
    refuse_paths(gone, "This element does not exist.")


def refuse_paths(paths: list[str], message: str) -> None:
    """Raises ``InvalidInput`` with the message for each path, unless ``paths`` is empty."""
    if paths:
        errors = [{"path": path, "message": message} for path in paths]
        raise InvalidInput(f"{paths[0]}: {message}", errors=errors)


def refuse_locked(state: State, paths: Iterable[str]) -> None:
    """Raises ``FieldLocked`` for paths that are locked."""
    if held := sorted(path for path in paths if locked(path, state.locks)):
        raise FieldLocked(paths=held)


def refuse_too_many(stage: StageState, order: Mapping[str, list[str]]) -> None:
    """Raises ``InvalidInput`` if a collection has more elements in ``order`` than it may have. A collection
    of the stage that has too many already may keep them."""
    for name, ids in order.items():
        table = find(f"{stage.stage}.{name}").collection
        if table and len(ids) > max(table.most, len(stage.order.get(name, ()))):
            raise InvalidInput(f"{stage.stage}.{name}: at most {table.most} are allowed.")
