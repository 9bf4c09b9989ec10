"""Faces: eyes, brows, nose and mouth, in units of the head's radius around its centre."""

# ruff: noqa: E501 - a path's data reads best on one line

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from service.providers.offline.illustrator.colour import darker, mix, to_oklch
from service.providers.offline.illustrator.svg import circle, ellipse, group, path, stroke
from service.providers.offline.illustrator.words import first_of, fold

Lids = Literal["open", "wide", "half", "smile", "closed"]
Mouth = Literal["smile", "grin", "laugh", "oh", "flat", "worry", "side", "firm", "soft"]


@dataclass(frozen=True)
class Expression:
    """The expression of a face. ``brow`` raises the brows, and ``worry`` raises their inner ends. The gaze is
    from −1 to 1."""

    name: str
    lids: Lids = "open"
    mouth: Mouth = "smile"
    brow: float = 0.0
    worry: float = 0.0
    lopsided: float = 0.0
    gaze: tuple[float, float] = (0.25, 0.0)


_ALL = (
    Expression("happy", "open", "grin", 0.03),
    Expression("curious", "wide", "soft", 0.06, 0.0, 0.1, (0.6, -0.35)),
    Expression("worried", "open", "worry", 0.05, 0.13, 0.0, (0.3, 0.15)),
    Expression("surprised", "wide", "oh", 0.13, 0.03),
    Expression("brave", "open", "firm", -0.05, -0.1, 0.0, (0.55, -0.1)),
    Expression("sleepy", "half", "soft", 0.0, 0.04, 0.0, (0.1, 0.4)),
    Expression("calm", "open", "smile", 0.0, 0.03, 0.0, (0.2, 0.05)),
    Expression("laughing", "smile", "laugh", 0.08),
    Expression("thinking", "open", "side", 0.03, 0.02, 0.13, (0.7, -0.7)),
    Expression("asleep", "closed", "soft", 0.0, 0.04),
)
_BY_NAME = {expression.name: expression for expression in _ALL}
_ALIASES = {
    "joyful": "happy", "glad": "happy", "smiling": "happy", "smile": "happy", "proud": "brave", "excited": "laughing",
    "delighted": "laughing", "laugh": "laughing", "giggling": "laughing", "scared": "worried", "afraid": "worried",
    "sad": "worried", "nervous": "worried", "anxious": "worried", "lonely": "worried", "shy": "worried",
    "amazed": "surprised", "astonished": "surprised", "wonder": "curious", "wondering": "curious",
    "interested": "curious", "determined": "brave", "bold": "brave", "tired": "sleepy", "drowsy": "sleepy",
    "peaceful": "calm", "content": "calm", "gentle": "calm", "kind": "calm", "puzzled": "thinking",
    "thoughtful": "thinking", "confused": "thinking", "sleeping": "asleep",
}  # fmt: skip
_TABLE = {**{name: name for name in _BY_NAME}, **_ALIASES}


def expression_of(words: str) -> Expression:
    """The expression that the words name; the happy expression if no word is known."""
    return _BY_NAME[first_of(fold(words), _TABLE) or "happy"]


INK = "#33262a"


@dataclass(frozen=True)
class Features:
    """The measures of a face: the positions of its parts, and the size of the eyes."""

    iris: str
    skin: str
    size: float = 1.0
    apart: float = 0.36
    level: float = 0.13
    slant: float = 0.0
    lashes: bool = False
    white: str = "#fffaf2"
    ink: str = INK
    turn: float = 0.0
    rings: str | None = None

    @property
    def shift(self) -> float:
        """How far all features are shifted to the side to which the face is turned."""
        return self.turn * 0.14


def eyes(features: Features, expression: Expression, lift: float = 0.0) -> str:
    """Draw both eyes. With a negative ``lift`` they look up, with a positive ``lift`` down."""
    near = _eye(features, expression, -1, lift)
    far = _eye(features, expression, 1, lift)
    return group(near, far, data_part="eyes")


def _eye(features: Features, expression: Expression, side: int, lift: float) -> str:
    narrow = 1 - max(features.turn * side, 0) * 0.14
    x = features.shift + side * features.apart * (1 - abs(features.turn) * 0.05)
    slant = -features.slant * side
    if expression.lids in ("smile", "closed"):
        inside = _shut(features, expression.lids == "smile")
    else:
        inside = _open(features, expression, lift)
    return group(
        inside, transform=f"translate({x:.3f} {features.level:.3f}) rotate({slant:.1f}) scale({narrow:.3f} 1)"
    )


def _shut(features: Features, smiling: bool) -> str:
    size = features.size
    bow = -0.12 if smiling else 0.1
    return stroke(
        f"M{-0.13 * size:.3f} 0.03Q0 {0.03 + bow * 1.5 * size:.3f} {0.13 * size:.3f} 0.03",
        features.ink,
        0.045,
    )


