"""Places the things of a staging that are neither its focus nor its second character."""

from __future__ import annotations

from collections.abc import Sequence

from service.providers.offline.illustrator.finish.passes import Layer
from service.providers.offline.illustrator.page import Composed
from service.providers.offline.illustrator.places.stage import Stage
from service.providers.offline.illustrator.subjects import Staged
from service.providers.offline.illustrator.svg import group, halo, moved

_SKIES = ((0.16, 0.2), (0.84, 0.16), (0.5, 0.1))
#: The planes of these things lie behind the group.
_FIRST, _DEPTH = 97, 2


def around(others: Sequence[Staged], composed: Composed, stage: Stage) -> list[Layer]:
    """The layers of these things, as far as the space allows. The subject of a layer is ``air`` or ``ground``
    with the name of the thing."""
    free, skies = list(composed.free), _away(composed, stage)
    layers: list[Layer] = []
    scale = stage.camera.unit * 0.95
    for staged in others:
        plane = _FIRST + len(layers) * (_DEPTH + 1)
        thing = staged.thing
        if thing.place == "air" and skies:
            x, y = skies.pop(0)
            size = min(scale, 1.5) * thing.grow * 0.9
            drawn = moved(staged.svg, stage.width * x, stage.horizon * y + 130, size)
            layers.append(Layer(group(drawn, data_prop="air"), plane, _DEPTH, f"air {staged.name}", "paint"))
        elif thing.place != "air" and (free or thing.place == "ground"):
            # without free ground, a thing stands behind the group, and looks out at its side
            x, room = free.pop(0) if free else (stage.width * (0.86 if len(layers) % 2 else 0.14), 300)
            drawn = _set(staged, (x, stage.ground - (34 if room != 300 else 80)), room, stage, scale)
            layers.append(Layer(drawn, plane, _DEPTH, f"ground {staged.name}", "paint"))
    return layers


def _away(composed: Composed, stage: Stage) -> list[tuple[float, float]]:
    """Places in the sky, those away from the focus first."""
    middle = composed.focus_at[0] / stage.width
    return sorted(_SKIES, key=lambda at: -abs(at[0] - middle))


def _set(staged: Staged, at: tuple[float, float], room: float, stage: Stage, scale: float) -> str:
    """A thing on the ground at ``at``, at most ``room`` wide."""
    thing = staged.thing
    size = min(scale * thing.grow, room / thing.width, 360 / thing.height)
    half = thing.width * size / 2
    x = min(max(at[0], half + 6), stage.width - half - 6)
    shade = halo(x, at[1] + 2, half * 1.1, max(half * 0.16, 8), "#231a3a", 0.4)
    return group(shade, moved(staged.svg, x, at[1], size), data_prop="ground")
