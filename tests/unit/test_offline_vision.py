"""The offline validator measures files, and claims no more than it can see."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from service.domain.prompts import Prompt
from service.domain.story import PaletteStep
from service.providers.cpu import CpuPool
from service.providers.offline.image import render
from service.providers.offline.pace import Pace
from service.providers.offline.vision import OfflineVision, findings
from service.providers.protocols import PictureAsk, Question

ASK = PictureAsk(
    subject="cover", index=0, title="", characters=(), analysis=None, motif="", size=(128, 128),
    prompt=Prompt(()),
    palette=PaletteStep(name="Dusk", mood="calm", colours=("#fdf3dc", "#e9b98c", "#b8707a", "#4a3f6b")),
)  # fmt: skip
QUESTIONS = (
    Question("Is Maya in the picture?", character="Maya"),
    Question(
        "Is the wheelchair manual?",
        character="Maya",
        trait="manual_wheelchair",
        needs="Is Maya in the picture?",
    ),
)


def encoded(picture: Image.Image, kind: str = "PNG") -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, kind)
    return buffer.getvalue()


def verdicts(picture: bytes) -> list[str]:
    return [finding.verdict for finding in findings(ASK, picture, QUESTIONS)]


def test_sound_picture_is_reported_as_not_verifiable() -> None:
    found = findings(ASK, render(ASK).data, QUESTIONS)
    assert [finding.verdict for finding in found] == ["not_verifiable", "not_verifiable"]
    assert [finding.question for finding in found] == [question.text for question in QUESTIONS]
    assert found[1].trait == "manual_wheelchair"
    assert "person has to look" in found[0].evidence


def test_broken_file_is_absent() -> None:
    whole = render(ASK).data
    assert verdicts(whole[: len(whole) // 2]) == ["absent", "absent"]
    assert verdicts(b"not a picture") == ["absent", "absent"]


def test_blank_picture_is_absent() -> None:
    found = findings(ASK, encoded(Image.new("RGB", ASK.size, "#e9b98c")), QUESTIONS)
    assert {finding.verdict for finding in found} == {"absent"}
    assert "blank" in found[0].evidence


def test_picture_of_another_size_is_a_wrong_detail() -> None:
    found = findings(ASK, encoded(Image.effect_noise((64, 128), 80)), QUESTIONS)
    assert {finding.verdict for finding in found} == {"wrong_detail"}
    assert "64 by 128" in found[0].evidence


def test_picture_far_from_its_palette_is_a_wrong_detail() -> None:
    stripes = Image.new("RGB", ASK.size, "#00ff00")
    stripes.paste("#00c800", (0, 0, 64, 128))
    found = findings(ASK, encoded(stripes), QUESTIONS)
    assert {finding.verdict for finding in found} == {"wrong_detail"}
    assert "palette" in found[0].evidence


@pytest.mark.slow
async def test_provider_checks_in_the_pool() -> None:
    pool = CpuPool(1)
    try:
        reply = await OfflineVision(pool, Pace(0)).check(ASK, render(ASK).data, QUESTIONS)
    finally:
        pool.close()
    assert reply.model == "storytroupe-inspector-1"
    assert len(reply.value) == len(QUESTIONS)
