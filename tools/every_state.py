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
class Screen:
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
State = Callable[[Screen], Awaitable[Any]]
STATES: dict[str, State] = {}


def state(lead: State) -> State:
    """Make a coroutine one of the states."""
    STATES[lead.__name__.replace("_", "-")] = lead
    return lead


# ── start ──


@state
async def start_spark(screen: Screen) -> None:
    await screen.go("/novels/new")
    await screen.page.get_by_label("Your spark").fill(SPARK)
    await expect(screen.page.locator(".bill tfoot")).not_to_be_empty()


@state
async def start_notes(screen: Screen) -> None:
    await screen.page.get_by_role("radio", name="My notes").check()
    await screen.page.get_by_role("radio", name="In any order").check()


@state
async def start_refused(screen: Screen) -> None:
    await screen.page.get_by_role("radio", name="Step by step").check()
    await screen.page.locator("button.primary:visible").first.click()
    await expect(screen.page.get_by_text("Paste your notes, or choose")).to_be_visible()


@state
async def start_nothing(screen: Screen) -> None:
    await screen.go("/novels/new")
    await screen.page.get_by_role("radio", name="Nothing yet").check()


# ── proposals ──


@state
async def concept_waiting(screen: Screen) -> None:
    screen.gate.close(0)
    screen.at["session"] = await screen.begin(budget_usd=2)
    await screen.open_session(screen.at["session"])
    await expect(screen.page.locator(".proposal[aria-busy]")).to_be_visible()


@state
async def concept_streaming(screen: Screen) -> None:
    screen.gate.open()
    await screen.at_rest(screen.at["session"])
    screen.gate.close(14)
    await screen.send(screen.at["session"], "GENERATE_INSPIRATION", stage="concept")
    await screen.open_session(screen.at["session"])
    await expect(screen.page.locator(".proposal")).not_to_have_count(1)


@state
async def concept_cancelled(screen: Screen) -> None:
    await screen.button("Stop").click()
    await expect(screen.page.locator(".proposal[aria-busy]")).to_have_count(0)
    screen.gate.open()


@state
async def concept_choosing(screen: Screen) -> None:
    screen.at["session"] = await screen.begin(budget_usd=2)
    await screen.at_rest(screen.at["session"])
    await screen.open_session(screen.at["session"])
    await expect(screen.page.locator(".proposal[data-status=open]")).to_have_count(3)


@state
async def concept_blend(screen: Screen) -> None:
    for number in (1, 2):
        await screen.page.get_by_label(f"Blend proposal {number}").check()


@state
async def concept_fields_taken(screen: Screen) -> None:
    await screen.page.get_by_label("Blend proposal 1").uncheck()
    for at in (1, 2, 4):
        await screen.page.locator(".proposal .take").nth(at).click()


@state
async def concept_said(screen: Screen) -> None:
    await screen.page.locator("#say").fill("Less sadness, and more of the sea.")
    await screen.button("Again with this in mind").click()
    await expect(screen.page.get_by_role("heading", name="Round 2: 3 proposals")).to_be_visible()


@state
async def concept_round_before(screen: Screen) -> None:
    await screen.button("See round 1").click()
    await expect(screen.page.get_by_role("heading", name="Round 1")).to_be_visible()


@state
async def concept_ten(screen: Screen) -> None:
    session = await screen.begin(inspiration="")
    await screen.at_rest(session)
    await screen.open_session(session)


@state
async def failed(screen: Screen) -> None:
    screen.gate.fails = True
    session = await screen.begin()
    await screen.at_rest(session)
    screen.gate.fails = False
    await screen.open_session(session)
    await expect(screen.page.locator(".problem:visible")).not_to_have_count(0)


@state
async def over_budget(screen: Screen) -> None:
    refused = json.dumps({"success": False, "code": "BUDGET_EXCEEDED", "message": "The budget is spent."})
    commands = "**/genesis/commands"
    await screen.open_session(screen.at["session"])
    await screen.page.route(
        commands, lambda route: route.fulfill(status=409, body=refused, content_type="application/json")
    )
    await screen.button("Other proposals").click()
    await expect(screen.page.get_by_text("The sum you set is reached")).to_be_visible()
    await screen.page.unroute(commands)


