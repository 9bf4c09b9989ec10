"""A small novel for tests, with words that are hard to export."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from service.db.pool import Database
from service.genesis.store import insert_session
from service.novels.store import NewNovel, insert_novel
from tests.factories import a_genesis_state

NOVEL_ID = UUID("3e6f0c71-5a2d-4b8e-8c19-7d4f2a6b9e05")
HOSTILE = '# *Not* a <b>heading</b> & "quoted", with; commas,\ttabs and 1. a \\ '
TEXT = "The lamp went out.\n\nIda — who never slept — said: *nothing*.\n\n1. It was the first night."

PLAN: dict[str, Any] = {
    "concept.title": "The Keeper of the Dark",
    "concept.logline": "A lighthouse keeper who is afraid of the dark must put out the lamp.",
    "concept.premise": "Ida keeps the lamp.\nNobody has ever seen her asleep.",
    "concept.audience": "young_adult",
    "concept.tone": ["wry", "tender"],
    "concept.length.chapters": 3,
    "concept.length.words_a_chapter": 1500,
    "theme.question": "What is light for?",
    "theme.values_in_conflict": ["safety", "truth"],
    "theme.motifs": ["m1"],
    "theme.motifs.m1.name": "Salt",
    "character.people": ["c2", "c1"],
    "character.people.c1.name": "Ida",
    "character.people.c1.age": 41,
    "character.people.c1.arc.start": "Afraid",
    "character.people.c1.looks.hair": "grey braid",
    "character.people.c2.name": HOSTILE,
    "character.people.c2.real": False,
    "character.relations": ["r1"],
    "character.relations.r1.a": "c1",
    "character.relations.r1.b": "c2",
    "character.relations.r1.kind": "Sisters",
    "world.summary": "An island with one tree.",
    "world.places": ["w1"],
    "world.places.w1.name": "The lamp room",
    "world.glossary": ["e1"],
    "world.glossary.e1.term": "lamping",
    "world.glossary.e1.meaning": "Tending the lamp at night.",
    "plot.structure": "three_act",
    "plot.ending": "She sleeps.",
    "plot.threads": ["t1"],
    "plot.threads.t1.name": "The missing boat",
    "plot.chapters": ["k2", "k1", "k3"],
    "plot.chapters.k2.title": "The Lamp Goes Out",
    "plot.chapters.k2.act": 1,
    "plot.chapters.k2.pov": "c1",
    "plot.chapters.k2.goal": "To see the night",
    "plot.chapters.k2.scenes": ["s1", "s2"],
    "plot.chapters.k2.scenes.s1.summary": HOSTILE,
    "plot.chapters.k2.scenes.s1.place": "w1",
    "plot.chapters.k2.scenes.s1.people": ["c1", "c2"],
    "plot.chapters.k2.scenes.s1.threads": ["t1"],
    "plot.chapters.k2.scenes.s1.beats": ["She climbs, slowly.", "She looks;\nnothing.", "She breathes."],
    "plot.chapters.k2.scenes.s1.words": 700,
    "plot.chapters.k2.scenes.s2.summary": "A boat comes without a light.",
    "plot.chapters.k1.title": "=1+1",
    "plot.chapters.k3.number": 9,
}


async def a_novel(
    database: Database, user_id: UUID, session_id: UUID, novel_id: UUID, *, title: str = "The Keeper"
) -> UUID:
    """A novel of a user, who exists, with the session that has made it."""
    async with database.as_user(user_id) as connection:
        await insert_session(connection, user_id, session_id, a_genesis_state())
        new = NewNovel(novel_id, user_id, session_id, title, "en", PLAN, ["character.people.c1.name"])
        await insert_novel(connection, new)
    return novel_id
