"""Genesis by HTTP, without actors: commands with their codes, reading, streams, and who may do what."""

from __future__ import annotations

from uuid import uuid4

from service.http.app.routes import ROUTES
from tests.http_genesis import BASE, Session, a_wait, refused, send, start
from tests.http_service import Caller, HttpService
from tests.integration.test_hub_sse import Heard, Reader


async def test_a_session_is_started_and_changed_by_commands(maya: Caller) -> None:
    answered = await send(maya, "START_GENESIS", {"mode": "free_form", "inspiration": "Fog over the bay."})
    assert answered.status == 201
    session = Session(maya, answered.data["session_id"])
    assert (answered.data["decision_version"], answered.data["version"]) == (1, 1)
    assert {"command_type": "EDIT_STAGE", "stage": "concept"} in answered.data["available_actions"]
    done = await session.set(title="The Keeper")
    assert (done["decision_version"], done["version"], done["session_id"]) == (2, 2, session.id)
    state = (await session.read()).data
    assert (state["title"], state["decision_version"], state["is_pending"]) == ("The Keeper", 2, False)
    assert state["stages"]["concept"]["fields"]["title"]["by"] == "person"
    assert state["realtimeChannel"] == f"genesis:id={session.id}"
    assert state["inspiration"] == "Fog over the bay."


async def test_guided_session_asks_for_concepts_at_once(maya: Caller) -> None:
    session = await start(maya, mode="guided")
    state = (await session.read()).data
    assert (state["is_pending"], state["stages"]["concept"]["status"]) == (True, "proposing")
    assert state["jobs"]["concept_1"]["status"] == "queued"
    answered = await session.send("GENERATE_INSPIRATION", {"stage": "concept"})
    assert (answered.status, answered.code) == (409, "GENERATION_RUNNING")
    assert (await session.send("CANCEL_GENERATION", {"stage": "concept"})).status == 200
    assert (await session.read()).data["is_pending"] is False


async def test_repeated_command_is_refused_with_its_first_result(maya: Caller) -> None:
    session, id_ = await start(maya), str(uuid4())
    payload = {"stage": "concept", "text": "More fog."}
    first = await session.send("SUBMIT_FEEDBACK", payload, command_id=id_)
    again = await session.send("SUBMIT_FEEDBACK", payload, command_id=id_)
    assert (again.status, again.code, again.json["data"]) == (409, "COMMAND_REPEATED", first.data)
    other = await session.send("SUBMIT_FEEDBACK", {**payload, "text": "Less."}, command_id=id_)
    assert (other.status, other.code) == (422, "COMMAND_ID_REUSED")


async def test_another_user_may_use_the_same_command_id(maya: Caller, stranger: Caller) -> None:
    id_ = str(uuid4())
    for user in (maya, stranger):
        assert (await send(user, "START_GENESIS", {"mode": "free_form"}, command_id=id_)).status == 201


async def test_command_for_an_older_version_is_told_what_changed(maya: Caller) -> None:
    session = await start(maya)
    await session.set(title="The Keeper")
    answered = await session.send("NAVIGATE", {"stage": "plot"}, expected_version=1)
    assert (answered.status, answered.code) == (409, "DECISION_STALE")
    assert answered.json["data"] == {"decision_version": 2, "version": 2, "paths": ["concept.title"]}


