"""Further states: what stands beside a plan, and the pages of novels."""

from __future__ import annotations

import json

from playwright.async_api import expect

from tools.every_state import SESSIONS, STAGES, Desk, state

_TEXT = "\n\n".join(
    f"The lamp went out at ten past four, and nobody in Saltreeve noticed but Nell. {line}"
    for line in (
        "She counted the lines of the table twice, then a third time with her finger on the paper.",
        "“There are three hundred and sixty-four,” she said, and the press said nothing.",
        "Outside the water drew back further than she had ever seen it go.",
        "A boat lay on its side in the mud. Its name had been painted over.",
    )
)


# ── beside the plan ──


@state
async def board(desk: Desk) -> None:
    await desk.open_session(desk.at["session"], "?view=board")
    await expect(desk.page.locator(".scene-card").first).to_be_visible()


@state
async def board_card(desk: Desk) -> None:
    await desk.page.locator(".scene-card").nth(1).click()
    await expect(desk.page.locator(".board-card")).to_be_visible()


@state
async def board_carried(desk: Desk) -> None:
    await desk.open_session(desk.at["session"], "?view=board")
    await desk.page.locator(".scene-card").nth(1).focus()
    for key in ("m", "ArrowDown", "ArrowDown"):
        await desk.page.keyboard.press(key)
    await expect(desk.page.locator(".drop")).to_be_visible()


@state
async def board_moved(desk: Desk) -> None:
    await desk.page.keyboard.press("Enter")
    await expect(desk.page.get_by_text("Moved to")).to_be_visible()


@state
async def board_beats(desk: Desk) -> None:
    await desk.page.get_by_role("radio", name="Beats").check(force=True)


@state
async def board_empty(desk: Desk) -> None:
    await desk.open_session(desk.at["free"], "?view=board")
    await expect(desk.page.get_by_text("No chapter is planned yet")).to_be_visible()


@state
async def history(desk: Desk) -> None:
    await desk.open_session(desk.at["session"], "?view=history")
    await expect(desk.page.locator(".decisions li").nth(2)).to_be_visible()


@state
async def history_restore(desk: Desk) -> None:
    await desk.page.locator(".decisions [data-key=r]").nth(3).click()
    await expect(desk.page.get_by_role("dialog")).to_be_visible()


@state
async def compare(desk: Desk) -> None:
    session = desk.at["session"]
    version = (await desk.client.read_session(session)).version
    other = await desk.send(
        None, "START_GENESIS", mode="free_form", **{"from": {"session_id": session, "version": version}}
    )
    motif = {
        "op": "add",
        "path": "theme.motifs",
        "value": {"name": "salt", "meaning": "what the tide leaves"},
    }
    said = {"op": "set", "path": "theme.statement", "value": "A kind lie is a debt."}
    await desk.send(str(other.session_id), "EDIT_STAGE", stage="theme", changes=[motif, said])
    await desk.send(session, "LOCK_FIELDS", paths=["concept.title"])
    title = {"op": "set", "path": "concept.title", "value": "The Tide on the Left"}
    await desk.send(str(other.session_id), "EDIT_STAGE", stage="concept", changes=[title])
    await desk.open_session(session, f"?view=compare&left=now&right=s{other.session_id}")
    await expect(desk.page.locator(".futures .path").first).to_be_visible()


@state
async def compare_picked(desk: Desk) -> None:
    await desk.button("Bring over").click()
    await expect(desk.page.locator(".tray")).to_be_visible()


@state
async def compare_proposals(desk: Desk) -> None:
    state_ = await desk.client.read_session(desk.at["session"])
    ids = list(state_.stages["plot"].proposals)[:2]
    await desk.open_session(desk.at["session"], f"?view=compare&left=pplot.{ids[0]}&right=pplot.{ids[1]}")
    await expect(desk.page.locator(".futures .path").first).to_be_visible()


@state
async def findings(desk: Desk) -> None:
    people = ({"name": "Nell", "age": 13, "summary": "Nell is 40."}, {"name": "Nela", "age": 13})
    changes = [{"op": "add", "path": "character.people", "value": one} for one in people]
    await desk.send(desk.at["free"], "EDIT_STAGE", stage="character", changes=changes)
    await desk.open_session(desk.at["free"], "?view=findings")
    await expect(desk.page.locator(".finding").first).to_be_visible()


@state
async def print_plan(desk: Desk) -> None:
    await desk.open_session(desk.at["session"], "?view=print")
    await expect(desk.page.locator(".paper-title")).not_to_be_empty()


@state
async def menu(desk: Desk) -> None:
    await desk.open_session(desk.at["session"])
    await desk.page.locator(".menu > summary").last.click()


@state
async def budget(desk: Desk) -> None:
    await desk.button("Budget").click()
    await expect(desk.page.get_by_role("dialog")).to_be_visible()


@state
async def keys(desk: Desk) -> None:
    await desk.open_session(desk.at["session"])
    await desk.page.keyboard.press("?")
    await expect(desk.page.get_by_role("dialog")).to_be_visible()


@state
async def link(desk: Desk) -> None:
    session = await desk.led("theme")
    await desk.open_session(session)
    await desk.button("Let somebody else choose").click()
    await expect(desk.page.get_by_role("dialog")).to_be_visible()
    desk.at["link"] = await desk.page.get_by_label("The link").input_value()


@state
async def chosen_by_link(desk: Desk) -> None:
    await desk.page.goto("about:blank")
    await desk.page.goto(desk.at["link"])
    await expect(desk.page.locator(".proposal").first).to_be_visible()


