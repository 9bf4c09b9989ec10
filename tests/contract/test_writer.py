"""Any writer of chapters keeps to this; the offline one says what it is, and a real one hides real names."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from service.errors import ProviderPermanent
from service.providers.offline.pace import Pace
from service.providers.offline.synopsis import OfflineWriter
from service.providers.openai.client import Link
from service.providers.openai.structured import Answers
from service.providers.openai.writing import OpenAIWriter
from service.providers.writing import PassageAsk, SceneAsk, Writer
from tests.contract.conftest import MODEL
from tests.stubs.openai_server import OpenAIStub

SCENE = SceneAsk(
    language="en",
    facts={
        "people": [{"id": "c1", "name": "Ida"}, {"id": "c2", "name": "Bo Lindqvist"}],
        "place": {"id": "w1", "name": "The lamp room"},
    },
    chapter={"number": 1, "outcome": "The lamp is out", "hook": "A boat comes"},
    scene={"summary": "Ida climbs to the lamp", "people": ["c1"], "beats": ["She climbs", "She looks."]},
    number=1,
    of=1,
    words=500,
    real_names=("Bo Lindqvist",),
)
PASSAGE = PassageAsk("en", SCENE.facts, "The lamp went out.", "Slower.", real_names=("Bo Lindqvist",))


@pytest.fixture(params=["offline", "openai"])
def writer(request: pytest.FixtureRequest, link: Link) -> Writer:
    if request.param == "offline":
        return OfflineWriter(Pace(0))
    return OpenAIWriter(Answers(link, MODEL, timeout=5))


async def test_a_scene_grows_into_its_text(writer: Writer) -> None:
    heard: list[str] = []
    reply = await writer.write_scene(SCENE, heard.append)
    assert reply.model == writer.model
    assert heard
    assert reply.value.startswith(heard[-1][:20])
    assert [len(text) for text in heard] == sorted(len(text) for text in heard)


async def test_the_offline_writer_says_that_it_writes_a_synopsis() -> None:
    writer = OfflineWriter(Pace(0))
    text = (await writer.write_scene(replace(SCENE, of=2), lambda _: None)).value
    assert text.split("\n\n") == [
        "[Synopsis of the plan. The offline writer writes no prose.]",
        "Scene 1. The lamp room. Ida. Ida climbs to the lamp.",
        "She climbs. She looks.",
    ]
    last = (await writer.write_scene(replace(SCENE, number=2, of=2), lambda _: None)).value
    assert last.endswith("Outcome: The lamp is out.\n\nHook: A boat comes.")
    assert "Synopsis" not in last
    with pytest.raises(ProviderPermanent) as refused:
        await writer.rewrite_passage(PASSAGE, lambda _: None)
    assert refused.value.code == "WRITER_OFFLINE"


async def test_names_of_real_people_do_not_leave(stub: OpenAIStub, link: Link) -> None:
    writer = OpenAIWriter(Answers(link, MODEL, timeout=5))
    scene = await writer.write_scene(SCENE, lambda _: None)
    assert scene.value == "Ida climbed the stairs.\n\n“Ida climbs to the lamp” she said to Bo Lindqvist."
    asked = replace(PASSAGE, passage="Bo Lindqvist slept.")
    passage = await writer.rewrite_passage(asked, lambda _: None)
    assert passage.value == "Bo Lindqvist slept. Again: Slower."
    sent = json.dumps([one.body for one in stub.calls], ensure_ascii=False)
    assert "Lindqvist" not in sent
    assert "Ida" in sent
