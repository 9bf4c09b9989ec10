"""Bar 5: random sessions. No locked path moves, no job writes a field, a restore is exact, and each cited
field that changed is named.

The long form is 1,000 sessions of 60 steps, and makes small what it finds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from service.errors import StorytroupeError
from service.genesis import paths
from service.genesis.decide import Decision
from service.genesis.derive import stale
from service.genesis.fields import find
from service.genesis.history import branched, outline
from service.genesis.model import STAGES, GenesisMode, GenesisStage, StageStatus, State
from service.genesis.view import view
from tests.unit.genesis.played import SESSION, Drafted, Played

#: Fields of each stage that the run writes: few, so that steps meet.
PLAIN: Mapping[GenesisStage, tuple[str, ...]] = {
    GenesisStage.CONCEPT: ("concept.title", "concept.logline", "concept.premise"),
    GenesisStage.THEME: ("theme.question", "theme.statement"),
    GenesisStage.CHARACTER: (),
    GenesisStage.WORLD: ("world.summary", "world.era"),
    GenesisStage.PLOT: ("plot.ending",),
}
COLLECTIONS: Mapping[GenesisStage, tuple[tuple[str, tuple[str, str]], ...]] = {
    GenesisStage.CONCEPT: (),
    GenesisStage.THEME: (("theme.motifs", ("name", "meaning")),),
    GenesisStage.CHARACTER: (("character.people", ("name", "want")),),
    GenesisStage.WORLD: (("world.places", ("name", "senses")),),
    GenesisStage.PLOT: (("plot.chapters", ("title", "goal")),),
}
WORDS = st.sampled_from(("salt", "tide", "lead"))
ANY_STAGE = st.sampled_from(STAGES)
CITABLE = tuple(path for group in PLAIN.values() for path in group)


class Sessions(RuleBasedStateMachine):
    """One session under random decisions, edits, rounds and restores."""

    def __init__(self) -> None:
        super().__init__()
        self.played = Played().begin("free_form")
        self.read: dict[GenesisStage, State] = {}

    # ── what holds of each command ──

    def do(self, type_: str, payload: Any, *, unlocks: bool = False) -> Decision | None:
        played, before = self.played, self.played.state
        try:
            decision = played.do(type_, payload)
        except StorytroupeError:
            assert played.state is before
            return None
        self.read |= {one.stage: played.state for one in decision.rounds}
        if not unlocks:
            self.no_locked_path_moved(before, type_)
        return decision

    def no_locked_path_moved(self, before: State, what: str) -> None:
        after = self.played.state
        for path in before.values().keys() | after.values().keys():
            if is_locked(path, before.locks):
                assert before.record(path) == after.record(path), ("a locked field moved", path, what)
                assert before.cited(path) == after.cited(path), ("a locked field's source", path, what)
        for path in before.locks:
            place = find(path)
            assert place.exists(after.stage(place.stage)), ("a locked element is gone", path, what)
        for stage in before.stages:
            for name, ids in stage.order.items():
                if is_locked(f"{stage.stage}.{name}", before.locks):
                    now = after.stage(stage.stage).order.get(name)
                    assert now == ids, ("a locked collection has another order", name, what)

    def job(self, act: Any) -> None:
        """What a job does: it writes no field."""
        before = outline(self.played.state)
        act()
        assert outline(self.played.state) == before, "a job wrote a field"

    # ── steps ──

    @rule(data=st.data(), word=WORDS)
    def set_a_field(self, data: st.DataObject, word: str) -> None:
        path = data.draw(st.sampled_from(self.leaves()))
        self.edit(path, {"op": "set", "path": path, "value": word})

    @precondition(lambda self: self.cited())
    @rule(data=st.data(), word=WORDS)
    def set_a_field_that_is_cited(self, data: st.DataObject, word: str) -> None:
        path = data.draw(st.sampled_from(sorted(self.cited())))
        before = self.played.state
        citing = [name for name in before.values() if path in before.cited(name)]
        decision = self.edit(path, {"op": "set", "path": path, "value": word})
        if decision and decision.events and before.values().get(path) != word:
            named = stale(self.played.state)
            left = [name for name in citing if name != path]
            assert all(path in named[name] for name in left), "a changed source is not named"

    @rule(data=st.data(), word=WORDS)
    def add_an_element(self, data: st.DataObject, word: str) -> None:
        collection, names = data.draw(
            st.sampled_from([one for group in COLLECTIONS.values() for one in group])
        )
        self.edit(collection, {"op": "add", "path": collection, "value": {names[0]: word}})

    @precondition(lambda self: self.elements())
    @rule(data=st.data(), op=st.sampled_from(("remove", "move")), to=st.integers(0, 3))
    def remove_or_move_an_element(self, data: st.DataObject, op: str, to: int) -> None:
        path = data.draw(st.sampled_from(self.elements()))
        self.edit(path, {"op": op, "path": path, "value": to})

    @precondition(lambda self: self.played.state.values())
    @rule(data=st.data())
    def clear_a_field(self, data: st.DataObject) -> None:
        path = data.draw(st.sampled_from(sorted(self.played.state.values())))
        self.edit(path, {"op": "remove", "path": path})

    @rule(data=st.data())
    def lock(self, data: st.DataObject) -> None:
        collections = [name for group in COLLECTIONS.values() for name, _ in group]
        choices = [*self.leaves(), *self.elements(), *collections, *STAGES]
        self.do("LOCK_FIELDS", {"paths": [str(data.draw(st.sampled_from(choices)))]})

    @precondition(lambda self: self.played.state.locks)
    @rule(data=st.data())
    def unlock(self, data: st.DataObject) -> None:
        lock = data.draw(st.sampled_from(sorted(self.played.state.locks)))
        self.do("UNLOCK_FIELDS", {"paths": [lock]}, unlocks=True)

    @rule(stage=ANY_STAGE)
    def ask(self, stage: GenesisStage) -> None:
        self.do("GENERATE_INSPIRATION", {"stage": stage.value})

    @precondition(lambda self: bool(stale(self.played.state)))
    @rule(data=st.data())
    def ask_for_what_is_stale(self, data: st.DataObject) -> None:
        stage = paths.stage_of(data.draw(st.sampled_from(sorted(stale(self.played.state)))))
        self.do("GENERATE_INSPIRATION", {"stage": stage, "scope": "stale"})

    @precondition(lambda self: self.played.rounds)
    @rule(data=st.data(), end=st.booleans())
    def a_job_brings_proposals(self, data: st.DataObject, end: bool) -> None:
        stage = data.draw(st.sampled_from(sorted(self.played.rounds)))
        if self.played.state.stage(stage).proposals and not end:
            return
        drafts = [self.draft(data, stage) for _ in range(data.draw(st.integers(1, 2)))]
        self.job(lambda: self.played.bring(stage, *drafts, end=end, read=self.read[stage]))

    @precondition(lambda self: self.played.rounds)
    @rule(data=st.data())
    def a_job_fails(self, data: st.DataObject) -> None:
        stage = data.draw(st.sampled_from(sorted(self.played.rounds)))
        self.job(lambda: self.played.end(stage, "failed"))

    @rule(data=st.data(), stage=ANY_STAGE, word=WORDS)
    def a_whole_round(self, data: st.DataObject, stage: GenesisStage, word: str) -> None:
        if self.do("GENERATE_INSPIRATION", {"stage": stage.value}) is None:
            return
        ids: list[str] = []
        drafts = [self.draft(data, stage)]
        self.job(lambda: ids.extend(self.played.bring(stage, *drafts, read=self.read[stage])))
        self.take(ids[0], None)

    @precondition(lambda self: self.proposals())
    @rule(data=st.data(), whole=st.booleans())
    def choose(self, data: st.DataObject, whole: bool) -> None:
        id_ = data.draw(st.sampled_from(sorted(self.proposals())))
        values = sorted(self.proposals()[id_]["values"])
        some = None
        if not whole and values:
            some = data.draw(st.lists(st.sampled_from(values), min_size=1, max_size=2, unique=True))
        self.take(id_, some)

    @precondition(lambda self: self.proposals())
    @rule(data=st.data())
    def lock_something_and_choose(self, data: st.DataObject) -> None:
        id_ = data.draw(st.sampled_from(sorted(self.proposals())))
        proposal = self.proposals()[id_]
        stage = GenesisStage(proposal["stage"])
        self.lock_one_of(data, stage)
        self.take(id_, None)

    @precondition(lambda self: self.elements())
    @rule(data=st.data(), word=WORDS)
    def choose_what_omits_a_locked_element(self, data: st.DataObject, word: str) -> None:
        element = data.draw(st.sampled_from(self.elements()))
        collection, stage = paths.parent(element), GenesisStage(paths.stage_of(element))
        fields = [path for path in self.played.state.values() if is_locked(path, {element})]
        self.do("LOCK_FIELDS", {"paths": [data.draw(st.sampled_from([*fields, element, collection]))]})
        name = dict(COLLECTIONS[stage])[collection][0]
        if self.do("GENERATE_INSPIRATION", {"stage": stage.value}):
            draft = Drafted({f"{collection}.x1.{name}": word})
            (id_,) = self.played.bring(stage, draft, read=self.read[stage])
            self.take(id_, None)

    @precondition(lambda self: self.plain_values())
    @rule(data=st.data(), word=WORDS)
    def choose_what_omits_a_locked_value(self, data: st.DataObject, word: str) -> None:
        path = data.draw(st.sampled_from(self.plain_values()))
        self.do("LOCK_FIELDS", {"paths": [path]})
        stage = GenesisStage(paths.stage_of(path))
        if self.do("GENERATE_INSPIRATION", {"stage": stage.value}):
            draft = Drafted({other: word for other in PLAIN[stage] if other != path})
            (id_,) = self.played.bring(stage, draft, read=self.read[stage])
            self.take(id_, None)

    @precondition(lambda self: self.played.state.values())
    @rule(data=st.data(), stage=ANY_STAGE, back=st.integers(1, 12))
    def lock_something_and_restore(self, data: st.DataObject, stage: GenesisStage, back: int) -> None:
        self.lock_one_of(data, stage)
        self.restore_to(max(1, self.played.version - back), {stage})

    def lock_one_of(self, data: st.DataObject, stage: GenesisStage) -> None:
        """Lock a value, an element, or a field of an element of a stage."""
        state = self.played.state
        values = paths.below(stage, state.values())
        choices = sorted({*values, *elements(state, stage), *PLAIN[stage]})
        if choices:
            self.do("LOCK_FIELDS", {"paths": [data.draw(st.sampled_from(choices))]})

    @precondition(lambda self: len(self.proposals()) > 1)
    @rule()
    def blend(self) -> None:
        self.do("SELECT_PROPOSAL", {"proposal_ids": sorted(self.proposals())[:2]})

    @rule(
        stage=ANY_STAGE,
        type_=st.sampled_from(("CONFIRM_STAGE", "REOPEN_STAGE", "NAVIGATE", "CANCEL_GENERATION")),
    )
    def go(self, stage: GenesisStage, type_: str) -> None:
        self.do(type_, {"stage": stage.value})

    @rule(mode=st.sampled_from(GenesisMode))
    def switch(self, mode: GenesisMode) -> None:
        self.do("SWITCH_MODE", {"mode": mode.value})

    @rule(data=st.data(), some=st.sets(ANY_STAGE, max_size=3))
    def restore(self, data: st.DataObject, some: set[GenesisStage]) -> None:
        self.restore_to(data.draw(st.integers(1, self.played.version)), some)

    def restore_to(self, version: int, some: set[GenesisStage]) -> None:
        then, before = State(self.played.at(version)), self.played.state
        if self.do("RESTORE", {"to_version": version, "stages": sorted(some)}) is None:
            return
        after = self.played.state
        for stage in some or STAGES:
            self.is_restored(stage, then, before, after)
        for stage in set(STAGES) - set(some or STAGES):
            assert before.stage(stage).fields == after.stage(stage).fields, "another stage was restored"

    def is_restored(self, stage: GenesisStage, then: State, before: State, after: State) -> None:
        locks = before.locks
        left = {path for path in elements(before, stage) if has_lock(path, locks)}
        left -= elements(then, stage)
        for path in paths.below(stage, {*then.values(), *before.values(), *after.values()}):
            if not is_locked(path, locks) and not any(is_locked(path, {one}) for one in left):
                assert after.record(path) == then.record(path), ("not restored", path)
                assert after.cited(path) == then.cited(path), ("sources not restored", path)
        for name, ids in then.stage(stage).order.items():
            if not is_locked(f"{stage}.{name}", locks):
                found = after.stage(stage).order[name]
                assert found[: len(ids)] == ids, ("order not restored", name)

    @rule(data=st.data(), stage=ANY_STAGE)
    def copy_from_an_earlier_version(self, data: st.DataObject, stage: GenesisStage) -> None:
        version = data.draw(st.integers(1, self.played.version))
        then = outline(State(self.played.at(version)))
        both = sorted(paths.below(stage, {*then, *outline(self.played.state)}))
        path = data.draw(st.sampled_from([stage.value, *both, *map(paths.parent, both)]))
        source = {"session_id": str(SESSION), "version": version}
        if self.do("COPY_FIELDS", {"from": source, "paths": [path]}):
            after = outline(self.played.state)
            for one in {*paths.below(path, then), *paths.below(path, after)}:
                assert after.get(one) == then.get(one), ("not copied", one)

    # ── what always holds ──

    def teardown(self) -> None:
        """The events fold to the state, and all of it can be shown."""
        played = self.played
        assert played.at(played.version) == played.state.json
        assert set(view(played.state, SESSION, 1)["stages"]) == set(STAGES)

    @invariant()
    def each_value_is_in_an_element_that_exists(self) -> None:
        state = self.played.state
        for path in state.values():
            place = find(path)
            assert place.field is not None
            assert place.exists(state.stage(place.stage)), path
        for stage in state.stages:
            for ids in stage.order.values():
                assert len(ids) == len(set(ids))
            used = {record.get("drawn_from") for record in stage.fields.values()} - {None}
            assert used == stage.sources.keys()

    @invariant()
    def each_source_that_changed_is_named(self) -> None:
        state = self.played.state
        named = stale(state)
        for path in state.values():
            cited = state.cited(path)
            assert named.get(path, []) == sorted(one for one in cited if state.revision(one) != cited[one])

    @invariant()
    def a_wait_is_open_only_where_somebody_is_asked(self) -> None:
        state = self.played.state
        for stage in state.stages:
            choosing = stage.status is StageStatus.CHOOSING
            assert (stage.wait_key in state.waits) is choosing, stage
            assert all(key == stage.wait_key for key in state.waits if key.startswith(f"{stage.stage}:"))

    @invariant()
    def a_branch_has_the_same_values_and_the_same_is_stale(self) -> None:
        state = self.played.state
        branch = State(branched(state))
        assert branch.values() == state.values()
        assert stale(branch) == stale(state)

    # ── helpers ──

    def edit(self, path: str, change: Mapping[str, Any]) -> Decision | None:
        return self.do("EDIT_STAGE", {"stage": paths.stage_of(path), "changes": [dict(change)]})

    def take(self, id_: str, some: list[str] | None) -> None:
        before, state = self.proposals()[id_], self.played.state
        wanted = {"proposal_ids": [id_], **({"paths": some} if some else {})}
        if self.do("SELECT_PROPOSAL", wanted) is None:
            return
        for path, value in before["values"].items():
            if (not some or path in some) and not is_locked(path, state.locks):
                assert self.played.value(path) == value, ("a chosen value is not there", path)
                old = state.record(path)
                if old and old["value"] == value:
                    record = self.played.state.record(path)
                    assert record is not None
                    assert record["revision"] == old["revision"], "an equal value was touched"

    def draft(self, data: st.DataObject, stage: GenesisStage) -> Drafted:
        """Values of a stage, of elements that are there and of new ones; locked ones among them."""
        values: dict[str, Any] = {path: data.draw(WORDS) for path in PLAIN[stage] if data.draw(st.booleans())}
        for collection, names in COLLECTIONS[stage]:
            known = self.read[stage].stage(stage).order.get(paths.within(collection), [])
            ids = data.draw(st.lists(st.sampled_from([*known, "x1", "x2"]), unique=True, max_size=3))
            values |= {f"{collection}.{id_}.{names[0]}": data.draw(WORDS) for id_ in ids}
        cited = data.draw(st.sets(st.sampled_from(CITABLE), max_size=3))
        return Drafted(values, sorted(cited))

    def leaves(self) -> list[str]:
        names = {name: parts for group in COLLECTIONS.values() for name, parts in group}
        inner = [f"{path}.{name}" for path in self.elements() for name in names[path.rpartition(".")[0]]]
        return [*CITABLE, *inner]

    def elements(self) -> list[str]:
        return sorted(path for stage in STAGES for path in elements(self.played.state, stage))

    def plain_values(self) -> list[str]:
        return sorted(path for path in self.played.state.values() if path in CITABLE)

    def cited(self) -> set[str]:
        state = self.played.state
        return {path for name in state.values() for path in state.cited(name)}

    def proposals(self) -> dict[str, Any]:
        return {id_: one for stage in self.played.state.stages for id_, one in stage.proposals.items()}


def is_locked(path: str, locks: Iterable[str]) -> bool:
    """What a lock promises, said apart from the code that keeps it."""
    return any(path == lock or path.startswith(f"{lock}.") for lock in locks)


def has_lock(path: str, locks: Iterable[str]) -> bool:
    return is_locked(path, locks) or any(is_locked(lock, {path}) for lock in locks)


def elements(state: State, stage: GenesisStage) -> set[str]:
    order = state.stage(stage).order
    return {f"{stage}.{name}.{id_}" for name, ids in order.items() for id_ in ids}


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize(
    ("sessions", "steps"),
    [pytest.param(60, 40, id="short"), pytest.param(1000, 60, id="long", marks=pytest.mark.long)],
)
def test_random_sessions_keep_what_was_promised(sessions: int, steps: int) -> None:
    run_state_machine_as_test(
        Sessions,
        settings=settings(
            max_examples=sessions,
            stateful_step_count=steps,
            deadline=None,
            derandomize=sessions < 1000,
            phases=list(Phase) if sessions >= 1000 else [Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
