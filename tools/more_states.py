"""Further states: what stands beside a plan, and the pages of novels."""

from __future__ import annotations

import json

from playwright.async_api import expect

from tools.every_state import SESSIONS, STAGES, Screen, state

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
async def board(screen: Screen) -> None:
    await screen.open_session(screen.at["session"], "?view=board")
    await expect(screen.page.locator(".scene-card").first).to_be_visible()


@state
async def board_card(screen: Screen) -> None:
    await screen.page.locator(".scene-card").nth(1).click()
    await expect(screen.page.locator(".board-card")).to_be_visible()


@state
async def board_carried(screen: Screen) -> None:
    await screen.open_session(screen.at["session"], "?view=board")
    await screen.page.locator(".scene-card").nth(1).focus()
    for key in ("m", "ArrowDown", "ArrowDown"):
        await screen.page.keyboard.press(key)
    await expect(screen.page.locator(".drop")).to_be_visible()


@state
async def board_moved(screen: Screen) -> None:
    await screen.page.keyboard.press("Enter")
    await expect(screen.page.get_by_text("Moved to")).to_be_visible()


@state
async def board_beats(screen: Screen) -> None:
    await screen.page.get_by_role("radio", name="Beats").check(force=True)


@state
async def board_empty(screen: Screen) -> None:
    await screen.open_session(screen.at["free"], "?view=board")
    await expect(screen.page.get_by_text("No chapter is planned yet")).to_be_visible()


@state
async def history(screen: Screen) -> None:
    await screen.open_session(screen.at["session"], "?view=history")
    await expect(screen.page.locator(".decisions li").nth(2)).to_be_visible()


@state
async def history_restore(screen: Screen) -> None:
    await screen.page.locator(".decisions [data-key=r]").nth(3).click()
    await expect(screen.page.get_by_role("dialog")).to_be_visible()


@state
async def compare(screen: Screen) -> None:
    session = screen.at["session"]
    version = (await screen.client.read_session(session)).version
    other = await screen.send(
        None, "START_GENESIS", mode="free_form", **{"from": {"session_id": session, "version": version}}
    )
    motif = {
        "op": "add",
        "path": "theme.motifs",
        "value": {"name": "salt", "meaning": "what the tide leaves"},
    }
    said = {"op": "set", "path": "theme.statement", "value": "A kind lie is a debt."}
    await screen.send(str(other.session_id), "EDIT_STAGE", stage="theme", changes=[motif, said])
    await screen.send(session, "LOCK_FIELDS", paths=["concept.title"])
    title = {"op": "set", "path": "concept.title", "value": "The Tide on the Left"}
    await screen.send(str(other.session_id), "EDIT_STAGE", stage="concept", changes=[title])
    await screen.open_session(session, f"?view=compare&left=now&right=s{other.session_id}")
    await expect(screen.page.locator(".futures .path").first).to_be_visible()


@state
async def compare_picked(screen: Screen) -> None:
    await screen.button("Bring over").click()
    await expect(screen.page.locator(".tray")).to_be_visible()


@state
async def compare_proposals(screen: Screen) -> None:
    state_ = await screen.client.read_session(screen.at["session"])
    ids = list(state_.stages["plot"].proposals)[:2]
    await screen.open_session(screen.at["session"], f"?view=compare&left=pplot.{ids[0]}&right=pplot.{ids[1]}")
    await expect(screen.page.locator(".futures .path").first).to_be_visible()


@state
async def findings(screen: Screen) -> None:
    people = ({"name": "Nell", "age": 13, "summary": "Nell is 40."}, {"name": "Nela", "age": 13})
    changes = [{"op": "add", "path": "character.people", "value": one} for one in people]
    await screen.send(screen.at["free"], "EDIT_STAGE", stage="character", changes=changes)
    await screen.open_session(screen.at["free"], "?view=findings")
    await expect(screen.page.locator(".finding").first).to_be_visible()


@state
async def print_plan(screen: Screen) -> None:
    await screen.open_session(screen.at["session"], "?view=print")
    await expect(screen.page.locator(".paper-title")).not_to_be_empty()


@state
async def menu(screen: Screen) -> None:
    await screen.open_session(screen.at["session"])
    await screen.page.locator(".menu > summary").last.click()


@state
async def budget(screen: Screen) -> None:
    await screen.button("Budget").click()
    await expect(screen.page.get_by_role("dialog")).to_be_visible()


@state
async def keys(screen: Screen) -> None:
    await screen.open_session(screen.at["session"])
    await screen.page.keyboard.press("?")
    await expect(screen.page.get_by_role("dialog")).to_be_visible()


@state
async def link(screen: Screen) -> None:
    session = await screen.led("theme")
    await screen.open_session(session)
    await screen.button("Let somebody else choose").click()
    await expect(screen.page.get_by_role("dialog")).to_be_visible()
    screen.at["link"] = await screen.page.get_by_label("The link").input_value()


@state
async def chosen_by_link(screen: Screen) -> None:
    await screen.page.goto("about:blank")
    await screen.page.goto(screen.at["link"])
    await expect(screen.page.locator(".proposal").first).to_be_visible()


