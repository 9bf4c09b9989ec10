"""A session with every type of event, always the same: what the golden files hold.

``python -m tests.unit.genesis.golden`` writes the files of the present schemas. Files of former schemas are
never written again: events of that form are in databases.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from service.genesis.events import SCHEMAS
from service.genesis.findings import findings
from service.genesis.model import GenesisStage
from service.providers.protocols import Quote, Remark
from tests.unit.genesis.played import CHARACTER, CONCEPT, Drafted, Played, edit, people

FOLDER = Path(__file__).parent / "golden"
SESSION_FILE = "session.json"
CONCEPT_STAGE = GenesisStage.CONCEPT
CONCEPT_TITLE = str(CONCEPT["concept.title"])


def played() -> list[Played]:
    """Two sessions: one that is finished, and one that expires, lives again and is abandoned."""
    return [_finished(), _abandoned()]


def _finished() -> Played:
    one = Played().begin(budget_usd=2, material=["My notes."], chapters=12)
    one.retry(CONCEPT_STAGE)
    one.review(CONCEPT_STAGE, Remark("Say who prints it.", (Quote("concept.title", CONCEPT_TITLE),)))
    ids = one.bring(CONCEPT_STAGE, *[Drafted({**CONCEPT, "concept.title": name}) for name in ("One", "Two")])
    one.do("SUBMIT_FEEDBACK", {"stage": "concept", "text": "Drier.", "about": ids[:1]})
    one.do("SELECT_PROPOSAL", {"proposal_ids": ids})
    one.bring(CONCEPT_STAGE, Drafted(CONCEPT), Drafted(CONCEPT))
    one.do("SELECT_CONCEPT", {"proposal_ids": [next(iter(one.state.stage(CONCEPT_STAGE).proposals))]})
    one.set("concept.tone", ["dry", "salt-bright"])
    one.do("LOCK_FIELDS", {"paths": ["concept.title", "concept.tone"]})
    one.do("UNLOCK_FIELDS", {"paths": ["concept.tone"]})
    one.do("IMPORT_MATERIAL", {"text": "A page of mine.", "into": ["theme"]})
    one.do("SET_BUDGET", {"budget_usd": None})
    one.do("SWITCH_MODE", {"mode": "free_form"})
    one.choose(GenesisStage.CHARACTER, CHARACTER)
    edit(one, "character", {"op": "remove", "path": people(one)[0]})
    one.do("DISMISS_FINDING", {"finding_id": findings(one.state)[0].id, "reason": "He is dead."})
    one.do("RESTORE", {"to_version": one.version - 2, "stages": ["character"]})
    one.do("SWITCH_MODE", {"mode": "guided"})
    one.complete()
    one.do("REOPEN_STAGE", {"stage": "theme"})
    one.do("CONFIRM_STAGE", {"stage": "theme"})
    one.do("FINISH_GENESIS", {"title": "The Unprinted Tide", "allow_stale": True})
    return one


def _abandoned() -> Played:
    one = Played().begin("free_form")
    one.later(days=28).do("REMIND")
    one.later(days=3).do("EXPIRE")
    one.later(days=1).do("EXTEND_GENESIS")
    one.do("ABANDON_GENESIS", {"reason": "It is told already."})
    return one


def sessions() -> list[dict[str, Any]]:
    """Each session's events as they are stored, and the state that they fold to."""
    return [
        {"events": [{"type": type_, "data": data} for type_, data in one.events], "state": one.state.json}
        for one in played()
    ]


def examples() -> dict[str, Any]:
    """By file name: the first event of each type, as it is stored."""
    found: dict[str, Any] = {}
    for one in sessions():
        for event in one["events"]:
            found.setdefault(f"{event['type']}.{SCHEMAS[event['type']]}.json", event["data"])
    return found


def main() -> None:
    """Write the files."""
    FOLDER.mkdir(exist_ok=True)
    for name, value in {**examples(), SESSION_FILE: sessions()}.items():
        text = json.dumps(value, indent=1, ensure_ascii=False, sort_keys=True)
        (FOLDER / name).write_text(f"{text}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