async def test_each_refusal_has_its_status_and_code(maya: Caller) -> None:
    session = await start(maya)
    guided = await start(maya, mode="guided")
    assert await refused(guided, "CONFIRM_STAGE", {"stage": "theme"}) == (409, "STAGE_NOT_REACHED")
    assert await refused(session, "CONFIRM_STAGE", {"stage": "theme"}) == (409, "STAGE_INCOMPLETE")
    chosen = {"proposal_ids": [str(uuid4())]}
    assert await refused(session, "SELECT_PROPOSAL", chosen) == (404, "PROPOSAL_NOT_FOUND")
    assert await refused(session, "DANCE", {}) == (422, "COMMAND_UNKNOWN")
    assert await refused(session, "EXPIRE", {}) == (422, "COMMAND_UNKNOWN")
    await session.send("LOCK_FIELDS", {"paths": ["concept.title"]})
    change = {"stage": "concept", "changes": [{"op": "set", "path": "concept.title", "value": "No"}]}
    assert await refused(session, "EDIT_STAGE", change) == (409, "FIELD_LOCKED")
    assert (await session.send("ABANDON_GENESIS", {"reason": "Enough."})).status == 200
    assert await refused(session, "EDIT_STAGE", change) == (410, "SESSION_CLOSED")
    assert (await session.read()).data["status"] == "abandoned"
    gone = Session(maya, str(uuid4()))
    assert await refused(gone, "NAVIGATE", {"stage": "plot"}) == (404, "SESSION_NOT_FOUND")


async def test_wrong_fields_are_named_by_their_paths(maya: Caller) -> None:
    session = await start(maya)
    answered = await session.send("NAVIGATE", {"stage": "kitchen", "more": 1})
    assert (answered.status, answered.code) == (422, "INVALID_INPUT")
    assert set(answered.paths) == {"payload.stage", "payload.more"}
    answered = await maya("POST", f"{BASE}/commands", {"command_type": "NAVIGATE"})
    assert "command_id" in answered.paths
    assert (await maya("POST", f"{BASE}/commands", b"[]")).status == 422
    assert (await maya("POST", f"{BASE}/commands", b"{")).code == "INVALID_JSON"


async def test_text_of_a_whole_part_of_material_is_taken(maya: Caller) -> None:
    session = await start(maya, inspiration="é" * 60_000)
    answered = await session.send("IMPORT_MATERIAL", {"text": "a" * (1 << 20)})
    assert answered.status == 200
    state = (await session.read()).data
    assert len(state["inspiration"]) == 60_000
    (material,) = state["material"].values()
    assert (material["bytes"], len(material["text"])) == (1 << 20, 200)
    assert (await session.send("IMPORT_MATERIAL", {"text": "a" * (1 << 20) + "b"})).status == 422


async def test_state_at_a_version_is_the_state_of_that_time(maya: Caller) -> None:
    session = await start(maya)
    await session.set(title="First")
    then = (await session.read()).data
    await session.set(title="Second")
    assert (await session.read("state?at=2")).data == {**then, "jobs": {}}
    assert (await session.read("state?at=1")).data["title"] == "Fog."
    for wrong in ("0", "99", "x", "-1"):
        answered = await session.read(f"state?at={wrong}")
        assert (answered.status, answered.paths) == (422, ["at"])


async def test_history_has_each_decision_by_pages(maya: Caller) -> None:
    session = await start(maya)
    await session.set(title="First", genre="mystery")
    await session.send("LOCK_FIELDS", {"paths": ["concept.title"]})
    page = (await session.read("history?limit=2")).data
    assert [one["command_type"] for one in page["items"]] == ["LOCK_FIELDS", "EDIT_STAGE"]
    assert [one["decision_version"] for one in page["items"]] == [3, 2]
    assert page["items"][1]["paths"] == ["concept.genre", "concept.title"]
    assert page["items"][1]["events"] == ["field.edited"]
    rest = (await session.read(f"history?limit=2&cursor={page['next_cursor']}")).data
    assert [(one["command_type"], one["by"]) for one in rest["items"]] == [("START_GENESIS", "person")]
    assert rest["next_cursor"] is None


async def test_diff_names_the_paths_of_two_versions_or_sessions(maya: Caller) -> None:
    session = await start(maya)
    await session.set(title="First")
    await session.set(title="Second", genre="mystery")
    found = (await session.read("diff?from=2")).data
    assert (found["from"], found["to"]) == (2, 3)
    assert found["changes"] == {
        "concept.title": {"before": "First", "after": "Second"},
        "concept.genre": {"after": "mystery"},
    }
    assert (await session.read("diff?from=2&to=2")).data["changes"] == {}
    branch = await send(maya, "START_GENESIS", {"from": {"session_id": session.id, "version": 2}})
    other = branch.data["session_id"]
    assert (await session.read(f"diff?from=2&other={other}")).data["changes"] == {}
    assert (await session.read("diff")).paths == ["from"]
    assert (await session.read("diff?from=2&to=9")).paths == ["to"]