def _open(features: Features, expression: Expression, lift: float) -> str:
    size = features.size
    tall = {"open": 0.155, "wide": 0.182, "half": 0.15}.get(expression.lids, 0.155) * size
    rx = 0.138 * size
    gx = expression.gaze[0] * 0.035 * size + features.turn * 0.02
    gy = (expression.gaze[1] + lift) * 0.032 * size
    ball = ellipse(0, 0, rx, tall, features.white)
    iris = ellipse(gx, gy, 0.1 * size, min(0.122 * size, tall * 0.86), features.iris)
    pupil = ellipse(gx, gy, 0.062 * size, 0.078 * size, features.ink)
    shine = circle(gx + 0.036 * size, gy - 0.045 * size, 0.034 * size, "#ffffff")
    shine += circle(gx - 0.035 * size, gy + 0.05 * size, 0.017 * size, "#ffffff", opacity=0.7)
    lid = stroke(
        f"M{-rx * 1.05:.3f} {-tall * 0.25:.3f}Q{-rx * 0.2:.3f} {-tall * 1.45:.3f} {rx * 1.08:.3f} {-tall * 0.2:.3f}",
        features.ink, 0.038,
    )  # fmt: skip
    half = _half_lid(features, rx, tall) if expression.lids == "half" else ""
    lash = (
        stroke(f"M{rx * 1.0:.3f} {-tall * 0.3:.3f}l0.07 -0.05", features.ink, 0.034)
        if features.lashes
        else ""
    )
    return ball + iris + pupil + shine + half + lid + lash


def _half_lid(features: Features, rx: float, tall: float) -> str:
    d = f"M{-rx * 1.1:.3f} 0Q0 {-tall * 0.1:.3f} {rx * 1.1:.3f} 0L{rx:.3f} {-tall:.3f}Q0 {-tall * 1.5:.3f} {-rx:.3f} {-tall:.3f}Z"
    return path(d, features.skin) + stroke(
        f"M{-rx * 1.1:.3f} 0Q0 {-tall * 0.1:.3f} {rx * 1.1:.3f} 0", features.ink, 0.04
    )


def brows(features: Features, expression: Expression, colour: str, weight: float = 0.055) -> str:
    """Both brows, over the eyes."""
    parts = []
    for side in (-1, 1):
        x = features.shift + side * features.apart
        y = features.level - 0.29 * features.size - expression.brow - (expression.lopsided if side > 0 else 0)
        inner, outer = y - expression.worry, y + max(expression.worry, 0) * 0.6 + 0.02
        parts.append(
            f"M{x - side * 0.12:.3f} {inner:.3f}Q{x:.3f} {min(inner, outer) - 0.05:.3f} {x + side * 0.15:.3f} {outer:.3f}"
        )
    return stroke("".join(parts), colour, weight, data_part="brows")


_MOUTHS: dict[Mouth, str] = {
    "smile": "M-0.18 -0.02Q0 0.14 0.18 -0.02",
    "soft": "M-0.1 0Q0 0.07 0.1 0",
    "flat": "M-0.13 0.02L0.13 0.02",
    "worry": "M-0.14 0.06Q-0.05 -0.05 0.03 0.03T0.15 0.04",
    "side": "M-0.08 0.03Q0.04 0.05 0.14 -0.03",
    "firm": "M-0.17 0.01Q0.02 0.08 0.18 -0.05",
}


def mouth(kind: Mouth, x: float, y: float, skin: str, size: float = 1.0) -> str:
    """A mouth around (x, y)."""
    lip = _lip(skin)
    place = f"translate({x:.3f} {y:.3f}) scale({size:.3f})"
    if kind in _MOUTHS:
        return group(stroke(_MOUTHS[kind], lip, 0.045), transform=place, data_part="mouth")
    return group(_open_mouth(kind, lip), transform=place, data_part="mouth")


def _lip(skin: str) -> str:
    """The colour of the mouth's line: deeper than a light skin, and more rosy than a dark skin."""
    lightness, _, _ = to_oklch(skin)
    if lightness < 0.48:
        return mix(darker(skin, 0.12), "#7a2c30", 0.4) if lightness > 0.44 else mix(skin, "#c9736c", 0.55)
    return mix(darker(skin, 0.3), "#8c2f34", 0.55)


def _open_mouth(kind: Mouth, lip: str) -> str:
    inside = mix("#6d2230", lip, 0.25)
    if kind == "oh":
        return ellipse(0, 0.03, 0.075, 0.1, inside, stroke=lip, stroke_width=0.025)
    wide, deep = (0.23, 0.27) if kind == "laugh" else (0.2, 0.17)
    d = f"M{-wide} -0.05Q0 0.02 {wide} -0.05Q{wide * 0.85:.3f} {deep} 0 {deep}Q{-wide * 0.85:.3f} {deep} {-wide} -0.05Z"
    tongue = ellipse(0, deep * 0.82, wide * 0.5, deep * 0.34, "#e07a78")
    teeth = path(
        f"M{-wide * 0.82:.3f} -0.035Q0 0.03 {wide * 0.82:.3f} -0.035Q{wide * 0.6:.3f} 0.06 0 0.065Q{-wide * 0.6:.3f} 0.06 {-wide * 0.82:.3f} -0.035Z",
        "#fffaf0",
    )
    outline = path(d, stroke=lip, stroke_width=0.03, stroke_linejoin="round")
    return path(d, inside) + tongue + teeth + outline


def nose(x: float, y: float, skin: str, size: float = 1.0) -> str:
    """A small round nose."""
    d = f"M{-0.055 * size:.3f} 0.02Q{0.0:.3f} {0.085 * size:.3f} {0.075 * size:.3f} 0.0"
    tip = ellipse(0.005, -0.005, 0.085 * size, 0.06 * size, mix(skin, "#d8483e", 0.14), opacity=0.7)
    return group(tip, stroke(d, darker(skin, 0.17), 0.04), transform=f"translate({x:.3f} {y:.3f})")


def cheeks(features: Features, blush: str, y: float = 0.42) -> str:
    """Draw a little colour on both cheeks."""
    x = features.shift
    return "".join(ellipse(x + side * 0.58, y, 0.17, 0.11, blush, opacity=0.42) for side in (-1, 1))


def expression_words() -> dict[str, str]:
    """The words for expressions. Each word is mapped to its expression."""
    return _TABLE
