"""A chapter of a novel under faults: killed three times in the middle, it is whole, and paid for once."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

from service.background.nudges import OUTBOX, QUEUE
from service.genesis.store import insert_session
from service.novels import chapters
from service.novels.store import NewNovel, insert_novel
from tests.factories import USER, a_genesis_state
from tests.faults.config import Failpoint
from tests.faults.environment import FaultEnvironment
from tests.faults.stub_writer import WORDS, words_of
from tests.novels import PLAN

Figure = Callable[[str], None]
SCENES = 3
_PLAN = {
    "plot.chapters": ["k1"],
    "plot.chapters.k1.scenes": ["s1", "s2", "s3"],
    **{f"plot.chapters.k1.scenes.s{number}.summary": f"Scene {number}." for number in (1, 2, 3)},
}
#: With the first scene in the ledger; with the second one settled; with all, before the chapter is.
KILLS = (
    Failpoint(point="before_proposal_commit", group="chapter"),
    Failpoint(point="after_proposal", group="chapter"),
    Failpoint(point="before_end_commit", group="chapter"),
)


async def test_fault_49_a_chapter_is_killed_three_times(
    environment: FaultEnvironment, figure: Figure
) -> None:
    novel_id, session_id = uuid4(), uuid4()
    async with environment.database.as_user(USER) as connection:
        await insert_session(connection, USER, session_id, a_genesis_state())
        await insert_novel(connection, NewNovel(novel_id, USER, session_id, "Sea", "en", PLAN | _PLAN))
    child = await environment.child(KILLS[0])
    async with environment.database.as_user(USER) as connection:
        await chapters.request(connection, novel_id, 1, chapters.Wanted())
    environment.nudges.send(QUEUE, OUTBOX)
    for failpoints in (*((point,) for point in KILLS[1:]), ()):
        await child.ended.wait()
        environment.history.note(f"{child.name} died", ambiguous=True)
        child = await environment.child(*failpoints)
    await environment.finished([novel_id])
    async with environment.database.as_user(USER) as connection:
        chapter = await chapters.read_chapter(connection, novel_id, 1)
    assert chapter.text == "\n\n".join(words_of(number) for number in range(1, SCENES + 1))
    assert (chapter.status, chapter.version, chapter.words) == ("ready", 1, SCENES * WORDS)
    assert await environment.extra_calls() == 0
    assert len(environment.stub.per_key()) == SCENES
    versions = await environment.database.pool.fetchval(
        "SELECT array_agg(version ORDER BY version) FROM domain_events WHERE aggregate_id = $1", novel_id
    )
    assert versions == list(range(1, len(versions) + 1))
    await environment.rest()
    figure(f"{SCENES * WORDS} words after three kills, each of {SCENES} scenes paid for once")