async def test_a_field_is_copied_from_a_branch_and_from_an_earlier_version(maya: Caller) -> None:
    session = await start(maya)
    await session.set(title="First", genre="mystery")
    branch = await send(maya, "START_GENESIS", {"from": {"session_id": session.id, "version": 2}})
    other = Session(maya, branch.data["session_id"])
    await other.set(title="Theirs", genre="romance")
    source = {"session_id": other.id, "version": 2}
    copied = await session.send("COPY_FIELDS", {"from": source, "paths": ["concept.title"]})
    assert (copied.status, copied.data["result"]) == (200, {"copied": ["concept.title"]})
    fields = (await session.read()).data["stages"]["concept"]["fields"]
    assert (fields["title"]["value"], fields["title"]["by"]) == ("Theirs", "person")
    assert fields["genre"]["value"] == "mystery"
    (decided, *_) = (await session.read("history")).data["items"]
    assert (decided["command_type"], decided["paths"]) == ("COPY_FIELDS", ["concept.title"])
    back = {"from": {"session_id": session.id, "version": 2}, "paths": ["concept.title"]}
    stale = await session.send("COPY_FIELDS", back, expected_version=2)
    assert (stale.status, stale.code, stale.json["data"]["paths"]) == (
        409,
        "DECISION_STALE",
        ["concept.title"],
    )
    await session.send("LOCK_FIELDS", {"paths": ["concept"]})
    assert await refused(session, "COPY_FIELDS", back) == (409, "FIELD_LOCKED")
    await session.send("UNLOCK_FIELDS", {"paths": ["concept"]})
    assert (await session.send("COPY_FIELDS", back)).status == 200
    assert (await session.read()).data["title"] == "First"
    late = await session.send("COPY_FIELDS", {**back, "from": {**source, "version": 99}})
    assert (late.status, late.code) == (422, "INVALID_INPUT")


async def test_sessions_are_listed_newest_first_by_pages(maya: Caller) -> None:
    first, second = await start(maya), await start(maya)
    await second.send("ABANDON_GENESIS")
    page = (await maya("GET", f"{BASE}?limit=1")).data
    assert [one["id"] for one in page["items"]] == [second.id]
    rest = (await maya("GET", f"{BASE}?limit=1&cursor={page['next_cursor']}")).data
    assert [one["id"] for one in rest["items"]] == [first.id]
    active = (await maya("GET", f"{BASE}?status=active")).data["items"]
    assert [(one["id"], one["title"], one["waits"]) for one in active] == [(first.id, "Fog.", 0)]
    assert (await maya("GET", f"{BASE}?status=lost")).paths == ["status"]


async def test_a_finding_cites_its_fields_and_can_be_dismissed(maya: Caller) -> None:
    session = await start(maya)
    people = ({"op": "add", "path": "character.people", "value": {"name": name}} for name in ("Jon", "John"))
    assert (await session.send("EDIT_STAGE", {"stage": "character", "changes": list(people)})).status == 200
    (found,) = (await session.read("findings")).data["items"]
    assert (found["rule"], found["severity"], found["dismissed"]) == ("near_names", "hint", None)
    assert [(one["revision"], one["quote"]) for one in found["citations"]] == [(2, "Jon"), (2, "John")]
    assert (await session.read()).data["findings"] == [found]
    payload = {"finding_id": found["id"], "reason": "They are twins."}
    assert (await session.send("DISMISS_FINDING", payload)).status == 200
    assert (await session.read()).data["findings"] == []
    (dismissed,) = (await session.read("findings")).data["items"]
    assert (dismissed["id"], dismissed["dismissed"]["reason"]) == (found["id"], "They are twins.")
    assert (dismissed["dismissed"]["by"], dismissed["dismissed"]["at"] is None) == ("person", False)
    assert (await Session(maya, str(uuid4())).read("findings")).code == "SESSION_NOT_FOUND"


