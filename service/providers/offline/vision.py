"""The offline validator: it opens the picture file, and checks only what can be measured.

It finds out whether a file is broken, blank, of the wrong size or far from its palette. It cannot see who is
in a picture, and answers every question about this with "not_verifiable".
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Sequence
from typing import Literal

import numpy as np
from PIL import Image

from service.domain.offline import OFFLINE
from service.domain.story import Finding, PaletteStep
from service.errors import ProviderRefused
from service.providers.cpu import CpuPool
from service.providers.offline.illustrator.colour import distance
from service.providers.offline.models import VISION as MODEL
from service.providers.offline.pace import ANALYSIS_SECONDS, Pace
from service.providers.protocols import Alt, Likeness, PictureAsk, Question
from service.providers.replies import Reply, Usage

#: The minimum standard deviation of the lightness (0–255) in a picture that is not blank.
_FLAT = 6.0
#: The maximum average distance of the picture's main colours from the palette, in OKLab.
_FAR = 0.2

_UNSEEN = (
    "The offline validator opened the file and found it whole, {found}. "
    "It cannot recognise people or things, so a person has to look at this."
)


def inspect(ask: PictureAsk | None, picture: bytes) -> tuple[Literal["absent", "wrong_detail"], str] | None:
    """Measure a picture. Returns a verdict and its evidence if something is wrong, and None otherwise.

    If ``ask`` is None, any size and any colours are correct.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with Image.open(io.BytesIO(picture)) as opened:
                seen = opened.convert("RGB")
    except Exception as broken:  # whatever a decoder says of a broken file, it is broken
        return "absent", f"The file cannot be decoded as a picture ({type(broken).__name__})."
    if ask is not None and seen.size != ask.size:
        return "wrong_detail", f"The picture is {_said(seen.size)}; {_said(ask.size)} was asked for."
    small = seen.resize((64, 64), Image.Resampling.BOX)
    spread = float(np.asarray(small.convert("L"), dtype=np.float32).std())
    if spread < _FLAT:
        return "absent", f"The picture is all but blank: its lightness varies by {spread:.1f} of 255 only."
    away = palette_distance(small, ask.palette) if ask is not None else 0.0
    if ask is not None and away > _FAR:
        return (
            "wrong_detail",
            f"The picture's main colours are {away:.2f} from the palette “{ask.palette.name}”; "
            f"up to {_FAR} is near.",
        )
    return None


def palette_distance(picture: Image.Image, palette: PaletteStep) -> float:
    """The mean distance in OKLab from each main colour of the picture to the nearest colour of the
    palette."""
    if not palette.colours:
        return 0.0
    reduced = picture.quantize(colors=8, method=Image.Quantize.MEDIANCUT).convert("RGB")
    pixels = reduced.getcolors(maxcolors=4096) or []
    total, weight = 0.0, 0
    for count, colour in pixels:
        if isinstance(colour, tuple):
            shade = "#" + "".join(f"{channel:02x}" for channel in colour[:3])
            total += count * min(distance(shade, near) for near in palette.colours)
            weight += count
    return total / weight if weight else 0.0


def _said(size: tuple[int, int]) -> str:
    return f"{size[0]} by {size[1]} pixels"


def findings(ask: PictureAsk | None, picture: bytes, questions: Sequence[Question]) -> tuple[Finding, ...]:
    """One finding for each question, in order."""
    fault = inspect(ask, picture)
    found = f"{_said(ask.size)}, not blank and near its palette" if ask is not None else "and not blank"
    evidence = fault[1] if fault else _UNSEEN.format(found=found)
    verdict = fault[0] if fault else "not_verifiable"
    return tuple(
        Finding(
            question=question.text,
            verdict=verdict,
            evidence=evidence,
            character=question.character,
            trait=question.trait,
        )
        for question in questions
    )


class OfflineVision:
    """Checks pictures by measurement, in the CPU pool. The offline illustrator keeps to the size and the
    colours of a request; from another one (``own`` is false), any size and any colours are correct."""

    provider, model = OFFLINE, MODEL

    def __init__(self, cpu: CpuPool, pace: Pace, *, own: bool = True) -> None:
        self._cpu = cpu
        self._pace = pace
        self._own = own

    @property
    def safety_apart(self) -> bool:
        """False, because the validator reads no text. It answers all questions in one call."""
        return False

    @property
    def sees(self) -> bool:
        """False, because the validator only measures."""
        return False

    async def check(
        self,
        ask: PictureAsk,
        picture: bytes,
        questions: Sequence[Question],
        beside: Sequence[Likeness] = (),
    ) -> Reply[tuple[Finding, ...]]:
        """Answer each question about one encoded picture.

        Raises ``ProviderRetryable`` if the measuring process died.
        """
        return await self._measured(ask if self._own else None, picture, questions)

    async def look(self, picture: bytes, questions: Sequence[Question]) -> Reply[tuple[Finding, ...]]:
        """Answer questions about a picture without a request. Any size and any colours are correct."""
        return await self._measured(None, picture, questions)

    async def describe(self, ask: PictureAsk, picture: bytes, language: str) -> Reply[Alt]:
        """Raises ``ProviderRefused``: the validator cannot say what a picture shows."""
        raise ProviderRefused("The offline validator cannot describe pictures.")

    async def _measured(
        self, ask: PictureAsk | None, picture: bytes, questions: Sequence[Question]
    ) -> Reply[tuple[Finding, ...]]:
        found, seconds = await self._cpu.timed(findings, ask, picture, tuple(questions))
        await self._pace.wait(ANALYSIS_SECONDS)
        return Reply(found, MODEL, Usage(seconds=seconds))
