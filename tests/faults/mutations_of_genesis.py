"""Guards of Genesis: locks, revisions, what a job may write, what a restore restores, who may do what."""

from __future__ import annotations

from tests.faults.mutation import Mutation

_RANDOM = "tests/unit/genesis/test_session_properties.py::test_random_sessions_keep_what_was_promised[short]"
_DECISIONS = "tests/unit/genesis/test_decisions.py"
_LIFE = "tests/unit/genesis/test_stages_and_life.py"
_COPYING = "tests/unit/genesis/test_copying.py"
_HANDLERS = "tests/unit/genesis/test_handlers.py"
_GENERATION = "tests/unit/genesis/test_generation.py"
_COMMANDS = "tests/unit/genesis/test_commands.py"
_EDIT = "service/genesis/stage_edit.py"

OF_GENESIS = (
    Mutation(
        "genesis: a lock holds what is below it",
        "service/genesis/paths.py",
        "        path = parent(path)\n    return False",
        "        return False\n    return False",
        (_RANDOM,),
    ),
    Mutation(
        "genesis: locks of now hold against a proposal",
        _EDIT,
        "written = {path for path in values if not locked(path, locks)}",
        "written = {path for path in values if not locked(path, proposal['locked_then'])}",
        (_RANDOM,),
    ),
    Mutation(
        "genesis: a proposal drops no locked field",
        _EDIT,
        "if generated and path not in values and not locked(path, locks):",
        "if generated and path not in values:",
        (_RANDOM,),
    ),
    Mutation(
        "genesis: a proposal drops no element that holds a lock",
        _EDIT,
        'if holds_lock(self.path(f"{collection}.{id_}"), locks):\n                left',
        'if locked(self.path(f"{collection}.{id_}"), locks):\n                left',
        (_RANDOM,),
    ),
    Mutation(
        "genesis: a proposal orders no locked collection",
        _EDIT,
        "if selected(path, scope) and not locked(path, locks):",
        "if selected(path, scope):",
        (_RANDOM,),
    ),
    Mutation(
        "genesis: a restore leaves locked fields",
        _EDIT,
        "return locked(self.path(name), locks) or any(",
        "return any(",
        (_RANDOM,),
    ),
    Mutation(
        "genesis: a restore leaves elements that hold a lock",
        _EDIT,
        '            and holds_lock(self.path(f"{collection}.{id_}"), locks)\n        ]',
        '            and locked(self.path(f"{collection}.{id_}"), locks)\n        ]',
        (f"{_LIFE}::test_a_restore_leaves_an_element_with_a_locked_field",),
    ),
    Mutation(
        "genesis: a restore brings back the whole record",
        _EDIT,
        "    return kept | {name: value for name, value in then.items() if not stays(name)}",
        "    return kept | {name: now.get(name, value) for name, value in then.items() if not stays(name)}",
        (_RANDOM,),
    ),
    Mutation(
        "genesis: a copy changes no locked field",
        "service/genesis/decide/copying.py",
        "return (path for path in paths if locked(path, locks))",
        "return (path for path in paths if path in locks)",
        (f"{_COPYING}::test_a_locked_value_keeps_all_paths_from_being_copied",),
    ),
    Mutation(
        "genesis: a copy removes no element that holds a lock",
        "service/genesis/decide/copying.py",
        "            if holds_lock(element, locks):",
        "            if locked(element, locks):",
        (f"{_COPYING}::test_an_element_that_holds_a_lock_is_not_removed",),
    ),
    Mutation(
        "genesis: an edit sets no locked field",
        "service/genesis/decide/editing.py",
        "    return locked(change.path, state.locks)\n",
        "    return False\n",
        (_RANDOM,),
    ),
    Mutation(
        "genesis: an edit removes no element that holds a lock",
        "service/genesis/decide/editing.py",
        'if change.op == "remove":\n        return holds_lock(change.path, state.locks)',
        'if change.op == "remove":\n        return locked(change.path, state.locks)',
        (_RANDOM,),
    ),
    Mutation(
        "genesis: an element that does not exist cannot be edited",
        "service/genesis/decide/editing.py",
        "        if id_ not in edit.order.get(collection, ()):",
        "        if False:",
        (_DECISIONS,),
    ),
    Mutation(
        "genesis: an equal value keeps its revision",
        _EDIT,
        '        if old.get("value") != value:\n            new = ',
        "        if True:\n            new = ",
        (_RANDOM,),
    ),
    Mutation(
        "genesis: each changed source is named",
        "service/genesis/findings.py",
        "if state.revision(path) != revision)",
        "if state.revision(path) > revision)",
        (_RANDOM,),
    ),
    Mutation(
        "genesis: an accepted value keeps what it was drawn from",
        _EDIT,
        "            self.fields[name] = new\n        self._cite(name, cited)\n",
        "            self.fields[name] = new\n",
        (_DECISIONS,),
    ),
    Mutation(
        "genesis: a person's edit cites its sources as they are",
        _EDIT,
        "            self._anchored.add(name)\n",
        "            pass\n",
        (_DECISIONS,),
    ),
    Mutation(
        "genesis: revisions are those that the job has read",
        "service/genesis/generation.py",
        '"at": {path: read.revision(path) for path in cited},',
        '"at": {path: 10**6 for path in cited},',
        (_GENERATION, _RANDOM),
    ),
    Mutation(
        "genesis: a job writes no field",
        "service/genesis/generation.py",
        '{"proposals": {id_: proposal_}}',
        '{"proposals": {id_: proposal_}, "fields": {}, "order": {"people": []}}',
        (_RANDOM,),
    ),
    Mutation(
        "genesis: a job that runs again adds nothing twice",
        "service/genesis/generation.py",
        "return str(uuid5(job_id, str(index)))",
        "return str(uuid5(job_id, str(id(object()))) if index else __import__('uuid').uuid4())",
        (_GENERATION,),
    ),
    Mutation(
        "genesis: a proposal shows the locked value",
        "service/genesis/generation.py",
        "        if not locked(path, read.locks):\n            yield path, value",
        "        if True:\n            yield path, value",
        (_GENERATION,),
    ),
    Mutation(
        "genesis: a round that is over ends once",
        "service/genesis/generation.py",
        "if not now.running or now.round != round_:",
        "if not now.running:",
        (_GENERATION,),
    ),
    Mutation(
        "genesis: former proposals leave the state",
        "service/genesis/decide/recorder.py",
        "left = {id_: blended if id_ in blend else None for id_ in before.proposals}",
        "left = {id_: blended for id_ in before.proposals if id_ in blend}",
        (_GENERATION,),
    ),
    Mutation(
        "genesis: one round a stage at a time",
        "service/genesis/decide/recorder.py",
        "        if self.stage(stage).running:\n            raise GenerationRunning",
        "        if False:\n            raise GenerationRunning",
        (_LIFE,),
    ),
    Mutation(
        "genesis: a cap holds",
        "service/genesis/decide/recorder.py",
        "return cap is None or spent < cap",
        "return cap is None or spent <= cap",
        (_LIFE,),
    ),
    Mutation(
        "genesis: guided mode keeps the order",
        "service/genesis/derive.py",
        "return all(state.stage(one).status is StageStatus.CONFIRMED for one in stage.preceding)",
        "return True",
        (_LIFE,),
    ),
    Mutation(
        "genesis: a decision is on the present version",
        "service/genesis/decide/__init__.py",
        "if command.expected_version not in (None, state.decision_version):",
        "if False:",
        (_HANDLERS,),
    ),
    Mutation(
        "genesis: a session that has ended takes no commands",
        "service/genesis/decide/__init__.py",
        "if state.status not in handler.statuses:",
        "if False:",
        (_HANDLERS,),
    ),
    Mutation(
        "genesis: a decision comes before an expiry",
        "service/genesis/decide/life.py",
        "if at.state.status is GenesisStatus.ACTIVE and at.now >= at.state.expires_at:",
        "if at.state.status is GenesisStatus.ACTIVE:",
        (_LIFE,),
    ),
    Mutation(
        "genesis: nothing is purged within the grace",
        "service/genesis/decide/life.py",
        "at.purge = ended and at.now >= at.state.expires_at + at.rules.grace",
        "at.purge = ended",
        (_HANDLERS,),
    ),
    Mutation(
        "genesis: the system's commands are its own",
        "service/genesis/commands.py",
        "if type_ is None or type_ in SYSTEM:",
        "if type_ is None:",
        (_COMMANDS,),
    ),
    Mutation(
        "genesis: a branch's revisions begin anew",
        "service/genesis/history.py",
        'return {**record, "revision": 1, **cited}',
        "return {**record, **cited}",
        (_RANDOM,),
    ),
)