async def test_calls_are_a_list(maya: Caller) -> None:
    session = await start(maya)
    assert (await session.read("calls")).data == {"items": [], "next_cursor": None}


async def test_estimate_names_the_rounds_and_does_nothing(maya: Caller) -> None:
    session = await start(maya)
    body = {"command_id": str(uuid4()), "session_id": session.id, "command_type": "GENERATE_INSPIRATION"}
    path = f"{BASE}/{session.id}/estimate"
    answered = await maya("POST", path, {**body, "payload": {"stage": "concept", "count": 2}})
    (line,) = answered.data["rounds"]
    assert (line["stage"], line["count"]) == ("concept", 2)
    assert (await session.read()).data["version"] == 1
    free = await maya("POST", path, {**body, "command_type": "RESTORE", "payload": {"to_version": 1}})
    assert (free.data["rounds"], free.data["high_usd"]) == ([], 0.0)
    elsewhere = await maya("POST", path, {**body, "session_id": str(uuid4()), "payload": {"stage": "plot"}})
    assert elsewhere.paths == ["session_id"]


async def test_a_plan_is_estimated_before_it_is_begun(maya: Caller) -> None:
    body = {"command_id": str(uuid4()), "command_type": "START_GENESIS", "payload": {"chapters": 12}}
    answered = await maya("POST", f"{BASE}/estimate", body)
    assert [line["count"] for line in answered.data["rounds"]] == [10, 3, 3, 3, 3]
    with_spark = await maya("POST", f"{BASE}/estimate", {**body, "payload": {"inspiration": "Fog."}})
    assert [line["count"] for line in with_spark.data["rounds"]] == [3] * 5
    assert (await maya("GET", BASE)).data["items"] == []
    other = await maya(
        "POST",
        f"{BASE}/estimate",
        {**body, "command_type": "NAVIGATE", "session_id": str(uuid4()), "payload": {"stage": "plot"}},
    )
    assert other.paths == ["command_type"]


async def test_both_spellings_of_the_paths_are_one_interface(maya: Caller) -> None:
    paths = {(route.method, route.path) for route in ROUTES if "/genesis" in route.path}
    long = {(method, path) for method, path in paths if path.startswith("/api/v1/")}
    assert paths - long == {(method, path.removeprefix("/api/v1")) for method, path in long}
    session = await start(maya, base="/genesis")
    await session.set(title="Short")
    for part in ("state", "history", "diff?from=1", "findings", "calls"):
        short = await session.read(part)
        whole = await Session(maya, session.id).read(part)
        assert (short.status, short.data) == (200, whole.data), part


async def test_deleted_session_is_gone(http_service: HttpService, maya: Caller) -> None:
    session = await start(maya, mode="guided")
    assert (await maya("DELETE", f"{BASE}/{session.id}")).data == {"id": session.id, "deleted": True}
    assert (await session.read()).code == "SESSION_NOT_FOUND"
    assert await http_service.jobs_of(session.id) == []


# ── waits ──


async def test_waits_are_listed_with_the_id_that_answers_them(
    http_service: HttpService, maya: Caller
) -> None:
    session = await start(maya)
    assert (await session.read("waits")).data["items"] == []
    id_ = await a_wait(http_service, session)
    (wait,) = (await session.read("waits")).data["items"]
    assert (wait["correlation_id"], wait["stage"], wait["round"], wait["status"]) == (
        id_,
        "concept",
        1,
        "open",
    )
    shown = (await maya("GET", f"{BASE}/resume/{id_}")).data
    assert (shown["title"], shown["proposals"]) == ("Fog.", {})


