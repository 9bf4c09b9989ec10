"""Chooses the finish of a book and the light of a picture."""

# ruff: noqa: E501 - tables of words read best in few lines

from __future__ import annotations

from service.providers.offline.illustrator.colour import mix, shift
from service.providers.offline.illustrator.finish.shading import Lighting, Pool
from service.providers.offline.illustrator.light import Light
from service.providers.offline.illustrator.tones import Tones
from service.providers.offline.illustrator.words import first_of, fold

_WORDS = {
    "gouache": "gouache", "paint": "gouache", "painted": "gouache", "painting": "gouache", "painterly": "gouache",
    "oil": "gouache", "acrylic": "gouache", "brush": "gouache", "pastel": "gouache", "tempera": "gouache", "crayon": "gouache",
    "cut paper": "cut paper", "paper cut": "cut paper", "papercut": "cut paper", "cutout": "cut paper", "cut out": "cut paper",
    "paper": "cut paper", "collage": "cut paper", "felt": "cut paper", "origami": "cut paper", "appliqué": "cut paper", "applique": "cut paper",
    "ink": "ink and wash", "pen": "ink and wash", "wash": "ink and wash", "watercolour": "ink and wash", "watercolor": "ink and wash",
    "aquarelle": "ink and wash", "sketch": "ink and wash", "pencil": "ink and wash", "line drawing": "ink and wash", "drawing": "ink and wash",
    "linocut": "linocut", "lino": "linocut", "woodcut": "linocut", "wood cut": "linocut", "woodblock": "linocut", "block print": "linocut",
    "print": "linocut", "printmaking": "linocut", "screenprint": "linocut", "screen print": "linocut", "risograph": "linocut", "stamp": "linocut",
}  # fmt: skip

#: The finish that the motif of a book proposes. The motif follows from the themes and the type of the story.
_MOODS = {
    "moon": "gouache", "star": "gouache", "light": "gouache", "leaf": "ink and wash", "feather": "ink and wash",
    "bird": "ink and wash", "wave": "cut paper", "kite": "gouache", "heart": "cut paper", "flower": "cut paper",
    "butterfly": "cut paper", "key": "ink and wash", "snowflake": "ink and wash",
}  # fmt: skip

#: For each time of day: the ambient light, the colour of pools of light, their strength, and the rim.
_HOURS: dict[str, tuple[str, str, float, str | None]] = {
    "dawn": ("#f3e4e6", "#ffd9b0", 0.2, "#ffe4c8"), "morning": ("#fffdf8", "#fff0c0", 0.1, None),
    "day": ("#fffefa", "#fff4d0", 0.08, None), "afternoon": ("#fcf3e4", "#ffe2a0", 0.14, None),
    "golden": ("#e9dce0", "#ffd080", 0.3, "#ffe7a8"), "dusk": ("#d2c4de", "#ffb488", 0.32, "#ffd2a8"),
    "evening": ("#b9b4da", "#ffcf94", 0.4, "#ffdcb0"), "night": ("#9aa3d0", "#ffe0a4", 0.42, "#d8e2ff"),
}  # fmt: skip


def read_finish(style: str | None) -> str | None:
    """The finish that the words of a style name. None if they name none."""
    return first_of(fold(style), _WORDS)


def finish_for(style: str | None, motif: str) -> str:
    """The finish of a book: the one that its style names, or the one that its motif proposes."""
    return read_finish(style) or _MOODS[motif]


def inks_of(tones: Tones) -> tuple[str, str, str, str]:
    """Four inks for a linocut, from dark to light: warm ones, for skin, that lean to a page's palette."""
    return (
        mix(shift(tones.deep, -0.1), "#1a1a30", 0.4),
        mix("#8f4a30", tones.strong, 0.18),
        mix("#e3a04e", tones.mid, 0.22),
        mix(tones.light, "#fbf0d4", 0.6),
    )


def lighting_of(
    light: Light, tones: Tones, sun: float, focus: tuple[float, float], reach: float, indoors: bool
) -> Lighting:
    """The light of a picture. ``sun`` is the side that the light comes from, −1 to 1. A pool of light of radius
    ``reach`` lies on the focus."""
    ambient, colour, strength, rim = _HOURS[light.time]
    if indoors:  # lamps burn
        ambient, strength = mix(ambient, "#fff3e2", 0.45), strength * 1.1
    if light.weather in ("rain", "storm", "fog", "cloudy"):
        ambient, rim = mix(ambient, "#dfe4ea", 0.5), None
    shadow = mix(shift(tones.deep, -0.06, 1.1), "#2a2050", 0.4)
    pools = (Pool(*focus, reach, colour, strength),)
    return Lighting(ambient, pools, (0.75 * sun, -0.75), rim, 0.13, shadow)