@state
async def ready_to_finish(screen: Screen) -> None:
    session = screen.at["session"]
    await screen.send(session, "CONFIRM_STAGE", stage=STAGES[-1])
    await screen.at_rest(session)
    await screen.open_session(session)
    await screen.button("Finish the plan").click()
    await expect(screen.page.get_by_role("dialog")).to_be_visible()


@state
async def finished(screen: Screen) -> None:
    session = screen.at["session"]
    done = await screen.send(session, "FINISH_GENESIS", allow_stale=True)
    screen.at["novel"] = done.result["novel_id"]
    await screen.open_session(session)


@state
async def given_up(screen: Screen) -> None:
    session = await screen.led("theme")
    await screen.send(session, "ABANDON_GENESIS")
    await screen.open_session(session)


# ── novels ──


async def _novel(screen: Screen, query: str = "") -> None:
    await screen.go(f"/novel/{screen.at['novel']}{query}")


async def _with_a_model(screen: Screen) -> None:
    told = {"model": "gpt-5.2", "calls": 3, "usd": 0.03, "seconds": None}
    answer = json.dumps({"success": True, "data": told})
    await screen.page.route(
        "**/chapters/*/estimate", lambda route: route.fulfill(body=answer, content_type="application/json")
    )


@state
async def chapter_to_write(screen: Screen) -> None:
    await _novel(screen, "?chapter=1")
    await expect(screen.button("Sum up this chapter")).to_be_visible()


@state
async def chapter_being_written(screen: Screen) -> None:
    screen.gate.close(3)
    await screen.button("Sum up this chapter").click()
    await expect(screen.page.locator(".manuscript > .prose p").first).to_be_visible()


@state
async def chapter_written(screen: Screen) -> None:
    screen.gate.open()
    await expect(screen.page.locator(".goingon")).to_be_hidden()
    await screen.client.edit_chapter(screen.at["novel"], 1, _TEXT)
    await _with_a_model(screen)
    await _novel(screen, "?chapter=1")
    await expect(screen.page.locator(".manuscript > .prose p").nth(3)).to_be_visible()


@state
async def chapter_versions(screen: Screen) -> None:
    await screen.button("Versions").click()
    await screen.button("Show: Version 1").click()


@state
async def passage_selected(screen: Screen) -> None:
    await _novel(screen, "?chapter=1")
    await screen.page.locator(".manuscript > .prose p").nth(1).click(click_count=3)
    await expect(screen.page.locator(".picked-passage")).to_be_visible()


@state
async def passage_again(screen: Screen) -> None:
    await screen.button("Write this passage again").click()
    await expect(screen.page.get_by_role("dialog")).to_be_visible()


@state
async def chapter_edited(screen: Screen) -> None:
    await _novel(screen, "?chapter=1")
    await screen.button("Edit").click()
    await screen.page.get_by_label("The text of chapter 1").fill(f"Nine days.\n\n{_TEXT}")


@state
async def chapter_conflict(screen: Screen) -> None:
    await screen.client.edit_chapter(screen.at["novel"], 1, f"The other window.\n\n{_TEXT}")
    await screen.button("Keep it").click()
    await expect(screen.page.get_by_text("Changed in another window")).to_be_visible()


@state
async def chapter_with_a_wish(screen: Screen) -> None:
    await _novel(screen, "?chapter=2")
    await screen.page.get_by_text("With a wish, or a limit").click()


@state
async def chapter_failed(screen: Screen) -> None:
    await screen.page.unroute("**/chapters/*/estimate")
    screen.gate.fails = True
    await screen.client.draft_chapter(screen.at["novel"], 3)
    await _novel(screen, "?chapter=3")
    await expect(screen.page.locator(".manuscript .problem:visible")).to_be_visible()
    screen.gate.fails = False


@state
async def novel_plan(screen: Screen) -> None:
    await _novel(screen, "?view=plan")
    await expect(screen.page.locator(".relation-picture")).to_be_visible()


@state
async def novel_relations(screen: Screen) -> None:
    await screen.page.get_by_role("link", name="Relations").click()


@state
async def novel_board(screen: Screen) -> None:
    await _novel(screen, "?view=board")
    await screen.page.locator(".scene-card").first.click()


@state
async def novel_findings(screen: Screen) -> None:
    await _novel(screen, "?view=findings")


@state
async def novel_print(screen: Screen) -> None:
    await _novel(screen, "?view=print")
    await expect(screen.page.locator(".paper-chapter").first).to_be_attached()


@state
async def novel_exports(screen: Screen) -> None:
    await _novel(screen, "?chapter=1")
    await screen.page.get_by_label("Export this novel").click()


@state
async def picture_book(screen: Screen) -> None:
    await _novel(screen)
    await screen.page.get_by_label("More", exact=True).click()
    await screen.button("Make a picture book").click()
    await expect(screen.page.locator(".book-request")).to_contain_text("The words of the book")


@state
async def novels(screen: Screen) -> None:
    await screen.go("/novels")
    await expect(screen.page.locator(".made-novels li")).to_have_count(1)


@state
async def library(screen: Screen) -> None:
    for _ in range(SESSIONS):
        await screen.begin(mode="free_form", inspiration="")
    await screen.go("/")
    await expect(screen.page.locator(".novels li").nth(30)).to_be_visible()


@state
async def no_such_novel(screen: Screen) -> None:
    await screen.go("/novel/00000000-0000-4000-8000-000000000000")