async def test_link_opens_one_wait_and_nothing_else(http_service: HttpService, maya: Caller) -> None:
    session = await start(maya)
    id_, other = await a_wait(http_service, session), await a_wait(http_service, await start(maya))
    link = (await maya("POST", f"{BASE}/waits/{id_}/link", {"expires_in": 60})).data["url"]
    outside = http_service.nobody()
    assert (await outside("GET", link)).data["session_id"] == session.id
    for wrong in (link.replace(id_, other), link.replace("sig=", "sig=x"), link.partition("?")[0]):
        assert (await outside("GET", wrong)).status == 401
    elsewhere = link.replace(f"resume/{id_}", f"{session.id}/state")
    assert (await outside("GET", elsewhere)).status == 401
    empty = await outside("POST", link, {})
    assert (empty.status, empty.code) == (422, "INVALID_INPUT")


# ── live ──


async def test_sessions_are_in_the_feed_of_their_owner(maya: Caller, stranger: Caller) -> None:
    session = await start(maya)
    for user, ids in ((maya, [session.id]), (stranger, [])):
        headers = {"Authorization": f"Bearer {user.token}"}
        async with user._session.get(f"{user.url}/api/v1/account/events", headers=headers) as response:
            snapshot = await Reader(response).hear()
            assert snapshot is not None
            assert [one["id"] for one in snapshot.data["state"]["sessions"]] == ids


# ── streams ──


async def heard(session: Session, query: str = "", until: str = "", **headers: str) -> list[Heard]:
    """What a stream says, up to the event with this type."""
    sent = {"Authorization": f"Bearer {session.user.token}", **headers}
    url = f"{session.user.url}{session.base}/{session.id}/events/stream{query}"
    found = []
    async with session.user._session.get(url, headers=sent) as response:
        assert response.status == 200
        reader = Reader(response)
        while (one := await reader.hear()) is not None:
            found.append(one)
            if one.event == until:
                break
    return found


async def test_stream_begins_with_the_state_and_resumes_without_loss(maya: Caller) -> None:
    session = await start(maya)
    await session.set(title="First")
    (snapshot,) = await heard(session, until="snapshot")
    assert (snapshot.id, snapshot.data["state"]["title"]) == ("2", "First")
    await session.set(title="Second")
    await session.send("LOCK_FIELDS", {"paths": ["concept.title"]})
    missed = await heard(session, until="field.locked", **{"Last-Event-ID": "1"})
    assert [(one.id, one.event) for one in missed] == [
        ("2", "field.edited"),
        ("3", "field.edited"),
        ("4", "field.locked"),
    ]
    assert missed[1].data["data"]["patch"]["stages"]["concept"]["fields"]["title"]["value"] == "Second"


async def test_stream_sends_the_types_that_are_asked_for(maya: Caller) -> None:
    session = await start(maya)
    await session.set(title="First")
    await session.send("LOCK_FIELDS", {"paths": ["concept.title"]})
    await session.send("NAVIGATE", {"stage": "plot"})
    query = "?types=stage.*,field.locked&last_event_id=1"
    some = await heard(session, query, until="stage.entered")
    assert [(one.id, one.event) for one in some] == [("3", "field.locked"), ("4", "stage.entered")]
    for wrong in ("stage", "stage.*,", "a b", "*.*"):
        answered = await session.read(f"events/stream?types={wrong}")
        assert (answered.status, answered.paths) == (422, ["types"])


async def test_an_imported_text_is_sorted_by_a_round_of_each_stage_that_has_an_estimate(maya: Caller) -> None:
    session = await start(maya)
    payload = {"text": "Ilse keeps the ferry. " * 1000, "into": ["character", "world"]}
    command = {"command_id": str(uuid4()), "command_type": "IMPORT_MATERIAL", "session_id": session.id}
    forecast = await maya("POST", f"{BASE}/{session.id}/estimate", {**command, "payload": payload})
    assert [(one["stage"], one["count"]) for one in forecast.data["rounds"]] == [
        ("character", 1),
        ("world", 1),
    ]
    done = (await session.send("IMPORT_MATERIAL", payload)).data
    assert done["result"]["rounds"] == {"character": 1, "world": 1}
    state = (await session.read()).data
    assert state["material"][done["result"]["material_id"]]["into"] == ["character", "world"]
    assert state["jobs"].keys() == {"character_1", "world_1"}
