"""Converts words for a camera to the height of the horizon and the size of the heroes. The canvas is 1000
units high."""

# ruff: noqa: E501 - tables of words read best in few lines

from __future__ import annotations

from dataclasses import dataclass

from service.providers.offline.illustrator.words import first_of, fold


@dataclass(frozen=True)
class Camera:
    """A camera. ``figure`` is the height of the tallest hero. If ``framed`` is true, leaves or edges frame
    the picture."""

    name: str
    horizon: float
    ground: float
    figure: float
    framed: bool = False


_ALL = (
    Camera("wide", 560, 905, 520),
    Camera("medium", 575, 935, 640),
    Camera("low", 735, 945, 690),
    Camera("high", 395, 915, 540),
    Camera("close", 545, 985, 770),
    Camera("through", 585, 925, 580, framed=True),
    Camera("cover", 620, 930, 600),
)
_BY_NAME = {camera.name: camera for camera in _ALL}
_WORDS = {
    "wide": "wide", "long shot": "wide", "panorama": "wide", "establishing": "wide", "panoramic": "wide",
    "medium": "medium", "mid": "medium", "eye level": "medium", "low": "low", "low angle": "low",
    "worm": "low", "high": "high", "high angle": "high", "bird": "high", "overhead": "high", "above": "high",
    "close": "close", "close up": "close", "closeup": "close", "intimate": "close", "over the shoulder": "through",
    "through": "through", "framed": "through", "peeking": "through", "tracking": "medium", "cover": "cover",
    "portrait": "cover",
}  # fmt: skip


def camera_of(words: str, cover: bool = False) -> Camera:
    """The camera that the words name; the medium camera if no word is known."""
    if cover:
        return _BY_NAME["cover"]
    return _BY_NAME[first_of(fold(words), _WORDS) or "medium"]
