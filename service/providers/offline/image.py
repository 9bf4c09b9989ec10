"""The offline illustrator as an image provider: it draws vector scenes and needs no network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256

from service.domain.offline import OFFLINE
from service.providers.cpu import CpuPool
from service.providers.offline.illustrator.finish.press import as_jpeg, encoded, printed
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


def render_again(ask: PictureAsk, digest: str, side: int) -> bytes | None:
    """Draw a picture again as a JPEG whose shorter side has ``side`` pixels. This takes about 15 seconds of
    CPU time for 2,625 pixels.

    Returns None if the request gives another picture than that whose SHA-256 begins with ``digest``: an older
    version of the illustrator drew it.
    """
    if not sha256(render(ask).data).hexdigest().startswith(digest):
        return None
    share = side / min(ask.size)
    size = (round(ask.size[0] * share), round(ask.size[1] * share))
    return as_jpeg(printed(drawn(replace(ask, size=size))))


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

    async def redraw(self, ask: PictureAsk, digest: str, side: int) -> bytes | None:
        """Draw a picture again, larger; see ``render_again``. Raises ``ProviderRetryable`` if the drawing
        process died."""
        return await self._cpu.run(render_again, ask, digest, side)
