"""Converts the state of a session to the request for a planner, for one round. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from zlib import crc32

from service.genesis.fields import find
from service.genesis.generation import Round
from service.genesis.history import outline
from service.genesis.model import STAGES, State
from service.genesis.paths import below, locked, selected
from service.providers.protocols import PlanAsk


def plan_ask(read: State, round_: Round, used_names: Iterable[str] = ()) -> PlanAsk:
    """The request of a round, from the state that the round's job has read. Proposals that this round has
    already made are not part of the request, so that a repeated job makes the same request."""
    stage = read.stage(round_.stage)
    values = read.values()
    return PlanAsk(
        stage=round_.stage.value,
        fields=outline(read),
        inspiration=read.inspiration,
        material=dict(_material(read, round_)),
        language=read.json["language"],
        count=round_.count,
        locked={path: values[path] for path in below(round_.stage, values) if _stays(path, read, round_)},
        avoid=tuple(values.get("concept.avoid", ())),
        used_names=tuple(used_names),
        feedback=tuple(said["text"] for said in stage.feedback),
        instruction=round_.instruction or "",
        blend=tuple(stage.proposals[id_]["values"] for id_ in round_.blend if id_ in stage.proposals),
        scope=round_.scope,
        seed=crc32(f"{read.json.get('seed', 0)} {round_.name}".encode()),
    )


def _stays(path: str, read: State, round_: Round) -> bool:
    return locked(path, read.locks) or not selected(path, round_.scope)


def _material(read: State, round_: Round) -> Iterator[tuple[str, str]]:
    for id_, one in read.material.items():
        if id_ == round_.material if round_.material else round_.stage in one.get("into", STAGES):
            yield id_, one["text"]


def names_in(values: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """The names of the novel's people that occur in the values of proposals."""
    for one in values:
        for path, value in one.items():
            if path.endswith(".name") and find(path).elements[0][0] == "people":
                yield value