@state
async def ready_to_finish(desk: Desk) -> None:
    session = desk.at["session"]
    await desk.send(session, "CONFIRM_STAGE", stage=STAGES[-1])
    await desk.at_rest(session)
    await desk.open_session(session)
    await desk.button("Finish the plan").click()
    await expect(desk.page.get_by_role("dialog")).to_be_visible()


@state
async def finished(desk: Desk) -> None:
    session = desk.at["session"]
    done = await desk.send(session, "FINISH_GENESIS", allow_stale=True)
    desk.at["novel"] = done.result["novel_id"]
    await desk.open_session(session)


@state
async def given_up(desk: Desk) -> None:
    session = await desk.led("theme")
    await desk.send(session, "ABANDON_GENESIS")
    await desk.open_session(session)


# ── novels ──


async def _novel(desk: Desk, query: str = "") -> None:
    await desk.go(f"/novel/{desk.at['novel']}{query}")


async def _with_a_model(desk: Desk) -> None:
    told = {"model": "gpt-5.2", "calls": 3, "usd": 0.03, "seconds": None}
    answer = json.dumps({"success": True, "data": told})
    await desk.page.route(
        "**/chapters/*/estimate", lambda route: route.fulfill(body=answer, content_type="application/json")
    )


@state
async def chapter_to_write(desk: Desk) -> None:
    await _novel(desk, "?chapter=1")
    await expect(desk.button("Sum up this chapter")).to_be_visible()


@state
async def chapter_being_written(desk: Desk) -> None:
    desk.gate.close(3)
    await desk.button("Sum up this chapter").click()
    await expect(desk.page.locator(".manuscript > .prose p").first).to_be_visible()


@state
async def chapter_written(desk: Desk) -> None:
    desk.gate.open()
    await expect(desk.page.locator(".goingon")).to_be_hidden()
    await desk.client.edit_chapter(desk.at["novel"], 1, _TEXT)
    await _with_a_model(desk)
    await _novel(desk, "?chapter=1")
    await expect(desk.page.locator(".manuscript > .prose p").nth(3)).to_be_visible()


@state
async def chapter_versions(desk: Desk) -> None:
    await desk.button("Versions").click()
    await desk.button("Show: Version 1").click()


@state
async def passage_selected(desk: Desk) -> None:
    await _novel(desk, "?chapter=1")
    await desk.page.locator(".manuscript > .prose p").nth(1).click(click_count=3)
    await expect(desk.page.locator(".picked-passage")).to_be_visible()


@state
async def passage_again(desk: Desk) -> None:
    await desk.button("Write this passage again").click()
    await expect(desk.page.get_by_role("dialog")).to_be_visible()


@state
async def chapter_edited(desk: Desk) -> None:
    await _novel(desk, "?chapter=1")
    await desk.button("Edit").click()
    await desk.page.get_by_label("The text of chapter 1").fill(f"Nine days.\n\n{_TEXT}")


@state
async def chapter_conflict(desk: Desk) -> None:
    await desk.client.edit_chapter(desk.at["novel"], 1, f"The other window.\n\n{_TEXT}")
    await desk.button("Keep it").click()
    await expect(desk.page.get_by_text("Changed in another window")).to_be_visible()


@state
async def chapter_with_a_wish(desk: Desk) -> None:
    await _novel(desk, "?chapter=2")
    await desk.page.get_by_text("With a wish, or a limit").click()


@state
async def chapter_failed(desk: Desk) -> None:
    await desk.page.unroute("**/chapters/*/estimate")
    desk.gate.fails = True
    await desk.client.draft_chapter(desk.at["novel"], 3)
    await _novel(desk, "?chapter=3")
    await expect(desk.page.locator(".manuscript .problem:visible")).to_be_visible()
    desk.gate.fails = False


@state
async def novel_plan(desk: Desk) -> None:
    await _novel(desk, "?view=plan")
    await expect(desk.page.locator(".relation-picture")).to_be_visible()


@state
async def novel_relations(desk: Desk) -> None:
    await desk.page.get_by_role("link", name="Relations").click()


@state
async def novel_board(desk: Desk) -> None:
    await _novel(desk, "?view=board")
    await desk.page.locator(".scene-card").first.click()


@state
async def novel_findings(desk: Desk) -> None:
    await _novel(desk, "?view=findings")


@state
async def novel_print(desk: Desk) -> None:
    await _novel(desk, "?view=print")
    await expect(desk.page.locator(".paper-chapter").first).to_be_attached()


@state
async def novel_exports(desk: Desk) -> None:
    await _novel(desk, "?chapter=1")
    await desk.page.get_by_label("Export this novel").click()


@state
async def picture_book(desk: Desk) -> None:
    await _novel(desk)
    await desk.page.get_by_label("More", exact=True).click()
    await desk.button("Make a picture book").click()
    await expect(desk.page.locator(".book-request")).to_contain_text("The words of the book")


@state
async def novels(desk: Desk) -> None:
    await desk.go("/novels")
    await expect(desk.page.locator(".made-novels li")).to_have_count(1)


@state
async def library(desk: Desk) -> None:
    for _ in range(SESSIONS):
        await desk.begin(mode="free_form", inspiration="")
    await desk.go("/")
    await expect(desk.page.locator(".novels li").nth(30)).to_be_visible()


@state
async def no_such_novel(desk: Desk) -> None:
    await desk.go("/novel/00000000-0000-4000-8000-000000000000")
