"""Handlers that start a session (from an inspiration, from texts, from nothing, or from another session) and
import texts. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from service.errors import InvalidInput
from service.genesis.commands import CommandType
from service.genesis.decide.handler import CommandHandler
from service.genesis.decide.recorder import Recorder
from service.genesis.derive import reached
from service.genesis.history import branched
from service.genesis.model import (
    STAGES,
    By,
    EventType,
    GenesisStage,
    GenesisStatus,
    Json,
    StageStatus,
    State,
)
from service.genesis.paths import locked, mint
from service.genesis.payloads import MOST_MATERIAL_IN_ALL as MOST
from service.genesis.payloads import ImportMaterial, StartGenesis


class StartGenesisHandler(CommandHandler[StartGenesis]):
    """Creates a session. In guided mode, it also requests concepts at once."""

    types = (CommandType.START_GENESIS,)

    def process(self, at: Recorder, payload: StartGenesis) -> Json:
        state = _branch(at.past, payload) if payload.source else _new(at, payload)
        at.record(EventType.GENESIS_STARTED, {**state, "status": GenesisStatus.ACTIVE.value})
        first = GenesisStage.CONCEPT
        if at.state.guided and not payload.source and first in at.rules.generates and at.can_pay():
            at.request(first)
        return {}


def _new(at: Recorder, payload: StartGenesis) -> dict[str, Any]:
    given = {"genre": payload.genre, "audience": payload.audience, "length.chapters": payload.chapters}
    record = {"by": By.PERSON.value, "revision": at.version + 1}
    fields = {name: {"value": value, **record} for name, value in given.items() if value is not None}
    concept = {"status": StageStatus.DRAFTING.value, "fields": fields}
    optional = {
        "inspiration": payload.inspiration,
        "budget_usd": payload.budget_usd,
        "material": _material(str(at.command.id), payload.material, {}),
    }
    return {
        "mode": payload.mode.value,
        "current_stage": GenesisStage.CONCEPT.value,
        "language": payload.language,
        "seed": payload.seed,
        "stages": {GenesisStage.CONCEPT.value: concept} if fields else {},
        **{key: value for key, value in optional.items() if value},
    }


def _branch(past: State, payload: StartGenesis) -> dict[str, Any]:
    assert payload.source is not None
    named = payload.model_dump(
        mode="json", include={"mode", "language", "seed", "budget_usd"} & payload.model_fields_set
    )
    return {**branched(past), **named, "origin": payload.source.model_dump(mode="json")}


class ImportMaterialHandler(CommandHandler[ImportMaterial]):
    """Stores a text of the user, word for word. With ``into``, it also requests a round for each of the
    stages in which a round may begin: the round sorts the text into the fields of its stage."""

    types = (CommandType.IMPORT_MATERIAL,)

    def validate(self, at: Recorder, payload: ImportMaterial) -> None:
        size = sum(one["bytes"] for one in at.state.material.values()) + len(payload.text.encode())
        if size > MOST:
            message = f"A session holds at most {MOST} bytes of material; this would make {size}."
            raise InvalidInput(message, errors=[{"path": "payload.text", "message": message}])

    def process(self, at: Recorder, payload: ImportMaterial) -> Json:
        added = _material(str(at.command.id), [payload.text], at.state.material)
        (id_,) = added
        if payload.into:
            added[id_]["into"] = [stage.value for stage in payload.into]
        at.record(EventType.MATERIAL_IMPORTED, {"material": added})
        rounds = [at.request(stage, count=1, material=id_) for stage in _sorting(at, payload)]
        made = {"rounds": {one.stage.value: one.number for one in rounds}} if rounds else {}
        return {"material_id": id_, **made}


def _sorting(at: Recorder, payload: ImportMaterial) -> list[GenesisStage]:
    """The stages into whose fields a text is sorted at once: those in which a round may begin."""
    wanted = [stage for stage in STAGES if stage in payload.into and stage in at.rules.generates]
    return [stage for stage in wanted if at.can_pay() and _may_begin(at.state, stage)]


def _may_begin(state: State, stage: GenesisStage) -> bool:
    return reached(state, stage) and not state.stage(stage).running and not locked(stage.value, state.locks)


def _material(seed: str, texts: Iterable[str], known: Json) -> dict[str, dict[str, Any]]:
    added: dict[str, dict[str, Any]] = {}
    for index, text in enumerate(texts):
        id_ = mint("m", f"{seed}:{index}", {*known, *added})
        added[id_] = {"text": text, "bytes": len(text.encode())}
    return added
