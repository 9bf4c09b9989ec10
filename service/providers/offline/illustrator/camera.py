"""The shots of a picture, and the camera that shows a group in a shot. The canvas is 1000 units high."""

# ruff: noqa: E501 - tables of words read best in few lines

from __future__ import annotations

from dataclasses import dataclass, replace

from service.providers.offline.illustrator.words import first_of, fold


@dataclass(frozen=True)
class Box:
    """The extent of a group in units of a figure. The ground is at 0. ``top`` is the height of its highest part,
    and ``heads`` that of its highest head."""

    left: float
    right: float
    top: float
    heads: float

    @property
    def width(self) -> float:
        """The width of the group."""
        return self.right - self.left


@dataclass(frozen=True)
class Camera:
    """A camera. ``share`` is the part of the picture's height that the group takes, and ``cut`` the part of the
    bodies that the lower edge cuts off. ``horizon`` and ``ground`` (the feet) are heights on the canvas.
    ``zoom`` enlarges the place behind the group. ``unit`` is the size of a unit of the figures. If ``framed``
    is true, leaves or edges frame the picture."""

    name: str
    horizon: float
    ground: float
    share: float
    cut: float = 0.0
    zoom: float = 1.0
    framed: bool = False
    unit: float = 1.0


_ALL = (
    Camera("wide", 515, 885, 0.48),
    Camera("medium", 555, 950, 0.74),
    Camera("low", 745, 955, 0.78, zoom=1.1),
    Camera("high", 385, 905, 0.58),
    Camera("close", 545, 985, 0.84, cut=0.4, zoom=1.4),
    Camera("through", 575, 935, 0.68, framed=True),
    Camera("cover", 600, 935, 0.64),
)
#: The part of a cover's height that is free below its title.
_BELOW_TITLE = 0.66
_BY_NAME = {camera.name: camera for camera in _ALL}
_WORDS = {
    "wide": "wide", "far": "wide", "long shot": "wide", "panorama": "wide", "establishing": "wide", "panoramic": "wide",
    "medium": "medium", "mid": "medium", "eye level": "medium", "side": "medium", "low": "low", "low angle": "low",
    "worm": "low", "high": "high", "high angle": "high", "bird": "high", "overhead": "high", "above": "high",
    "close": "close", "close up": "close", "closeup": "close", "intimate": "close", "over the shoulder": "through",
    "through": "through", "framed": "through", "peeking": "through", "tracking": "medium", "cover": "cover",
    "portrait": "cover", "behind": "through",
}  # fmt: skip


def camera_of(words: str, cover: bool = False) -> Camera:
    """The shot that the words name; the medium shot if no word is known."""
    if cover:
        return _BY_NAME["cover"]
    return _BY_NAME[first_of(fold(words), _WORDS) or "medium"]


def fitted(shot: Camera, box: Box, width: float, whole: bool, floor: float, crowd: bool) -> Camera:
    """The camera that shows a group in a shot. ``whole``: no body is cut. What lies below the height ``floor``
    in the box may be cut by a close shot. The edges may cut the outer ones of a ``crowd``."""
    cut = 0.0 if whole else min(shot.cut, floor / max(box.top, 1))
    room = width * (0.99 if whole else 1.05 if crowd else 0.97 if cut == 0 else 1.05)
    titled = shot.name == "cover"
    # What is in the air takes more of the picture. The title of a cover stands above the group.
    share = min(shot.share * (box.top / box.heads) ** 0.75, _BELOW_TITLE if titled else 0.88)
    unit = min(share * 1000 / (box.top * (1 - cut)), room / box.width)
    if cut:
        ground = 1000 * (1 - share) * 0.62 + box.top * unit
        return replace(shot, ground=max(ground, shot.ground), cut=cut, unit=unit)
    ground = min(shot.ground, 955)
    if shot.cut:  # the bodies are whole after all: less of the place is enlarged
        shot = replace(shot, zoom=1.2)
    # A wide group is lower: it moves up to the middle.
    short = 0.0 if titled else share * 1000 - box.top * unit
    return replace(shot, ground=ground - max(short, 0) * 0.3, cut=0.0, unit=unit)