# ── words ──


@state
async def concept_words(screen: Screen) -> None:
    await screen.choose(screen.at["session"], "concept")
    await screen.open_session(screen.at["session"])


@state
async def concept_edited(screen: Screen) -> None:
    await screen.send(screen.at["session"], "LOCK_FIELDS", paths=["concept.title"])
    await screen.value("concept.logline").get_by_role("button", name="Edit").click()


@state
async def field_history(screen: Screen) -> None:
    session = screen.at["session"]
    for words in ("Another girl finds another tide.", "A girl finds the tide that nobody prints."):
        change = {"op": "set", "path": "concept.logline", "value": words}
        await screen.send(session, "EDIT_STAGE", stage="concept", changes=[change])
    await screen.open_session(session)
    await screen.value("concept.logline").get_by_role("button", name="History").click()
    await expect(screen.page.locator(".past li").nth(1)).to_be_visible()


@state
async def conflict(screen: Screen) -> None:
    path = "concept.logline"
    await screen.open_session(screen.at["session"])
    await expect(screen.page.get_by_text("Connected", exact=True)).to_be_attached()
    await screen.page.context.set_offline(True)
    await screen.value(path).get_by_role("button", name="Edit").click()
    await (
        screen.value(path)
        .locator("textarea")
        .fill("A girl of thirteen counts the tides, and one is missing.")
    )
    await screen.page.wait_for_timeout(1500)
    change = {"op": "set", "path": path, "value": "Her brother counts the tides, and one is missing."}
    await screen.send(screen.at["session"], "EDIT_STAGE", stage="concept", changes=[change])
    await screen.page.context.set_offline(False)
    await expect(screen.value(path).get_by_role("alert")).to_be_visible()


@state
async def away(screen: Screen) -> None:
    session = await screen.led("theme")
    await screen.open_session(session)
    await expect(screen.page.get_by_text("Connected", exact=True)).to_be_attached()
    await screen.page.context.set_offline(True)
    await expect(screen.page.get_by_text("The troupe goes on without you.")).to_be_visible()


@state
async def stale(screen: Screen) -> None:
    await screen.page.context.set_offline(False)
    session = await screen.led("character")
    change = {"op": "set", "path": "concept.logline", "value": "Another girl finds another tide."}
    await screen.send(session, "EDIT_STAGE", stage="concept", changes=[change])
    await screen.open_session(session, "?step=theme")
    await expect(screen.page.get_by_text("were drawn from words")).to_be_visible()


@state
async def empty_in_any_order(screen: Screen) -> None:
    screen.at["free"] = await screen.begin(mode="free_form")
    await screen.open_session(screen.at["free"], "?step=world")
    await expect(screen.button("Ask for proposals")).to_be_visible()


@state
async def world_in_any_order(screen: Screen) -> None:
    await screen.button("Ask for proposals").click()
    await screen.at_rest(screen.at["free"])


@state
async def written_by_hand(screen: Screen) -> None:
    await screen.open_session(screen.at["free"], "?step=character")
    await screen.button("Write").click()


def _steps() -> None:
    """Each step after the concept, its proposals and its words."""

    def lead(stage: str) -> tuple[State, State]:
        async def choosing(screen: Screen) -> None:
            screen.at["session"] = await screen.led(stage)
            await screen.open_session(screen.at["session"])
            await expect(screen.page.locator(".proposal[data-status=open]").first).to_be_visible()

        async def words(screen: Screen) -> None:
            await screen.choose(screen.at["session"], stage)
            await screen.open_session(screen.at["session"])
            for fold in await screen.page.locator(".step details.person > summary").all():
                await fold.click()
                if stage == "plot":
                    break

        return choosing, words

    for stage in STAGES[1:]:
        STATES[f"{stage}-choosing"], STATES[f"{stage}-words"] = lead(stage)


_steps()
