"""The offline writer behind the protocol of writers: a synopsis of each scene, which says that it is one.

Prose from pieces reads badly over a whole chapter, so this writer does not pretend to write any.
"""

from __future__ import annotations

from collections.abc import Iterator

from service.domain.offline import OFFLINE, SYNOPSIS_NOTICE
from service.errors import ProviderPermanent
from service.providers.offline.models import SYNOPSIS as MODEL
from service.providers.offline.pace import SCENE_SECONDS, Pace
from service.providers.replies import Reply, Usage
from service.providers.writing import OnText, PassageAsk, SceneAsk

_ENDS = (".", "!", "?", "…", '"', "”")


class OfflineWriter:
    """Sums the plan of a scene up; the same ask gives the same text."""

    provider, model = OFFLINE, MODEL

    def __init__(self, pace: Pace) -> None:
        self._pace = pace

    async def write_scene(self, ask: SceneAsk, on_text: OnText) -> Reply[str]:
        """The synopsis of a scene, paragraph by paragraph."""
        paragraphs = list(_paragraphs(ask))
        for count in range(1, len(paragraphs) + 1):
            on_text("\n\n".join(paragraphs[:count]))
            await self._pace.wait(SCENE_SECONDS / len(paragraphs))
        text = "\n\n".join(paragraphs)
        return Reply(text, MODEL, Usage(characters=len(text)))

    async def rewrite_passage(self, ask: PassageAsk, on_text: OnText) -> Reply[str]:
        """Raises ``ProviderPermanent``: an instruction cannot be followed without a language model."""
        raise ProviderPermanent(
            "The offline writer cannot write a passage again. Edit the text, or choose a text provider.",
            code="WRITER_OFFLINE",
        )


def _paragraphs(ask: SceneAsk) -> Iterator[str]:
    if ask.number == 1:
        yield SYNOPSIS_NOTICE
    where = [str(ask.facts["place"]["name"])] if ask.facts.get("place", {}).get("name") else []
    there = [
        str(one["name"]) for one in ask.facts.get("people", ()) if one["id"] in ask.scene.get("people", ())
    ]
    yield f"Scene {ask.number}. " + " ".join(
        _sentence(part)
        for part in (", ".join(where), ", ".join(there), str(ask.scene.get("summary", "")))
        if part
    )
    if beats := [_sentence(str(beat)) for beat in ask.scene.get("beats", ())]:
        yield " ".join(beats)
    if turn := ask.scene.get("turn"):
        yield f"Turn: {_sentence(str(turn))}"
    if ask.number == ask.of:
        yield from _ending(ask)


def _ending(ask: SceneAsk) -> Iterator[str]:
    """What the chapter comes to, behind its last scene."""
    for label, key in (("Outcome", "outcome"), ("Hook", "hook")):
        if text := ask.chapter.get(key):
            yield f"{label}: {_sentence(str(text))}"


def _sentence(text: str) -> str:
    folded = " ".join(text.split())
    return folded if folded.endswith(_ENDS) else f"{folded}."
