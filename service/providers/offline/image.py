"""The offline illustrator as an image provider: it draws vector scenes and needs no network."""

from __future__ import annotations

from collections.abc import Sequence

from service.domain.offline import OFFLINE
from service.providers.cpu import CpuPool
from service.providers.offline.illustrator.finish.press import encoded, printed
from service.providers.offline.illustrator.finish.textures import textures
from service.providers.offline.illustrator.scene import drawn
from service.providers.offline.models import IMAGE as MODEL
from service.providers.offline.pace import IMAGE_SECONDS, Pace
from service.providers.protocols import Picture, PictureAsk
from service.providers.replies import Reply, Usage


def render(ask: PictureAsk) -> Picture:
    """Draw a picture. Returns a PNG of ``ask.size`` pixels, and a description of the picture. The same
    request gives the same result."""
    drawing = drawn(ask)
    return Picture(encoded(printed(drawing)), "image/png", *ask.size, alt=drawing.alt)


def warm(size: tuple[int, int]) -> None:
    """Make the noise of the finishes for pictures of this size, before the first picture needs it."""
    textures(size)


class OfflineImage:
    """Draws pictures in the CPU pool. References are not needed, because the same description always gives
    the same look of a hero."""

    provider, model = OFFLINE, MODEL

    def __init__(self, cpu: CpuPool, pace: Pace) -> None:
        self._cpu = cpu
        self._pace = pace

    async def draw(self, ask: PictureAsk, references: Sequence[bytes]) -> Reply[Picture]:
        """Draw one picture. Raises ``ProviderRetryable`` if the drawing process died."""
        del references
        picture, seconds = await self._cpu.timed(render, ask)
        await self._pace.wait(IMAGE_SECONDS)
        return Reply(picture, MODEL, Usage(images=1, seconds=seconds))
