"""The states of the pages of Genesis and of novels: how each is reached in a studio that runs.

``tools.novel_pictures --every`` takes their pictures. A state is a coroutine that leads the page there; the
offline planner and the writer stop where a state wants them to.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import Locator, Page, expect

from service.client.api import Client
from service.errors import ProviderPermanent
from service.providers.offline.pace import Pace

SPARK = "A girl who sets the type for the tide tables finds that one tide a year is left out on purpose."
STAGES = ("concept", "theme", "character", "world", "plot")
SESSIONS = 52
_SECONDS = 0.1


class Gate:
    """What the offline providers wait for: open, after some steps, or a failure."""

    def __init__(self) -> None:
        self._open = asyncio.Event()
        self._open.set()
        self._left: int | None = None
        self.fails = False

    def close(self, after: int) -> None:
        """Let so many steps pass, and then none."""
        self._left = after
        self._open.clear()

    def open(self) -> None:
        """Let everything pass."""
        self._left = None
        self._open.set()

    def reset(self) -> None:
        """Let everything pass, without a failure."""
        self.fails = False
        self.open()

    def waits(self) -> Callable[[Pace, float], Awaitable[None]]:
        """What takes the place of ``Pace.wait``."""

        async def wait(_pace: Pace, _seconds: float) -> None:
            if self.fails:
                raise ProviderPermanent("The planner does not answer.")
            if self._left:
                self._left -= 1
            else:
                await self._open.wait()

        return wait


@dataclass
class Desk:
    """A page of the studio, and what leads it. ``at`` is the session or the novel of the states that
    follow."""

    page: Page
    client: Client
    url: str
    gate: Gate
    at: dict[str, str] = field(default_factory=dict)

    async def go(self, route: str) -> None:
        """Open a route of the studio anew."""
        await self.page.goto("about:blank")
        await self.page.goto(f"{self.url}/#{route}")
        await expect(self.page.locator("h1:visible").first).not_to_be_empty()

    async def send(self, session: str | None, type_: str, **payload: Any) -> Any:
        """Send a command to a session, or start one."""
        return await self.client.send_command(type_, payload, session_id=session)

    async def begin(self, **payload: Any) -> str:
        """The id of a new session."""
        asked = {"inspiration": SPARK, "chapters": 12, "seed": 7, **payload}
        return str((await self.send(None, "START_GENESIS", **asked)).session_id)

    async def at_rest(self, session: str) -> Any:
        """The state as soon as no proposals are being written."""
        while (state := await self.client.read_session(session)).is_pending:  # noqa: ASYNC110
            await asyncio.sleep(_SECONDS)
        return state

    async def choose(self, session: str, stage: str) -> None:
        """Choose the first proposal of a stage."""
        state = await self.at_rest(session)
        await self.send(session, "SELECT_PROPOSAL", proposal_ids=[next(iter(state.stages[stage].proposals))])

    async def led(self, upto: str, **payload: Any) -> str:
        """A guided session whose steps before one are confirmed."""
        session = await self.begin(**payload)
        for stage in STAGES[: STAGES.index(upto)]:
            await self.choose(session, stage)
            await self.send(session, "CONFIRM_STAGE", stage=stage)
        await self.at_rest(session)
        return session

    async def open_session(self, session: str, query: str = "") -> None:
        """The page of a session."""
        await self.go(f"/novels/{session}{query}")

    def button(self, name: str) -> Locator:
        """A button by a part of its name."""
        return self.page.get_by_role("button", name=name).first

    def value(self, path: str) -> Locator:
        """A field of a plan."""
        return self.page.locator(f'.value[data-value="{path}"]')


#: A state by its name; None as long as it has no picture of its own.
State = Callable[[Desk], Awaitable[Any]]
STATES: dict[str, State] = {}


def state(lead: State) -> State:
    """Make a coroutine one of the states."""
    STATES[lead.__name__.replace("_", "-")] = lead
    return lead


# ── start ──


@state
async def start_spark(desk: Desk) -> None:
    await desk.go("/novels/new")
    await desk.page.get_by_label("Your spark").fill(SPARK)
    await expect(desk.page.locator(".bill tfoot")).not_to_be_empty()


@state
async def start_notes(desk: Desk) -> None:
    await desk.page.get_by_role("radio", name="My notes").check()
    await desk.page.get_by_role("radio", name="In any order").check()


@state
async def start_refused(desk: Desk) -> None:
    await desk.page.get_by_role("radio", name="Step by step").check()
    await desk.page.locator("button.primary:visible").first.click()
    await expect(desk.page.get_by_text("Paste your notes, or choose")).to_be_visible()


@state
async def start_nothing(desk: Desk) -> None:
    await desk.go("/novels/new")
    await desk.page.get_by_role("radio", name="Nothing yet").check()


# ── proposals ──


@state
async def concept_waiting(desk: Desk) -> None:
    desk.gate.close(0)
    desk.at["session"] = await desk.begin(budget_usd=2)
    await desk.open_session(desk.at["session"])
    await expect(desk.page.locator(".proposal[aria-busy]")).to_be_visible()


@state
async def concept_streaming(desk: Desk) -> None:
    desk.gate.open()
    await desk.at_rest(desk.at["session"])
    desk.gate.close(14)
    await desk.send(desk.at["session"], "GENERATE_INSPIRATION", stage="concept")
    await desk.open_session(desk.at["session"])
    await expect(desk.page.locator(".proposal")).not_to_have_count(1)


@state
async def concept_cancelled(desk: Desk) -> None:
    await desk.button("Stop").click()
    await expect(desk.page.locator(".proposal[aria-busy]")).to_have_count(0)
    desk.gate.open()


@state
async def concept_choosing(desk: Desk) -> None:
    desk.at["session"] = await desk.begin(budget_usd=2)
    await desk.at_rest(desk.at["session"])
    await desk.open_session(desk.at["session"])
    await expect(desk.page.locator(".proposal[data-status=open]")).to_have_count(3)


@state
async def concept_blend(desk: Desk) -> None:
    for number in (1, 2):
        await desk.page.get_by_label(f"Blend proposal {number}").check()


@state
async def concept_fields_taken(desk: Desk) -> None:
    await desk.page.get_by_label("Blend proposal 1").uncheck()
    for at in (1, 2, 4):
        await desk.page.locator(".proposal .take").nth(at).click()


@state
async def concept_said(desk: Desk) -> None:
    await desk.page.locator("#say").fill("Less sadness, and more of the sea.")
    await desk.button("Again with this in mind").click()
    await expect(desk.page.get_by_role("heading", name="Round 2: 3 proposals")).to_be_visible()


@state
async def concept_round_before(desk: Desk) -> None:
    await desk.button("See round 1").click()
    await expect(desk.page.get_by_role("heading", name="Round 1")).to_be_visible()


@state
async def concept_ten(desk: Desk) -> None:
    session = await desk.begin(inspiration="")
    await desk.at_rest(session)
    await desk.open_session(session)


@state
async def failed(desk: Desk) -> None:
    desk.gate.fails = True
    session = await desk.begin()
    await desk.at_rest(session)
    desk.gate.fails = False
    await desk.open_session(session)
    await expect(desk.page.locator(".problem:visible")).not_to_have_count(0)


@state
async def over_budget(desk: Desk) -> None:
    refused = json.dumps({"success": False, "code": "BUDGET_EXCEEDED", "message": "The budget is spent."})
    commands = "**/genesis/commands"
    await desk.open_session(desk.at["session"])
    await desk.page.route(
        commands, lambda route: route.fulfill(status=409, body=refused, content_type="application/json")
    )
    await desk.button("Other proposals").click()
    await expect(desk.page.get_by_text("The sum you set is reached")).to_be_visible()
    await desk.page.unroute(commands)


# ── words ──


@state
async def concept_words(desk: Desk) -> None:
    await desk.choose(desk.at["session"], "concept")
    await desk.open_session(desk.at["session"])


@state
async def concept_edited(desk: Desk) -> None:
    await desk.send(desk.at["session"], "LOCK_FIELDS", paths=["concept.title"])
    await desk.value("concept.logline").get_by_role("button", name="Edit").click()


@state
async def field_history(desk: Desk) -> None:
    session = desk.at["session"]
    for words in ("Another girl finds another tide.", "A girl finds the tide that nobody prints."):
        change = {"op": "set", "path": "concept.logline", "value": words}
        await desk.send(session, "EDIT_STAGE", stage="concept", changes=[change])
    await desk.open_session(session)
    await desk.value("concept.logline").get_by_role("button", name="History").click()
    await expect(desk.page.locator(".past li").nth(1)).to_be_visible()


@state
async def conflict(desk: Desk) -> None:
    path = "concept.logline"
    await desk.open_session(desk.at["session"])
    await expect(desk.page.get_by_text("Connected", exact=True)).to_be_attached()
    await desk.page.context.set_offline(True)
    await desk.value(path).get_by_role("button", name="Edit").click()
    await (
        desk.value(path).locator("textarea").fill("A girl of thirteen counts the tides, and one is missing.")
    )
    await desk.page.wait_for_timeout(1500)
    change = {"op": "set", "path": path, "value": "Her brother counts the tides, and one is missing."}
    await desk.send(desk.at["session"], "EDIT_STAGE", stage="concept", changes=[change])
    await desk.page.context.set_offline(False)
    await expect(desk.value(path).get_by_role("alert")).to_be_visible()


@state
async def away(desk: Desk) -> None:
    session = await desk.led("theme")
    await desk.open_session(session)
    await expect(desk.page.get_by_text("Connected", exact=True)).to_be_attached()
    await desk.page.context.set_offline(True)
    await expect(desk.page.get_by_text("The troupe goes on without you.")).to_be_visible()


@state
async def stale(desk: Desk) -> None:
    await desk.page.context.set_offline(False)
    session = await desk.led("character")
    change = {"op": "set", "path": "concept.logline", "value": "Another girl finds another tide."}
    await desk.send(session, "EDIT_STAGE", stage="concept", changes=[change])
    await desk.open_session(session, "?step=theme")
    await expect(desk.page.get_by_text("were drawn from words")).to_be_visible()


@state
async def empty_in_any_order(desk: Desk) -> None:
    desk.at["free"] = await desk.begin(mode="free_form")
    await desk.open_session(desk.at["free"], "?step=world")
    await expect(desk.button("Ask for proposals")).to_be_visible()


@state
async def world_in_any_order(desk: Desk) -> None:
    await desk.button("Ask for proposals").click()
    await desk.at_rest(desk.at["free"])


@state
async def written_by_hand(desk: Desk) -> None:
    await desk.open_session(desk.at["free"], "?step=character")
    await desk.button("Write").click()


def _steps() -> None:
    """Each step after the concept, its proposals and its words."""

    def lead(stage: str) -> tuple[State, State]:
        async def choosing(desk: Desk) -> None:
            desk.at["session"] = await desk.led(stage)
            await desk.open_session(desk.at["session"])
            await expect(desk.page.locator(".proposal[data-status=open]").first).to_be_visible()

        async def words(desk: Desk) -> None:
            await desk.choose(desk.at["session"], stage)
            await desk.open_session(desk.at["session"])
            for fold in await desk.page.locator(".step details.person > summary").all():
                await fold.click()
                if stage == "plot":
                    break

        return choosing, words

    for stage in STAGES[1:]:
        STATES[f"{stage}-choosing"], STATES[f"{stage}-words"] = lead(stage)


_steps()
